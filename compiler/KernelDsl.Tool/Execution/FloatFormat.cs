namespace KernelDsl.Tool.Execution;

/// <summary>
/// A binary floating-point format narrower than f64, with exact rounding from f64: once, to nearest, ties to even.
/// Written from the definition of the formats (IEEE 754, OCP OFP8), independent of the conversions of the back ends.
/// </summary>
/// <param name="Bits">The width.</param>
/// <param name="FractionBits">The stored bits of the significand.</param>
/// <param name="Bias">The bias of the exponent.</param>
/// <param name="IsFinite">Whether there is no infinity (the "fn" variant of e4m3): the largest exponent then holds numbers, and NaN is all ones.</param>
/// <param name="Saturates">Whether overflow gives the largest finite value rather than infinity.</param>
internal sealed record FloatFormat(int Bits, int FractionBits, int Bias, bool IsFinite, bool Saturates)
{
    public static FloatFormat F32 { get; } = new(32, 23, 127, false, false);

    public static FloatFormat F16 { get; } = new(16, 10, 15, false, false);

    public static FloatFormat BF16 { get; } = new(16, 7, 127, false, false);

    public static FloatFormat F8E4M3 { get; } = new(8, 3, 7, true, true);

    public static FloatFormat F8E5M2 { get; } = new(8, 2, 15, false, true);

    /// <summary>Half the distance from 1 to the next number: the unit roundoff.</summary>
    public double UnitRoundoff => Math.ScaleB(1, -(FractionBits + 1));

    public double SmallestSubnormal => Math.ScaleB(1, 1 - Bias - FractionBits);

    private int ExponentBits => Bits - 1 - FractionBits;

    private int LargestExponent => (1 << ExponentBits) - (IsFinite ? 1 : 2) - Bias;

    public double LargestFinite => Math.ScaleB(2 - Math.ScaleB(1, IsFinite ? 1 - FractionBits : -FractionBits), LargestExponent);

    public static FloatFormat? Of(ElementType type) => type switch
    {
        ElementType.F32 => F32,
        ElementType.F16 => F16,
        ElementType.BF16 => BF16,
        ElementType.F8E4M3 => F8E4M3,
        ElementType.F8E5M2 => F8E5M2,
        _ => null,
    };

    /// <summary>The nearest value of the format.</summary>
    public double Round(double value)
    {
        if (!double.IsFinite(value) || value == 0)
        {
            return double.IsInfinity(value) && Saturates ? Math.CopySign(LargestFinite, value) : value;
        }

        // The distance of neighbours at this size; a power of two, so that the scaling is exact.
        var exponent = Math.Max(Math.ILogB(value), 1 - Bias) - FractionBits;
        var rounded = Math.ScaleB(Math.Round(Math.ScaleB(value, -exponent), MidpointRounding.ToEven), exponent);
        return Math.Abs(rounded) <= LargestFinite ? rounded : Math.CopySign(Saturates ? LargestFinite : double.PositiveInfinity, value);
    }

    /// <summary>The bits of a value; it is rounded first.</summary>
    public uint Encode(double value)
    {
        var sign = double.IsNegative(value) ? 1u << (Bits - 1) : 0;
        var exponentMask = ((1u << ExponentBits) - 1) << FractionBits;
        if (double.IsNaN(value))
        {
            return IsFinite ? sign | exponentMask | ((1u << FractionBits) - 1) : sign | exponentMask | (1u << (FractionBits - 1));
        }

        var rounded = Math.Abs(Round(value));
        if (double.IsInfinity(rounded))
        {
            return sign | exponentMask;
        }

        if (rounded < Math.ScaleB(1, 1 - Bias))
        {
            return sign | (uint)(rounded / SmallestSubnormal);
        }

        var exponent = Math.ILogB(rounded);
        var fraction = (uint)Math.ScaleB(Math.ScaleB(rounded, -exponent) - 1, FractionBits);
        return sign | ((uint)(exponent + Bias) << FractionBits) | fraction;
    }

    /// <summary>The value of the bits.</summary>
    public double Decode(uint bits)
    {
        var sign = (bits >> (Bits - 1)) != 0 ? -1.0 : 1.0;
        var exponent = (int)(bits >> FractionBits) & ((1 << ExponentBits) - 1);
        var fraction = bits & ((1u << FractionBits) - 1);
        var isTop = exponent == (1 << ExponentBits) - 1;
        if (isTop && !IsFinite)
        {
            return fraction == 0 ? sign * double.PositiveInfinity : double.NaN;
        }

        if (isTop && fraction == (1u << FractionBits) - 1)
        {
            return double.NaN;
        }

        return exponent == 0
            ? sign * fraction * SmallestSubnormal
            : sign * Math.ScaleB(1 + Math.ScaleB(fraction, -FractionBits), exponent - Bias);
    }
}
