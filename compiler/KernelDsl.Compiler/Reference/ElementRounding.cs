namespace KernelDsl.Compiler.Reference;

/// <summary>Rounds numbers to what an element type can hold.</summary>
internal static class ElementRounding
{
    /// <summary>To the nearest value, ties to even. The 8-bit types saturate, the others overflow to infinity.</summary>
    public static double Round(double value, ElementType type) => type switch
    {
        ElementType.F64 => value,
        ElementType.F32 => (float)value,
        ElementType.F16 => Round(value, 11, -14, 65504, saturates: false),
        ElementType.BF16 => Round(value, 8, -126, 3.3895313892515355e38, saturates: false),
        ElementType.F8E4M3 => Round(value, 4, -6, 448, saturates: true),
        ElementType.F8E5M2 => Round(value, 3, -14, 57344, saturates: true),
        _ => value,
    };

    /// <summary>The low bits of an integer, as the type reads them; of a truth value, whether it is not 0.</summary>
    public static long Wrap(long value, ElementType type) => type switch
    {
        ElementType.I64 => value,
        ElementType.I32 => unchecked((int)value),
        ElementType.I16 => unchecked((short)value),
        ElementType.I8 => unchecked((sbyte)value),
        ElementType.U8 => unchecked((byte)value),
        ElementType.I4 => unchecked(value << 60) >> 60,
        ElementType.U4 => value & 15,
        ElementType.I2 => unchecked(value << 62) >> 62,
        ElementType.Bool => value != 0 ? 1 : 0,
        _ => value,
    };

    /// <summary>Toward zero, held inside the range of 64 bits; NaN gives 0.</summary>
    public static long Truncate(double value)
        => double.IsNaN(value) ? 0 : value >= 9223372036854775808.0 ? long.MaxValue : value <= -9223372036854775808.0 ? long.MinValue : (long)value;

    private static double Round(double value, int precision, int smallestExponent, double largest, bool saturates)
    {
        if (double.IsNaN(value) || value == 0)
        {
            return value;
        }

        var magnitude = Math.Abs(value);
        if (!double.IsInfinity(magnitude))
        {
            var exponent = Math.Max(Exponent(magnitude), smallestExponent);
            var unit = Math.Pow(2, exponent - precision + 1);
            magnitude = Math.Round(magnitude / unit, MidpointRounding.ToEven) * unit;
        }

        if (magnitude > largest)
        {
            magnitude = saturates ? largest : double.PositiveInfinity;
        }

        return value < 0 ? -magnitude : magnitude;
    }

    private static int Exponent(double magnitude)
    {
        var bits = BitConverter.DoubleToInt64Bits(magnitude);
        var exponent = (int)((bits >> 52) & 0x7FF);
        return exponent == 0 ? -1074 : exponent - 1023;
    }
}
