namespace KernelDsl.VirtualGpu.Ptx;

/// <summary>Expressions of integer constants, with the operators and the order of C (PTX ISA 8.4, section 4.5).</summary>
internal sealed partial class PtxParser
{
    private static readonly string[][] s_operators = [["|", "|"], ["&", "&"], ["|"], ["^"], ["&"], ["=", "="], ["!", "="], ["<", "="], [">", "="], ["<", "<"], [">", ">"], ["<"], [">"], ["+"], ["-"], ["*"], ["/"], ["%"]];

    /// <summary>Whether an operand begins here that is more than one number.</summary>
    private bool StartsExpression()
    {
        var at = _at;
        while (_tokens[at].Is("(") || _tokens[at].Is("~") || _tokens[at].Is("!") || _tokens[at].Is("-"))
        {
            at++;
        }

        if (_tokens[at].Kind != TokenKind.Integer)
        {
            return false;
        }

        var prefix = at > _at && !(at == _at + 1 && Current.Is("-"));
        var next = _tokens[at + 1];
        return (prefix && !(Current.Is("(") && (next.Is(",") || (next.Is(")") && at == _at + 1)))) || (next.Kind == TokenKind.Punctuation && "+-*/%<>&^?".Contains(next.Text, StringComparison.Ordinal)) || next.Is("=")
            || (next.Is("|") && _tokens[at + 2].Kind == TokenKind.Integer);
    }

    private ulong Expression()
    {
        var condition = Operations(0);
        if (!Accept("?"))
        {
            return condition;
        }

        var first = Expression();
        Expect(":");
        var second = Expression();
        return condition != 0 ? first : second;
    }

    private static int Level(int operation) => operation switch { 0 => 0, 1 => 1, 2 => 2, 3 => 3, 4 => 4, 5 or 6 => 5, 7 or 8 or 11 or 12 => 6, 9 or 10 => 7, 13 or 14 => 8, _ => 9 };

    private ulong Operations(int level)
    {
        if (level > 9)
        {
            return Factor();
        }

        var left = Operations(level + 1);
        while (NextOperation() is >= 0 and var operation && Level(operation) == level)
        {
            _at += s_operators[operation].Length;
            var right = Operations(level + 1);
            left = Operate(operation, left, right);
        }

        return left;
    }

    /// <summary>The operator here, the longest that fits; -1 when there is none.</summary>
    private int NextOperation()
    {
        var best = -1;
        for (var k = 0; k < s_operators.Length; k++)
        {
            var text = s_operators[k];
            if (Current.Is(text[0]) && (text.Length == 1 || _tokens[_at + 1].Is(text[1])) && (best < 0 || text.Length > s_operators[best].Length))
            {
                best = k;
            }
        }

        return best;
    }

    private ulong Operate(int operation, ulong a, ulong b) => operation switch
    {
        0 => a != 0 || b != 0 ? 1UL : 0,
        1 => a != 0 && b != 0 ? 1UL : 0,
        2 => a | b,
        3 => a ^ b,
        4 => a & b,
        5 => a == b ? 1UL : 0,
        6 => a != b ? 1UL : 0,
        7 => (long)a <= (long)b ? 1UL : 0,
        8 => (long)a >= (long)b ? 1UL : 0,
        9 => b < 64 ? a << (int)b : 0,
        10 => b < 64 ? (ulong)((long)a >> (int)b) : 0,
        11 => (long)a < (long)b ? 1UL : 0,
        12 => (long)a > (long)b ? 1UL : 0,
        13 => unchecked(a + b),
        14 => unchecked(a - b),
        15 => unchecked(a * b),
        _ when b == 0 => throw Error("a constant is divided by zero."),
        16 => unchecked((ulong)((long)b == -1 ? 0 - (long)a : (long)a / (long)b)),
        _ => (ulong)((long)b == -1 ? 0 : (long)a % (long)b),
    };

    private ulong Factor()
    {
        if (Accept("-"))
        {
            return unchecked(0 - Factor());
        }

        if (Accept("~"))
        {
            return ~Factor();
        }

        if (Accept("!"))
        {
            return Factor() == 0 ? 1UL : 0;
        }

        if (Accept("("))
        {
            var inner = Expression();
            Expect(")");
            return inner;
        }

        return Integer();
    }
}
