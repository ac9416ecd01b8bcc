using System.Numerics;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Numerics;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Machine;

internal sealed record ConvertForm(PtxType To, PtxType From, Rounding Mode, bool IsIntegral, bool Flushes, bool Saturates, bool SaturatesFinite, bool Relu);

internal readonly struct ToLong : IUnary<int, long>
{
    public static long Apply(int a) => a;
}

internal readonly struct ToWord : IUnary<ulong, uint>
{
    public static uint Apply(ulong a) => (uint)a;
}

internal readonly struct ToSingle : IUnary<int, float>
{
    public static float Apply(int a) => a;
}

internal readonly struct SingleToDouble : IUnary<float, double>
{
    public static double Apply(float a) => a;
}

internal readonly struct DoubleToSingle : IUnary<double, float>
{
    public static float Apply(double a) => Single32.Canonical((float)a);
}

internal readonly struct HalfToSingle : IUnary<Half, float>
{
    public static float Apply(Half a) => Single32.Canonical((float)a);
}

internal readonly struct BrainToSingle : IUnary<ushort, float>
{
    public static float Apply(ushort a) => BitConverter.UInt32BitsToSingle((uint)a << 16);
}

/// <summary><c>cvt</c> in all its forms. Every narrower float is exact in a double, every integer in 128 bits.</summary>
internal static unsafe class Conversions
{
    public static void Run(Warp warp, Instruction i, uint mask)
    {
        var form = (ConvertForm)i.Data!;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var a = LoadStore.ReadRegister(warp.R + i.A, i.Option2, lane);
            ulong result;
            if (i.B >= 0)
            {
                // The first source goes to the upper half.
                var part = form with { To = Part(form.To) };
                var size = form.To.Size() * 4;
                result = (One(part, a) << size) | One(part, LoadStore.ReadRegister(warp.R + i.B, 4, lane));
            }
            else if (form.From is PtxType.F16X2 or PtxType.E4M3X2 or PtxType.E5M2X2)
            {
                var part = form with { To = Part(form.To), From = Part(form.From) };
                var (into, outOf) = (form.To.Size() * 4, form.From.Size() * 4);
                result = One(part, a & ((1UL << outOf) - 1)) | (One(part, a >> outOf) << into);
            }
            else
            {
                result = One(form, a);
            }

            LoadStore.WriteRegister(warp.R + i.D, i.Option, lane, result);
        }
    }

    /// <summary>Converts the bits of one value.</summary>
    public static ulong One(ConvertForm form, ulong bits)
    {
        if (form.From.IsInteger())
        {
            var integer = ReadInteger(bits, form.From);
            return form.To.IsInteger() ? FromInteger(form, integer) : FloatFromInteger(form, integer);
        }

        var value = ReadFloat(bits, form.From);
        if (form.Flushes && form.From == PtxType.F32)
        {
            value = Single32.Flush((float)value);
        }

        return form.To.IsInteger() ? IntegerFromFloat(form, value) : FloatFromFloat(form, value);
    }

    public static void Pack(Warp warp, Instruction i, uint mask)
    {
        var type = (PtxType)i.Data!;
        var bits = type switch { PtxType.U16 or PtxType.S16 => 16, PtxType.U8 or PtxType.S8 => 8, PtxType.U4 or PtxType.S4 => 4, _ => 2 };
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var a = Clamp(((int*)(warp.R + i.A))[lane], type, bits);
            var b = Clamp(((int*)(warp.R + i.B))[lane], type, bits);
            var low = b | (a << bits);
            ((uint*)(warp.R + i.D))[lane] = i.C < 0 || bits == 16 ? low : low | (((uint*)(warp.R + i.C))[lane] << (2 * bits));
        }
    }

    private static uint Clamp(int value, PtxType type, int bits)
    {
        var isSigned = type is PtxType.S16 or PtxType.S8 or PtxType.S4 or PtxType.S2;
        var (low, high) = isSigned ? (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) : (0, (1 << bits) - 1);
        return (uint)Math.Clamp(value, low, high) & ((1u << bits) - 1);
    }

    private static PtxType Part(PtxType type) => type switch
    {
        PtxType.F16X2 => PtxType.F16, PtxType.BF16X2 => PtxType.BF16, PtxType.E4M3X2 => PtxType.E4M3, PtxType.E5M2X2 => PtxType.E5M2, _ => type,
    };

    private static Int128 ReadInteger(ulong bits, PtxType type) => type switch
    {
        PtxType.S8 => (sbyte)bits, PtxType.S16 => (short)bits, PtxType.S32 => (int)bits, PtxType.S64 => (long)bits,
        PtxType.U8 or PtxType.B8 => (byte)bits, PtxType.U16 or PtxType.B16 => (ushort)bits, PtxType.U32 or PtxType.B32 => (uint)bits, _ => bits,
    };

    private static double ReadFloat(ulong bits, PtxType type) => type switch
    {
        PtxType.F64 => BitConverter.UInt64BitsToDouble(bits),
        PtxType.F16 => (double)BitConverter.UInt16BitsToHalf((ushort)bits),
        PtxType.BF16 => BitConverter.UInt32BitsToSingle((uint)bits << 16),
        PtxType.E4M3 or PtxType.E5M2 => Float8.ToDouble((byte)bits, type == PtxType.E4M3),
        _ => BitConverter.UInt32BitsToSingle((uint)bits),
    };

    /// <summary>The bits in a register that may be wider: signs are extended.</summary>
    private static ulong FromInteger(ConvertForm form, Int128 value)
    {
        if (form.Saturates)
        {
            var (low, high) = Range(form.To);
            value = Int128.Clamp(value, low, high);
        }

        return Extended((ulong)(UInt128)value, form.To);
    }

    private static ulong Extended(ulong bits, PtxType type) => type switch
    {
        PtxType.S8 => (ulong)(sbyte)bits, PtxType.S16 => (ulong)(short)bits, PtxType.S32 => (ulong)(int)bits,
        PtxType.U8 or PtxType.B8 => (byte)bits, PtxType.U16 or PtxType.B16 => (ushort)bits, PtxType.U32 or PtxType.B32 => (uint)bits, _ => bits,
    };

    private static (Int128 Low, Int128 High) Range(PtxType type)
    {
        var bits = type.Size() * 8;
        return type.IsSigned() ? (-(Int128.One << (bits - 1)), (Int128.One << (bits - 1)) - 1) : (0, (Int128.One << bits) - 1);
    }

    private static ulong FloatFromInteger(ConvertForm form, Int128 value)
    {
        var negative = value < 0;
        var bits = SoftFloat.Pack(negative, (UInt128)(negative ? -value : value), 0, false, Layout(form.To), form.Mode);
        if (form.Saturates)
        {
            bits = value <= 0 ? 0 : form.To == PtxType.F32 ? 0x3f800000UL : form.To == PtxType.F64 ? 0x3ff0000000000000UL : 0x3c00UL;
        }

        return bits;
    }

    private static ulong IntegerFromFloat(ConvertForm form, double value)
    {
        if (double.IsNaN(value))
        {
            // 64-bit results of f32 and f64 are the least number of the type; narrower ones are 0.
            return form.To.Size() == 8 ? 0x8000000000000000 : 0;
        }

        var whole = Integral(value, form.Mode);
        var (low, high) = Range(form.To);
        var integer = whole >= 1.8446744073709552e19 ? high : whole <= -9.3e18 ? low : (Int128)whole;
        return Extended((ulong)(UInt128)Int128.Clamp(integer, low, high), form.To);
    }

    private static double Integral(double value, Rounding mode) => mode switch
    {
        Rounding.Zero => Math.Truncate(value), Rounding.Down => Math.Floor(value), Rounding.Up => Math.Ceiling(value), _ => Math.Round(value, MidpointRounding.ToEven),
    };

    private static ulong FloatFromFloat(ConvertForm form, double value)
    {
        if (form.IsIntegral && !double.IsNaN(value))
        {
            value = Math.CopySign(Integral(value, form.Mode), value);
        }

        if (form.Relu)
        {
            value = value < 0 || (value == 0 && double.IsNegative(value)) ? 0 : value;
        }

        if (form.Saturates)
        {
            value = double.IsNaN(value) ? 0 : Math.Clamp(value, 0, 1) + 0.0;
        }

        switch (form.To)
        {
            case PtxType.F64:
                return BitConverter.DoubleToUInt64Bits(value);
            case PtxType.F32:
                var single = double.IsNaN(value) ? 0x7fffffff : SoftFloat.Convert(value, FloatLayout.Single, form.Mode);
                return form.Flushes ? BitConverter.SingleToUInt32Bits(Single32.Flush(BitConverter.UInt32BitsToSingle((uint)single))) : single;
            case PtxType.TF32:
                return double.IsNaN(value) ? 0x7fffffff : SoftFloat.Convert(value, FloatLayout.TensorSingle, form.Mode) << 13;
            case PtxType.E4M3 or PtxType.E5M2:
                return Float8.FromDouble(value, form.To == PtxType.E4M3);
            default:
                return HalfArithmetic.FromDouble(value, form.To == PtxType.BF16, form.Mode);
        }
    }

    private static FloatLayout Layout(PtxType type) => type switch
    {
        PtxType.F64 => FloatLayout.Double, PtxType.F16 => FloatLayout.Half, PtxType.BF16 => FloatLayout.Brain, _ => FloatLayout.Single,
    };
}
