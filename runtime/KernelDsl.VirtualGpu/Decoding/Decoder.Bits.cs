using System.Numerics;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Numerics;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Logic, shifts and operations on bits.</summary>
internal sealed unsafe partial class Decoder
{
    private void DecodeLogic(string opcode, Modifiers m)
    {
        var type = m.Type();
        _i.Class = InstructionClass.Integer;
        if (type == PtxType.Pred)
        {
            var isUnaryPredicate = opcode is "not" or "cnot";
            Operands(isUnaryPredicate ? 2 : 3);
            _i.D = Destination(0, type);
            _i.A = Predicate(Operand(1), out var first);
            var second = false;
            _i.B = isUnaryPredicate ? _i.A : Predicate(Operand(2), out second);
            _i.Option = opcode switch { "and" => 0, "or" => 1, "xor" => 2, _ => 3 };
            _i.Option2 = (first ? 1 : 0) | (second ? 2 : 0);
            _i.Execute = &BitHandlers.Predicates;
            return;
        }

        var isUnary = opcode is "not" or "cnot";
        Operands(isUnary ? 2 : 3);
        _i.D = Destination(0, type);
        _i.A = Source(1, type);
        _i.B = isUnary ? -1 : Source(2, opcode is "shl" or "shr" ? PtxType.U32 : type);
        _i.Execute = type switch
        {
            PtxType.B16 or PtxType.U16 => Logic<ushort>(opcode),
            PtxType.B32 or PtxType.U32 => Logic<uint>(opcode),
            PtxType.B64 or PtxType.U64 => Logic<ulong>(opcode),
            PtxType.S16 => Logic<short>(opcode),
            PtxType.S32 => Logic<int>(opcode),
            PtxType.S64 => Logic<long>(opcode),
            _ => throw Error($"'{_text.Name}' is not executed."),
        };
    }

    private static Handler Logic<T>(string opcode)
        where T : unmanaged, IBinaryInteger<T>
        => opcode switch
        {
            "and" => &Lanes.BinaryVector<T, And<T>>,
            "or" => &Lanes.BinaryVector<T, Or<T>>,
            "xor" => &Lanes.BinaryVector<T, Xor<T>>,
            "not" => &Lanes.Unary<T, T, Not<T>>,
            "cnot" => &Lanes.Unary<T, T, LogicalNot<T>>,
            "shl" => &Lanes.Binary<T, uint, T, ShiftLeft<T>>,
            _ => &Lanes.Binary<T, uint, T, ShiftRight<T>>,
        };

    private void DecodeBits(string opcode, Modifiers m)
    {
        _i.Class = InstructionClass.Integer;
        switch (opcode)
        {
            case "popc" or "clz":
                var counted = m.Type();
                Operands(2);
                _i.D = Destination(0, PtxType.U32);
                _i.A = Source(1, counted);
                _i.Execute = (opcode, counted.Size()) switch
                {
                    ("popc", 4) => &Lanes.Unary<uint, uint, PopulationCount<uint>>,
                    ("popc", 8) => &Lanes.Unary<ulong, uint, PopulationCount<ulong>>,
                    ("clz", 4) => &Lanes.Unary<uint, uint, LeadingZeros<uint>>,
                    ("clz", 8) => &Lanes.Unary<ulong, uint, LeadingZeros<ulong>>,
                    _ => throw Error($"'{_text.Name}' is not executed."),
                };
                break;
            case "brev":
                var reversed = m.Type();
                Operands(2);
                _i.D = Destination(0, reversed);
                _i.A = Source(1, reversed);
                _i.Execute = reversed.Size() == 8 ? &Lanes.Unary<ulong, ulong, ReverseBits64> : &Lanes.Unary<uint, uint, ReverseBits32>;
                break;
            case "bfind":
                var shift = m.Has(".shiftamt");
                var found = m.Type();
                Operands(2);
                _i.D = Destination(0, PtxType.U32);
                _i.A = Source(1, found);
                _i.Execute = found switch
                {
                    PtxType.U32 => shift ? &Lanes.Unary<uint, uint, FindHighestShift<uint>> : &Lanes.Unary<uint, uint, FindHighest<uint>>,
                    PtxType.S32 => shift ? &Lanes.Unary<int, uint, FindHighestShift<int>> : &Lanes.Unary<int, uint, FindHighest<int>>,
                    PtxType.U64 => shift ? &Lanes.Unary<ulong, uint, FindHighestShift<ulong>> : &Lanes.Unary<ulong, uint, FindHighest<ulong>>,
                    PtxType.S64 => shift ? &Lanes.Unary<long, uint, FindHighestShift<long>> : &Lanes.Unary<long, uint, FindHighest<long>>,
                    _ => throw Error($"'{_text.Name}' is not executed."),
                };
                break;
            case "bfe":
                var field = m.Type();
                Ternary(field, PtxType.U32, PtxType.U32, field);
                _i.Execute = field switch
                {
                    PtxType.U32 => &Lanes.Ternary<uint, uint, uint, uint, ExtractField<uint>>,
                    PtxType.S32 => &Lanes.Ternary<int, uint, uint, int, ExtractField<int>>,
                    PtxType.U64 => &Lanes.Ternary<ulong, uint, uint, ulong, ExtractField<ulong>>,
                    PtxType.S64 => &Lanes.Ternary<long, uint, uint, long, ExtractField<long>>,
                    _ => throw Error($"'{_text.Name}' is not executed."),
                };
                break;
            case "bfi":
                var inserted = m.Type();
                Operands(5);
                _i.D = Destination(0, inserted);
                _i.A = Source(1, inserted);
                _i.B = Source(2, inserted);
                _i.Sources = [Source(3, PtxType.U32), Source(4, PtxType.U32)];
                _i.Width = inserted.Size();
                _i.Execute = &BitHandlers.Insert;
                break;
            case "bmsk":
                var wrap = m.One(".clamp", ".wrap") == ".wrap";
                var mask = m.Type();
                Operands(3);
                _i.D = Destination(0, mask);
                _i.A = Source(1, mask);
                _i.B = Source(2, mask);
                _i.Execute = wrap ? &Lanes.Binary<uint, uint, uint, FieldMaskWrap> : &Lanes.Binary<uint, uint, uint, FieldMaskClamp>;
                break;
            case "szext":
                var wraps = m.One(".clamp", ".wrap") == ".wrap";
                var extended = m.Type();
                Operands(3);
                _i.D = Destination(0, extended);
                _i.A = Source(1, extended);
                _i.B = Source(2, PtxType.U32);
                _i.Execute = (extended.IsSigned(), wraps) switch
                {
                    (true, true) => &Lanes.Binary<uint, uint, uint, ExtendSigned<WrapCount>>,
                    (true, false) => &Lanes.Binary<uint, uint, uint, ExtendSigned<ClampCount>>,
                    (false, true) => &Lanes.Binary<uint, uint, uint, ExtendUnsigned<WrapCount>>,
                    _ => &Lanes.Binary<uint, uint, uint, ExtendUnsigned<ClampCount>>,
                };
                break;
            case "shf":
                var direction = m.One(".l", ".r");
                var mode = m.One(".clamp", ".wrap");
                var funnel = m.Type();
                Ternary(funnel, funnel, PtxType.U32, funnel);
                _i.Execute = (direction, mode) switch
                {
                    (".l", ".clamp") => &Lanes.Ternary<uint, uint, uint, uint, FunnelLeftClamp>,
                    (".l", ".wrap") => &Lanes.Ternary<uint, uint, uint, uint, FunnelLeftWrap>,
                    (".r", ".clamp") => &Lanes.Ternary<uint, uint, uint, uint, FunnelRightClamp>,
                    (".r", ".wrap") => &Lanes.Ternary<uint, uint, uint, uint, FunnelRightWrap>,
                    _ => throw Error($"'{_text.Name}' is not executed."),
                };
                break;
            case "prmt":
                var permuted = m.Type();
                Ternary(permuted, permuted, PtxType.U32, permuted);
                _i.Data = m.One(".f4e", ".b4e", ".rc8", ".ecl", ".ecr", ".rc16");
                _i.Execute = _i.Data is null ? &Lanes.Ternary<uint, uint, uint, uint, Permute> : &BitHandlers.PermuteMode;
                break;
            case "lop3":
                DecodeLogic3(m);
                _i.Execute = &BitHandlers.Logic3;
                break;
            case "sad":
                var differed = m.Type();
                Ternary(differed, differed, differed, differed);
                _i.Execute = differed switch
                {
                    PtxType.S16 => &Lanes.Ternary<short, short, short, short, SumOfDifferences<short>>,
                    PtxType.U16 => &Lanes.Ternary<ushort, ushort, ushort, ushort, SumOfDifferences<ushort>>,
                    PtxType.S32 => &Lanes.Ternary<int, int, int, int, SumOfDifferences<int>>,
                    PtxType.U32 => &Lanes.Ternary<uint, uint, uint, uint, SumOfDifferences<uint>>,
                    PtxType.S64 => &Lanes.Ternary<long, long, long, long, SumOfDifferences<long>>,
                    PtxType.U64 => &Lanes.Ternary<ulong, ulong, ulong, ulong, SumOfDifferences<ulong>>,
                    _ => throw Error($"'{_text.Name}' is not executed."),
                };
                break;
            case "dp4a" or "dp2a":
                var high = opcode == "dp2a" && m.One(".lo", ".hi") == ".hi";
                var a = m.Type();
                var b = m.Type();
                Ternary(PtxType.B32, PtxType.B32, PtxType.B32, PtxType.B32);
                _i.Option = (a.IsSigned() ? 1 : 0) | (b.IsSigned() ? 2 : 0) | (high ? 4 : 0) | (opcode == "dp2a" ? 8 : 0);
                _i.Execute = &BitHandlers.Dot;
                break;
            case "mul24" or "mad24":
                DecodeMultiply24(opcode, m);
                break;
            case "fns":
                m.Type();
                Ternary(PtxType.B32, PtxType.U32, PtxType.S32, PtxType.B32);
                _i.Execute = &BitHandlers.FindNth;
                break;
            default:
                throw Error($"the instruction '{_text.Name}' is not supported yet.");
        }
    }

    /// <summary>With <c>.and</c>, <c>.or</c> or <c>.xor</c> a predicate says whether the result is not zero, combined with another.</summary>
    private void DecodeLogic3(Modifiers m)
    {
        var combines = m.One(".and", ".or", ".xor");
        m.Type();
        Operands(combines is null ? 5 : 6);
        if (combines is null)
        {
            _i.D = Destination(0, PtxType.B32);
        }
        else
        {
            Results(PtxType.B32);
            _i.Sources = [Predicate(Operand(5), out var negated)];
            _i.Option2 = (combines switch { ".and" => 1, ".or" => 2, _ => 3 }) | (negated ? 4 : 0);
        }

        _i.A = Source(1, PtxType.B32);
        _i.B = Source(2, PtxType.B32);
        _i.C = Source(3, PtxType.B32);
        _i.Option = (int)Constant(Operand(4)) & 0xff;
    }

    private void DecodeMultiply24(string opcode, Modifiers m)
    {
        var high = m.One(".lo", ".hi") == ".hi";
        var saturates = opcode == "mad24" && m.Has(".sat");
        var type = m.Type();
        if (opcode == "mad24")
        {
            Operands(4);
            _i.C = Source(3, type);
        }
        else
        {
            Operands(3);
        }

        _i.D = Destination(0, type);
        _i.A = Source(1, type);
        _i.B = Source(2, type);
        _i.Option = (high ? 1 : 0) | (type == PtxType.S32 ? 2 : 0) | (saturates ? 4 : 0);
        _i.Execute = &BitHandlers.Multiply24;
    }

    private void Ternary(PtxType a, PtxType b, PtxType c, PtxType d)
    {
        Operands(4);
        _i.D = Destination(0, d);
        _i.A = Source(1, a);
        _i.B = Source(2, b);
        _i.C = Source(3, c);
    }
}
