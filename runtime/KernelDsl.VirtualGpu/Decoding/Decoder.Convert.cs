using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Numerics;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Conversions.</summary>
internal sealed unsafe partial class Decoder
{
    private void DecodeConvert(Modifiers m)
    {
        _i.Class = InstructionClass.Conversion;
        if (m.Has(".pack"))
        {
            DecodeConvertPack(m);
            return;
        }

        var integral = m.One(".rni", ".rzi", ".rmi", ".rpi");
        var round = m.One(".rn", ".rz", ".rm", ".rp", ".rna");
        var ftz = m.Has(".ftz");
        var sat = m.Has(".sat");
        var satFinite = m.Has(".satfinite");
        var relu = m.Has(".relu");
        var to = m.Type();
        var from = m.Type();
        if (to is PtxType.E4M3X2 or PtxType.E5M2X2 || from is PtxType.E4M3X2 or PtxType.E5M2X2)
        {
            RequireArchitecture(89);
        }

        var mode = (integral ?? round) switch { ".rz" or ".rzi" => Rounding.Zero, ".rm" or ".rmi" => Rounding.Down, ".rp" or ".rpi" => Rounding.Up, ".rna" => Rounding.NearestAway, _ => Rounding.Nearest };
        var form = new ConvertForm(to, from, mode, integral is not null, ftz, sat, satFinite, relu);
        var isPair = to is PtxType.F16X2 or PtxType.BF16X2 or PtxType.E4M3X2 or PtxType.E5M2X2 && from == PtxType.F32;
        Operands(isPair ? 3 : 2);
        if ((to.IsInteger() || to.IsFloat() || isPair || to is PtxType.E4M3X2 or PtxType.E5M2X2 or PtxType.F16X2) is false || (from.IsInteger() || from.IsFloat()
            || from is PtxType.E4M3X2 or PtxType.E5M2X2 or PtxType.F16X2) is false)
        {
            throw Error($"'{_text.Name}' is not executed.");
        }

        _i.D = Destination(0, to, anySize: to.IsInteger());
        _i.A = Source(1, from, anySize: from.IsInteger());
        _i.B = isPair ? Source(2, from) : -1;
        _i.Option = Operand(0) is SinkOperand ? Math.Max(to.Size(), 2) : SizeOf(Operand(0));
        _i.Option2 = Operand(1) is RegisterOperand ? SizeOf(Operand(1)) : Math.Max(from.Size(), 2);
        if (Operand(0) is RegisterOperand && _i.Option < to.Size() || (Operand(1) is RegisterOperand && _i.Option2 < from.Size()))
        {
            throw Error($"a register of '{_text.Name}' is smaller than its type.");
        }

        _i.Data = form;
        _i.Execute = Quick(form) is var quick && quick != null ? quick : &Conversions.Run;
    }

    /// <summary>The conversions that address arithmetic is full of.</summary>
    private Handler Quick(ConvertForm form)
    {
        if (form.Saturates || form.Flushes || form.Relu || _i.Option != Math.Max(form.To.Size(), 2) || _i.Option2 != Math.Max(form.From.Size(), 2))
        {
            return null;
        }

        return (form.To, form.From) switch
        {
            (PtxType.S64 or PtxType.U64, PtxType.S32) => &Lanes.Unary<int, long, ToLong>,
            (PtxType.S64 or PtxType.U64, PtxType.U32) => &Lanes.Unary<uint, ulong, Widen>,
            (PtxType.S32 or PtxType.U32, PtxType.S64 or PtxType.U64) => &Lanes.Unary<ulong, uint, ToWord>,
            (PtxType.F32, PtxType.S32) when form.Mode == Rounding.Nearest => &Lanes.Unary<int, float, ToSingle>,
            (PtxType.F64, PtxType.F32) => &Lanes.Unary<float, double, SingleToDouble>,
            (PtxType.F32, PtxType.F64) when form.Mode == Rounding.Nearest && !form.IsIntegral => &Lanes.Unary<double, float, DoubleToSingle>,
            (PtxType.F32, PtxType.F16) => &Lanes.Unary<Half, float, HalfToSingle>,
            (PtxType.F32, PtxType.BF16) => &Lanes.Unary<ushort, float, BrainToSingle>,
            _ => null,
        };
    }

    private void DecodeConvertPack(Modifiers m)
    {
        m.Has(".sat");
        var to = m.Type();
        var from = m.Type();
        var hasMore = m.Has(".b32");
        if (from != PtxType.S32)
        {
            throw Error($"'{_text.Name}' is not executed.");
        }

        Operands(hasMore || _text.Operands.Length == 4 ? 4 : 3);
        _i.D = Destination(0, PtxType.B32);
        _i.A = Source(1, PtxType.S32);
        _i.B = Source(2, PtxType.S32);
        _i.C = _text.Operands.Length == 4 ? Source(3, PtxType.B32) : -1;
        _i.Data = to;
        _i.Execute = &Conversions.Pack;
    }
}
