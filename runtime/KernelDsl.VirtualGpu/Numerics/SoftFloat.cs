using System.Numerics;

namespace KernelDsl.VirtualGpu.Numerics;

internal enum Rounding : byte { Nearest, Zero, Down, Up, NearestAway }

/// <summary>A binary floating-point format.</summary>
internal readonly record struct FloatLayout(int FractionBits, int ExponentBits)
{
    public static readonly FloatLayout Half = new(10, 5);
    public static readonly FloatLayout Brain = new(7, 8);
    public static readonly FloatLayout TensorSingle = new(10, 8);
    public static readonly FloatLayout Single = new(23, 8);
    public static readonly FloatLayout Double = new(52, 11);

    public int Bias => (1 << (ExponentBits - 1)) - 1;

    public ulong Infinity => ((1UL << ExponentBits) - 1) << FractionBits;

    public ulong Largest => Infinity - 1;

    public ulong Sign => 1UL << (FractionBits + ExponentBits);
}

/// <summary>Exact arithmetic with one rounding, for directions the host does not offer. Slow, and the reference for the fast ways.</summary>
internal static class SoftFloat
{
    /// <summary>The number ±m·2^e, with more below it when sticky, in a format.</summary>
    public static ulong Pack(bool negative, UInt128 m, int e, bool sticky, FloatLayout layout, Rounding mode)
    {
        var sign = negative ? layout.Sign : 0;
        if (m == 0 && !sticky)
        {
            return sign;
        }

        var top = 127 - (int)UInt128.LeadingZeroCount(m) + e;
        var lowest = 1 - layout.Bias - layout.FractionBits;
        var unit = m == 0 ? lowest : Math.Max(top - layout.FractionBits, lowest);
        var shift = unit - e;
        UInt128 kept;
        var half = 0;
        if (shift <= 0)
        {
            kept = m << -shift;
        }
        else
        {
            kept = shift >= 128 ? 0 : m >> shift;
            var rest = shift >= 128 ? m : m & ((UInt128.One << shift) - 1);
            var middle = shift > 128 ? UInt128.MaxValue : UInt128.One << (shift - 1);
            half = shift > 128 ? (rest == 0 ? 0 : 1) : rest == 0 ? 0 : rest < middle ? 1 : rest == middle ? 2 : 3;
        }

        half = sticky && half is 0 or 2 ? half + 1 : half;
        var up = mode switch
        {
            Rounding.Nearest => half == 3 || (half == 2 && (kept & 1) != 0),
            Rounding.NearestAway => half >= 2,
            Rounding.Down => negative && half != 0,
            Rounding.Up => !negative && half != 0,
            _ => false,
        };
        kept += up ? UInt128.One : 0;
        if (kept >> (layout.FractionBits + 1) != 0)
        {
            kept >>= 1;
            unit++;
        }

        var hidden = kept >> layout.FractionBits != 0;
        var exponent = hidden ? unit - lowest + 1 : 0;
        if (exponent >= (1 << layout.ExponentBits) - 1)
        {
            var toInfinity = mode is Rounding.Nearest or Rounding.NearestAway || (mode == Rounding.Up && !negative) || (mode == Rounding.Down && negative);
            return sign | (toInfinity ? layout.Infinity : layout.Largest);
        }

        return sign | ((ulong)exponent << layout.FractionBits) | ((ulong)kept & ((1UL << layout.FractionBits) - 1));
    }

    /// <summary>a·b+c with one rounding.</summary>
    public static ulong MultiplyAdd(ulong a, ulong b, ulong c, FloatLayout layout, Rounding mode)
    {
        var (x, y, z) = (ToDouble(a, layout), ToDouble(b, layout), ToDouble(c, layout));
        var plain = Math.FusedMultiplyAdd(x, y, z);
        if (double.IsNaN(x) || double.IsNaN(y) || double.IsNaN(z) || double.IsInfinity(x) || double.IsInfinity(y) || double.IsInfinity(z))
        {
            return FromSpecial(plain, layout);
        }

        var (ma, ea) = Parts(x);
        var (mb, eb) = Parts(y);
        var (mc, ec) = Parts(z);
        var product = ma * mb;
        var ep = ea + eb;
        if (product.IsZero && mc.IsZero)
        {
            var negativeProduct = double.IsNegative(x) != double.IsNegative(y);
            var isNegative = negativeProduct == double.IsNegative(z) ? negativeProduct : mode == Rounding.Down;
            return isNegative ? layout.Sign : 0;
        }

        var e = product.IsZero ? ec : mc.IsZero ? ep : Math.Min(ep, ec);
        var sum = (product.IsZero ? 0 : product << (ep - e)) + (mc.IsZero ? 0 : mc << (ec - e));
        if (sum.IsZero)
        {
            return mode == Rounding.Down ? layout.Sign : 0;
        }

        return Pack(sum, e, layout, mode);
    }

    public static ulong Pack(BigInteger value, int e, FloatLayout layout, Rounding mode)
    {
        var negative = value.Sign < 0;
        var magnitude = BigInteger.Abs(value);
        var sticky = false;
        var excess = (int)magnitude.GetBitLength() - 120;
        if (excess > 0)
        {
            sticky = (magnitude & ((BigInteger.One << excess) - 1)) != 0;
            magnitude >>= excess;
            e += excess;
        }

        return Pack(negative, (UInt128)magnitude, e, sticky, layout, mode);
    }

    /// <summary>A double, rounded to a narrower format.</summary>
    public static ulong Convert(double value, FloatLayout layout, Rounding mode)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            return FromSpecial(value, layout);
        }

        var bits = BitConverter.DoubleToUInt64Bits(value);
        var (m, e) = Split(bits);
        return Pack(double.IsNegative(value), m, e, false, layout, mode);
    }

    public static double ToDouble(ulong bits, FloatLayout layout)
    {
        if (layout == FloatLayout.Double)
        {
            return BitConverter.UInt64BitsToDouble(bits);
        }

        var fraction = bits & ((1UL << layout.FractionBits) - 1);
        var exponent = (int)(bits >> layout.FractionBits) & ((1 << layout.ExponentBits) - 1);
        var value = exponent == (1 << layout.ExponentBits) - 1
            ? fraction != 0 ? double.NaN : double.PositiveInfinity
            : Math.ScaleB(exponent == 0 ? fraction : fraction | (1UL << layout.FractionBits), Math.Max(exponent, 1) - layout.Bias - layout.FractionBits);
        return (bits & layout.Sign) != 0 ? -value : value;
    }

    private static ulong FromSpecial(double value, FloatLayout layout)
        => double.IsNaN(value) ? (layout == FloatLayout.Double ? 0x7ff8000000000000 : layout.Infinity | (layout.Infinity - 1) | ((1UL << layout.FractionBits) - 1)) & (layout.Sign - 1)
            : layout.Infinity | (value < 0 ? layout.Sign : 0);

    private static (BigInteger M, int E) Parts(double value)
    {
        var (m, e) = Split(BitConverter.DoubleToUInt64Bits(value));
        return (double.IsNegative(value) ? -(BigInteger)m : m, e);
    }

    private static (ulong M, int E) Split(ulong bits)
    {
        var exponent = (int)(bits >> 52) & 0x7ff;
        var fraction = bits & ((1UL << 52) - 1);
        return (exponent == 0 ? fraction : fraction | (1UL << 52), Math.Max(exponent, 1) - 1075);
    }
}
