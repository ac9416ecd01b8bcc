using System.Numerics;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Numerics;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Arithmetic: of integers here, of floats in the other part.</summary>
internal sealed unsafe partial class Decoder
{
    private void DecodeArithmetic(string opcode, Modifiers m)
    {
        var types = _text.Modifiers.Where(t => PtxTypes.TryParse(t, out _)).ToArray();
        if (types.Length == 0 || !PtxTypes.TryParse(types[^1], out var type))
        {
            throw Error($"'{_text.Name}' has no type.");
        }

        if (type is PtxType.F32 or PtxType.F64)
        {
            m.Type();
            DecodeFloat(opcode, type, m);
        }
        else if (type is PtxType.F16 or PtxType.F16X2 or PtxType.BF16 or PtxType.BF16X2)
        {
            m.Type();
            DecodeHalf(opcode, type, m);
        }
        else
        {
            DecodeInteger(opcode, m.Type(), m);
        }
    }

    private void DecodeInteger(string opcode, PtxType type, Modifiers m)
    {
        _i.Class = InstructionClass.Integer;
        var carry = m.Has(".cc");
        if (carry)
        {
            DecodeCarryForm(opcode, type, m, false, true);
            return;
        }

        var wide = m.Has(".wide");
        var high = m.Has(".hi");
        m.Skip(".lo");
        var result = wide ? Wider(type) : type;
        var sat = m.Has(".sat");
        var relu = m.Has(".relu");
        var isTernary = opcode == "mad";
        var isUnary = opcode is "abs" or "neg";
        Operands(isTernary ? 4 : isUnary ? 2 : 3);
        _i.D = Destination(0, result);
        _i.A = Source(1, type);
        _i.B = isUnary ? -1 : Source(2, type);
        _i.C = isTernary ? Source(3, result) : -1;
        if (type is PtxType.U16X2 or PtxType.S16X2)
        {
            _i.Execute = (opcode, type) switch
            {
                ("add", _) => &Lanes.Binary<uint, uint, uint, PackedAdd>,
                ("min", PtxType.S16X2) => relu ? &Lanes.Binary<uint, uint, uint, PackedBoth<short, MinimumRelu<short>>> : &Lanes.Binary<uint, uint, uint, PackedBoth<short, Minimum<short>>>,
                ("max", PtxType.S16X2) => relu ? &Lanes.Binary<uint, uint, uint, PackedBoth<short, MaximumRelu<short>>> : &Lanes.Binary<uint, uint, uint, PackedBoth<short, Maximum<short>>>,
                ("min", _) => &Lanes.Binary<uint, uint, uint, PackedBoth<ushort, Minimum<ushort>>>,
                ("max", _) => &Lanes.Binary<uint, uint, uint, PackedBoth<ushort, Maximum<ushort>>>,
                _ => throw Error($"'{_text.Name}' is not executed."),
            };
            return;
        }

        if (sat)
        {
            if (type != PtxType.S32 || opcode is not ("add" or "sub" or "mad"))
            {
                throw Error($"'{_text.Name}' is not executed.");
            }

            _i.Execute = opcode switch
            {
                "add" => &Lanes.Binary<int, int, int, AddSaturated>,
                "sub" => &Lanes.Binary<int, int, int, SubtractSaturated>,
                _ => &Lanes.Ternary<int, int, int, int, MultiplyAddHighSaturated>,
            };
            return;
        }

        if (relu)
        {
            _i.Execute = (opcode, type) switch
            {
                ("min", PtxType.S32) => &Lanes.Binary<int, int, int, MinimumRelu<int>>,
                ("max", PtxType.S32) => &Lanes.Binary<int, int, int, MaximumRelu<int>>,
                _ => throw Error($"'{_text.Name}' is not executed."),
            };
            return;
        }

        if (opcode is "div" or "rem")
        {
            _i.Data = true;
        }

        _i.Execute = wide ? Wide(opcode, type) : type switch
        {
            PtxType.S16 => Integer<short, int>(opcode, high),
            PtxType.U16 => Integer<ushort, uint>(opcode, high),
            PtxType.S32 => Integer<int, long>(opcode, high),
            PtxType.U32 => Integer<uint, ulong>(opcode, high),
            PtxType.S64 => Integer<long, Int128>(opcode, high),
            PtxType.U64 => Integer<ulong, UInt128>(opcode, high),
            _ => throw Error($"'{_text.Name}' is not executed."),
        };
    }

    private static PtxType Wider(PtxType type) => type switch
    {
        PtxType.S16 => PtxType.S32, PtxType.U16 => PtxType.U32, PtxType.S32 => PtxType.S64, PtxType.U32 => PtxType.U64, _ => PtxType.None,
    };

    private Handler Wide(string opcode, PtxType type) => (opcode, type) switch
    {
        ("mul", PtxType.S16) => &Lanes.Binary<short, short, int, MultiplyWide<short, int>>,
        ("mul", PtxType.U16) => &Lanes.Binary<ushort, ushort, uint, MultiplyWide<ushort, uint>>,
        ("mul", PtxType.S32) => &Lanes.Binary<int, int, long, MultiplyWide<int, long>>,
        ("mul", PtxType.U32) => &Lanes.Binary<uint, uint, ulong, MultiplyWide<uint, ulong>>,
        ("mad", PtxType.S16) => &Lanes.Ternary<short, short, int, int, MultiplyAddWide<short, int>>,
        ("mad", PtxType.U16) => &Lanes.Ternary<ushort, ushort, uint, uint, MultiplyAddWide<ushort, uint>>,
        ("mad", PtxType.S32) => &Lanes.Ternary<int, int, long, long, MultiplyAddWide<int, long>>,
        ("mad", PtxType.U32) => &Lanes.Ternary<uint, uint, ulong, ulong, MultiplyAddWide<uint, ulong>>,
        _ => throw Error($"'{_text.Name}' is not executed."),
    };

    private Handler Integer<T, TWide>(string opcode, bool high)
        where T : unmanaged, IBinaryInteger<T>
        where TWide : unmanaged, IBinaryInteger<TWide>
        => opcode switch
        {
            "add" => &Lanes.BinaryVector<T, Add<T>>,
            "sub" => &Lanes.BinaryVector<T, Subtract<T>>,
            "mul" => high ? &Lanes.Binary<T, T, T, MultiplyHigh<T, TWide>> : &Lanes.BinaryVector<T, MultiplyLow<T>>,
            "mad" => high ? &Lanes.Ternary<T, T, T, T, MultiplyAddHigh<T, TWide>> : &Lanes.TernaryVector<T, MultiplyAddLow<T>>,
            "div" => &Divisions.Checked<T, Divide<T>>,
            "rem" => &Divisions.Checked<T, Remainder<T>>,
            "min" => &Lanes.BinaryVector<T, Minimum<T>>,
            "max" => &Lanes.BinaryVector<T, Maximum<T>>,
            "abs" => &Lanes.Unary<T, T, AbsoluteValue<T>>,
            "neg" => &Lanes.Unary<T, T, Negate<T>>,
            _ => throw Error($"'{_text.Name}' is not executed."),
        };

    private void DecodeCarry(string opcode, Modifiers m)
    {
        var writes = m.Has(".cc");
        DecodeCarryForm(opcode[..3], m.Type(), m, true, writes);
    }

    /// <summary>The carry flag is a predicate of the frame that no register names.</summary>
    private void DecodeCarryForm(string opcode, PtxType type, Modifiers m, bool reads, bool writes)
    {
        _carry = _carry >= 0 ? _carry : _frame.Add(PtxType.Pred);
        _i.Class = InstructionClass.Integer;
        _i.Option = (reads ? 1 : 0) | (writes ? 2 : 0) | (opcode == "sub" ? 4 : 0) | (m.Has(".hi") ? 8 : 0) | (opcode == "mad" ? 16 : 0) | (type.IsSigned() ? 32 : 0);
        m.Skip(".lo");
        if (type.Size() is not (4 or 8))
        {
            throw Error($"'{_text.Name}' is not executed.");
        }

        Operands(opcode == "mad" ? 4 : 3);
        _i.D = Destination(0, type);
        _i.A = Source(1, type);
        _i.B = Source(2, type);
        _i.C = opcode == "mad" ? Source(3, type) : -1;
        _i.D2 = _carry;
        _i.Execute = type.Size() == 4 ? &Carries.Word : &Carries.Double;
    }

    private int _carry = -1;
}
