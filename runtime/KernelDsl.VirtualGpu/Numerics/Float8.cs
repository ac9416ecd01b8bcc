namespace KernelDsl.VirtualGpu.Numerics;

/// <summary>The two formats of 8 bits. e4m3 has no infinity and one NaN; conversions to both saturate to the largest finite number.</summary>
internal static class Float8
{
    private static readonly FloatLayout s_e5m2 = new(2, 5);

    public static double ToDouble(byte bits, bool isE4M3)
    {
        if (!isE4M3)
        {
            return SoftFloat.ToDouble(bits, s_e5m2);
        }

        if ((bits & 0x7f) == 0x7f)
        {
            return double.NaN;
        }

        var exponent = bits >> 3 & 15;
        var value = Math.ScaleB(exponent == 0 ? bits & 7 : (bits & 7) | 8, Math.Max(exponent, 1) - 10);
        return (bits & 0x80) != 0 ? -value : value;
    }

    public static byte FromDouble(double value, bool isE4M3)
    {
        if (double.IsNaN(value))
        {
            return 0x7f;
        }

        var sign = double.IsNegative(value) ? 0x80 : 0;
        var size = Math.Abs(value);
        if (isE4M3)
        {
            // Rounded with one exponent more than the format has room for; what comes out above 448 saturates.
            if (size >= 464 || double.IsInfinity(size))
            {
                return (byte)(sign | 0x7e);
            }

            var bits = size == 0 ? 0 : Math.Round(size / Unit(size, 3, -6), MidpointRounding.ToEven) * Unit(size, 3, -6);
            return (byte)(sign | Encode(Math.Min(bits, 448), 3, 7));
        }

        if (double.IsInfinity(size) || size >= 61440)
        {
            return (byte)(sign | 0x7b);
        }

        var rounded = size == 0 ? 0 : Math.Round(size / Unit(size, 2, -14), MidpointRounding.ToEven) * Unit(size, 2, -14);
        return (byte)(sign | Encode(Math.Min(rounded, 57344), 2, 15));
    }

    private static double Unit(double size, int fraction, int least) => Math.ScaleB(1, Math.Max(Math.ILogB(size), least) - fraction);

    private static int Encode(double value, int fraction, int bias)
    {
        if (value == 0)
        {
            return 0;
        }

        var exponent = Math.Max(Math.ILogB(value), 1 - bias);
        var scaled = (int)Math.ScaleB(value, fraction - exponent);
        return scaled >> fraction == 0 ? scaled : ((exponent + bias) << fraction) | (scaled & ((1 << fraction) - 1));
    }
}
