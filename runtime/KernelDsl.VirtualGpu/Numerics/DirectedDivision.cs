using System.Numerics;

namespace KernelDsl.VirtualGpu.Numerics;

/// <summary>Quotients and square roots in one direction of rounding, by division of whole numbers with a remainder.</summary>
internal static class DirectedDivision
{
    // So many bits below the result's last that the remainder only says whether there is more.
    private const int Guard = 70;

    /// <summary>The bits of a / b.</summary>
    public static ulong Divide(double a, double b, FloatLayout layout, Rounding mode)
    {
        var negative = double.IsNegative(a) != double.IsNegative(b);
        if (a == 0 || b == 0 || !double.IsFinite(a) || !double.IsFinite(b))
        {
            return SoftFloat.Convert(a / b, layout, mode);
        }

        var (ma, ea) = Parts(a);
        var (mb, eb) = Parts(b);

        // A subnormal has few bits; the quotient needs its bits all the same.
        var shift = Guard + (int)Math.Max(0, mb.GetBitLength() - ma.GetBitLength());
        var quotient = BigInteger.DivRem(ma << shift, mb, out var rest);
        return Pack(negative, quotient, ea - eb - shift, !rest.IsZero, layout, mode);
    }

    /// <summary>The bits of the square root of a.</summary>
    public static ulong Root(double a, FloatLayout layout, Rounding mode)
    {
        if (!(a > 0) || double.IsInfinity(a))
        {
            return SoftFloat.Convert(Math.Sqrt(a), layout, mode);
        }

        var (m, e) = Parts(a);
        var shift = (2 * Guard) + (e & 1);
        var value = m << shift;
        var root = Whole(value);
        return Pack(false, root, (e - shift) / 2, root * root != value, layout, mode);
    }

    private static ulong Pack(bool negative, BigInteger m, int e, bool sticky, FloatLayout layout, Rounding mode)
    {
        var excess = Math.Max(0, (int)m.GetBitLength() - 120);
        sticky |= (m & ((BigInteger.One << excess) - 1)) != 0;
        return SoftFloat.Pack(negative, (UInt128)(m >> excess), e + excess, sticky, layout, mode);
    }

    /// <summary>The whole part of a square root, by Newton's iteration from above.</summary>
    private static BigInteger Whole(BigInteger value)
    {
        var root = BigInteger.One << (((int)value.GetBitLength() / 2) + 1);
        while (true)
        {
            var next = (root + (value / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }

    private static (BigInteger M, int E) Parts(double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var exponent = (int)(bits >> 52) & 0x7ff;
        var fraction = bits & ((1UL << 52) - 1);
        return (exponent == 0 ? fraction : fraction | (1UL << 52), Math.Max(exponent, 1) - 1075);
    }
}

internal readonly struct DirectedDivideF32<T> : IBinary<float, float, float>
    where T : struct, IDirection
{
    public static float Apply(float a, float b) => Single32.Canonical(BitConverter.UInt32BitsToSingle((uint)DirectedDivision.Divide(a, b, FloatLayout.Single, T.Mode)));
}

internal readonly struct DirectedDivideF64<T> : IBinary<double, double, double>
    where T : struct, IDirection
{
    public static double Apply(double a, double b) => BitConverter.UInt64BitsToDouble(DirectedDivision.Divide(a, b, FloatLayout.Double, T.Mode));
}

internal readonly struct DirectedReciprocalF32<T> : IUnary<float, float>
    where T : struct, IDirection
{
    public static float Apply(float a) => DirectedDivideF32<T>.Apply(1, a);
}

internal readonly struct DirectedReciprocalF64<T> : IUnary<double, double>
    where T : struct, IDirection
{
    public static double Apply(double a) => DirectedDivideF64<T>.Apply(1, a);
}

internal readonly struct DirectedRootF32<T> : IUnary<float, float>
    where T : struct, IDirection
{
    public static float Apply(float a) => Single32.Canonical(BitConverter.UInt32BitsToSingle((uint)DirectedDivision.Root(a, FloatLayout.Single, T.Mode)));
}

internal readonly struct DirectedRootF64<T> : IUnary<double, double>
    where T : struct, IDirection
{
    public static double Apply(double a) => BitConverter.UInt64BitsToDouble(DirectedDivision.Root(a, FloatLayout.Double, T.Mode));
}
