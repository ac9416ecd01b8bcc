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
            var operand = opcode == "bra" ? new SymbolOperand(JumpTarget(body), 0) : Operand(body);
            operands.Add(opcode[0] == 'v' && Current.Kind == TokenKind.Dotted ? new PartOperand(operand, Take().Text) : operand);
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

    private PtxOperand SimpleOperand(BodyState body, bool isAddress = false)
    {
        if (Accept("{"))
        {
            return new VectorOperand(List(body, "}"));
        }

        if (StartsExpression())
        {
            return new NumberOperand(Expression(), TokenKind.Integer);
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

        if (Current.Is("-") && _tokens[_at + 1].Kind == TokenKind.Word)
        {
            _at++;
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

        if (body.Vectors.TryGetValue(body.Resolve(word), out var parts))
        {
            return VectorRegister(body, body.Resolve(word), parts);
        }

        if (word[0] == '%' && Current.Kind == TokenKind.Dotted && Current.Text is ".x" or ".y" or ".z" or ".w")
        {
            return new RegisterOperand(word + Take().Text);
        }

        var name = body.Resolve(word);
        if (word[0] == '%' || body.Registers.ContainsKey(name))
        {
            return isAddress || !body.Registers.TryGetValue(name, out var type) ? new RegisterOperand(name) : WithOffset(body, name, type);
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
            root = SimpleOperand(body, isAddress: true);
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

    /// <summary>A register that is a vector, whole or one part of it.</summary>
    private PtxOperand VectorRegister(BodyState body, string name, int parts)
    {
        if (Current.Kind != TokenKind.Dotted)
        {
            return new VectorOperand([.. Enumerable.Range(0, parts).Select(k => (PtxOperand)new RegisterOperand(BodyState.Part(name, k)))]);
        }

        var part = Take().Text switch { ".x" or ".r" => 0, ".y" or ".g" => 1, ".z" or ".b" => 2, ".w" or ".a" => 3, _ => 4 };
        return part < parts ? new RegisterOperand(BodyState.Part(name, part)) : throw Error($"'{name.Split('@')[0]}' does not have this part.");
    }

    /// <summary>A register with a constant added is a value, which an instruction of its own computes.</summary>
    private RegisterOperand WithOffset(BodyState body, string name, PtxType type)
    {
        var line = Current.Line;
        var offset = Offset();
        if (offset == 0)
        {
            return new RegisterOperand(name);
        }

        var sum = $"{name}+{offset}@{body.Registers.Count}";
        body.Registers[sum] = type;
        body.Statements.Add(new PtxInstruction(
            "add", [type.Size() switch { 2 => ".u16", 4 => ".u32", _ => ".u64" }], [new RegisterOperand(sum), new RegisterOperand(name), new NumberOperand((ulong)offset, TokenKind.Integer)], null, body.Place, line));
        return new RegisterOperand(sum);
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
