namespace KernelDsl.VirtualGpu.Ptx;

/// <summary>Declarations of variables with their initialisers.</summary>
internal sealed partial class PtxParser
{
    private const long LargestVariable = 1L << 30;

    private void Variables(bool isExtern, ImmutableArray<PtxVariable>.Builder into, bool isParameter = false, Func<string, string>? rename = null)
    {
        var line = Current.Line;
        var space = Take().Text switch
        {
            ".global" => StateSpace.Global,
            ".const" => StateSpace.Const,
            ".shared" => StateSpace.Shared,
            ".local" => StateSpace.Local,
            ".param" => StateSpace.Param,
            var other => throw new PtxException(line, $"'{other}' is not a state space of variables."),
        };
        var align = 0;
        var vector = 1;
        var type = PtxType.None;
        while (Current.Kind == TokenKind.Dotted)
        {
            if (Accept(".align"))
            {
                align = (int)Math.Min(Integer(), 1 << 20);
            }
            else if (Accept(".ptr"))
            {
                // What a pointer parameter points to is advice for optimisers.
            }
            else if (Current.Text is ".v2" or ".v4")
            {
                vector = Take().Text == ".v2" ? 2 : 4;
            }
            else if (Accept(".attribute"))
            {
                SkipAttribute();
            }
            else if (Current.Text is ".global" or ".const" or ".shared" or ".local" or ".managed")
            {
                _at++;
            }
            else if (Current.Text is ".texref" or ".surfref" or ".samplerref")
            {
                throw Error("textures and surfaces are not executed.");
            }
            else if (PtxTypes.TryParse(Current.Text, out type))
            {
                _at++;
            }
            else
            {
                throw Error($"'{Current.Text}' is not a known part of a declaration.");
            }
        }

        if (type.Size() == 0)
        {
            throw Error("a variable in memory needs a type with a size.");
        }

        var align1 = Math.Max(align, type.Size() * vector);
        if (align != 0)
        {
            align1 = align;
        }

        if (!System.Numerics.BitOperations.IsPow2(align1))
        {
            throw Error($"{align1} is not an alignment.");
        }

        do
        {
            var name = Word();
            var bytes = (long)type.Size() * vector;
            while (Accept("["))
            {
                if (Accept("]"))
                {
                    bytes = 0;
                    continue;
                }

                var count = Integer();
                Expect("]");
                if (count > LargestVariable || bytes * (long)count > LargestVariable)
                {
                    throw Error($"'{name}' is too large.");
                }

                bytes *= (long)count;
            }

            var values = ImmutableArray.CreateBuilder<PtxInitialiser>();
            if (Accept("="))
            {
                var offset = 0;
                Initialiser(type, bytes, ref offset, values);
            }

            into.Add(new PtxVariable(space, rename is null ? name : rename(name), type, align1, bytes, isExtern, values.ToImmutable(), line));
        }
        while (!isParameter && Accept(","));
        if (!isParameter)
        {
            Expect(";");
        }
    }

    private void Initialiser(PtxType type, long bytes, ref int offset, ImmutableArray<PtxInitialiser>.Builder values)
    {
        if (Accept("{"))
        {
            while (!Accept("}"))
            {
                Initialiser(type, bytes, ref offset, values);
                if (!Accept(",") && !Current.Is("}"))
                {
                    throw Error($"',' or '}}' expected, and '{Current.Text}' found.");
                }
            }

            return;
        }

        if (offset + type.Size() > bytes)
        {
            throw Error("an initialiser has more values than its variable.");
        }

        if (Current.Kind == TokenKind.Integer && _tokens[_at + 1].Is("("))
        {
            var mask = Integer();
            Expect("(");
            var (masked, of, isGenericPart) = InitialValue(PtxType.B64);
            Expect(")");
            values.Add(new PtxInitialiser(offset, type.Size(), masked, of, isGenericPart, mask));
            offset += type.Size();
            return;
        }

        var (bits, symbol, isGeneric) = InitialValue(type);
        values.Add(new PtxInitialiser(offset, type.Size(), bits, symbol, isGeneric));
        offset += type.Size();
    }

    private (ulong Bits, string? Symbol, bool IsGeneric) InitialValue(PtxType type)
    {
        var negative = Accept("-");
        var token = Take();
        switch (token.Kind)
        {
            case TokenKind.Float32 when negative:
                return (token.Bits ^ 0x80000000, null, false);
            case TokenKind.Float64 when negative:
                return (type == PtxType.F32 ? BitConverter.SingleToUInt32Bits(-(float)BitConverter.UInt64BitsToDouble(token.Bits)) : token.Bits ^ (1UL << 63), null, false);
            case TokenKind.Integer when type is PtxType.F32 or PtxType.F64:
                var whole = negative ? -(double)token.Bits : token.Bits;
                return (type == PtxType.F32 ? BitConverter.SingleToUInt32Bits((float)whole) : BitConverter.DoubleToUInt64Bits(whole), null, false);
            case TokenKind.Integer:
                return (negative ? unchecked(0 - token.Bits) : token.Bits, null, false);
            case TokenKind.Float32:
                return (type == PtxType.F64 ? BitConverter.DoubleToUInt64Bits(BitConverter.UInt32BitsToSingle((uint)token.Bits)) : token.Bits, null, false);
            case TokenKind.Float64:
                return (type == PtxType.F32 ? BitConverter.SingleToUInt32Bits((float)BitConverter.UInt64BitsToDouble(token.Bits)) : token.Bits, null, false);
            case TokenKind.Word when token.Text == "generic":
                Expect("(");
                var name = Word();
                Expect(")");
                return (AddedOffset(), name, true);
            case TokenKind.Punctuation when token.Text == "(":
                var inner = InitialValue(type);
                Expect(")");
                return inner;
            case TokenKind.Word:
                return (AddedOffset(), token.Text, false);
            default:
                throw new PtxException(token.Line, $"'{token.Text}' is not an initial value.");
        }
    }

    private ulong AddedOffset() => Accept("+") ? Integer() : 0;
}
