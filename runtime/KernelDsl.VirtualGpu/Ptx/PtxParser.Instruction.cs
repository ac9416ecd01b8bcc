namespace KernelDsl.VirtualGpu.Ptx;

/// <summary>One instruction with its operands.</summary>
internal sealed partial class PtxParser
{
    private PtxInstruction Instruction(BodyState body)
    {
        var line = Current.Line;
        PtxGuard? guard = null;
        if (Accept("@"))
        {
            var negated = Accept("!");
            guard = new PtxGuard(body.Resolve(Word()), negated);
        }

        var opcode = Word();
        var modifiers = ImmutableArray.CreateBuilder<string>();
        while (Current.Kind == TokenKind.Dotted)
        {
            modifiers.Add(Take().Text);
        }

        var operands = ImmutableArray.CreateBuilder<PtxOperand>();
        while (!Accept(";"))
        {
            operands.Add(opcode == "bra" ? new SymbolOperand(JumpTarget(body), 0) : Operand(body));
            if (!Accept(",") && !Current.Is(";"))
            {
                throw Error($"',' or ';' expected after an operand of {opcode}, and '{Current.Text}' found.");
            }
        }

        return new PtxInstruction(opcode, modifiers.ToImmutable(), operands.ToImmutable(), guard, body.Place, line);
    }

    private string JumpTarget(BodyState body)
    {
        var name = Word();
        var known = body.Resolve(name);
        return known != name ? known : body.ScopedLabel(name);
    }

    private PtxOperand Operand(BodyState body)
    {
        var value = SimpleOperand(body);
        return Accept("|") ? new PairOperand(value, SimpleOperand(body)) : value;
    }

    private PtxOperand SimpleOperand(BodyState body)
    {
        if (Accept("{"))
        {
            return new VectorOperand(List(body, "}"));
        }

        if (Accept("("))
        {
            return new ListOperand(List(body, ")"));
        }

        if (Accept("["))
        {
            return Address(body);
        }

        if (Accept("!"))
        {
            return new NegatedOperand(SimpleOperand(body));
        }

        if (Accept("-"))
        {
            var number = Take();
            return number.Kind switch
            {
                TokenKind.Integer => new NumberOperand(unchecked(0 - number.Bits), TokenKind.Integer),
                TokenKind.Float32 => new NumberOperand(number.Bits ^ 0x80000000, TokenKind.Float32),
                TokenKind.Float64 => new NumberOperand(number.Bits ^ (1UL << 63), TokenKind.Float64),
                _ => throw new PtxException(number.Line, $"a number is expected after '-', and '{number.Text}' found."),
            };
        }

        if (Current.Kind is TokenKind.Integer or TokenKind.Float32 or TokenKind.Float64)
        {
            var number = Take();
            return new NumberOperand(number.Bits, number.Kind);
        }

        var word = Word();
        if (word == "_")
        {
            return new SinkOperand();
        }

        if (word[0] == '%' && Current.Kind == TokenKind.Dotted && Current.Text is ".x" or ".y" or ".z" or ".w")
        {
            return new RegisterOperand(word + Take().Text);
        }

        var name = body.Resolve(word);
        if (word[0] == '%' || body.Registers.ContainsKey(name))
        {
            return new RegisterOperand(name);
        }

        if (word == "WARP_SZ")
        {
            return new NumberOperand(32, TokenKind.Integer);
        }

        return new SymbolOperand(name, Offset());
    }

    private AddressOperand Address(BodyState body)
    {
        PtxOperand? root = null;
        long offset = 0;
        if (Current.Kind == TokenKind.Integer || Current.Is("-"))
        {
            offset = Accept("-") ? -(long)Integer() : (long)Integer();
        }
        else
        {
            root = SimpleOperand(body);
            if (root is SymbolOperand symbol)
            {
                root = symbol with { Offset = 0 };
                offset = symbol.Offset;
            }
            else if (root is not RegisterOperand)
            {
                throw Error("an address is a register or a symbol with an offset.");
            }

            offset += Offset();
        }

        var more = ImmutableArray.CreateBuilder<PtxOperand>();
        while (Accept(","))
        {
            more.Add(SimpleOperand(body));
        }

        Expect("]");
        return new AddressOperand(root, offset, more.ToImmutable());
    }

    private long Offset()
    {
        if (Accept("+"))
        {
            return Accept("-") ? -(long)Integer() : (long)Integer();
        }

        return Current.Is("-") && _tokens[_at + 1].Kind == TokenKind.Integer && Accept("-") ? -(long)Integer() : 0;
    }

    private ImmutableArray<PtxOperand> List(BodyState body, string end)
    {
        var items = ImmutableArray.CreateBuilder<PtxOperand>();
        while (!Accept(end))
        {
            items.Add(Operand(body));
            if (!Accept(",") && !Current.Is(end))
            {
                throw Error($"',' or '{end}' expected, and '{Current.Text}' found.");
            }
        }

        return items.ToImmutable();
    }
}
