namespace KernelDsl.Runtime.Numerics;

/// <summary>
/// Conversions between the bits of narrow elements and the values that kernels compute with. Floats are rounded to nearest, ties to even;
/// 16-bit floats overflow to infinity, 8-bit floats (OCP 8-bit floating point specification, 1.0) saturate to the largest finite value, also
/// from infinity, and keep NaN. Integers wrap.
/// </summary>
public static class ElementConversion
{
    /// <summary>The value of a binary16.</summary>
    public static float DecodeF16(ushort bits) => (float)BitConverter.UInt16BitsToHalf(bits);

    /// <summary>The nearest binary16.</summary>
    public static ushort EncodeF16(float value) => BitConverter.HalfToUInt16Bits((Half)value);

    /// <summary>The value of a bfloat16.</summary>
    public static float DecodeBF16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>The nearest bfloat16.</summary>
    public static ushort EncodeBF16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? (ushort)((bits >> 16) | 0x40)
            : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>The value of an E4M3 float.</summary>
    public static float DecodeF8E4M3(byte bits) => (bits & 0x7F) == 0x7F ? float.NaN : DecodeSmall(bits, mantissaBits: 3, bias: 7);

    /// <summary>The nearest E4M3 float, at most 448 in size.</summary>
    public static byte EncodeF8E4M3(float value) => EncodeSmall(value, mantissaBits: 3, bias: 7, largest: 0x7E, nan: 0x7F);

    /// <summary>The value of an E5M2 float.</summary>
    public static float DecodeF8E5M2(byte bits) => (bits & 0x7F) switch
    {
        0x7C => bits >= 0x80 ? float.NegativeInfinity : float.PositiveInfinity,
        > 0x7C => float.NaN,
        _ => DecodeSmall(bits, mantissaBits: 2, bias: 15),
    };

    /// <summary>The nearest E5M2 float, at most 57344 in size.</summary>
    public static byte EncodeF8E5M2(float value) => EncodeSmall(value, mantissaBits: 2, bias: 15, largest: 0x7B, nan: 0x7F);

    /// <summary>Rounds to binary16 and widens again.</summary>
    public static float RoundF16(float value) => (float)(Half)value;

    /// <summary>Rounds to bfloat16 and widens again.</summary>
    public static float RoundBF16(float value) => DecodeBF16(EncodeBF16(value));

    /// <summary>Rounds to E4M3 and widens again.</summary>
    public static float RoundF8E4M3(float value) => DecodeF8E4M3(EncodeF8E4M3(value));

    /// <summary>Rounds to E5M2 and widens again.</summary>
    public static float RoundF8E5M2(float value) => DecodeF8E5M2(EncodeF8E5M2(value));

    /// <summary>Keeps the low bits of an integer, with or without sign.</summary>
    /// <param name="value">The integer.</param>
    /// <param name="bits">The number of bits, 1 to 64.</param>
    /// <param name="isSigned">Whether the highest kept bit is a sign.</param>
    public static long Wrap(long value, int bits, bool isSigned)
        => isSigned ? value << (64 - bits) >> (64 - bits) : (long)((ulong)value << (64 - bits) >> (64 - bits));

    private static float DecodeSmall(byte bits, int mantissaBits, int bias)
    {
        var sign = (uint)(bits & 0x80) << 24;
        var exponent = (uint)(bits & 0x7F) >> mantissaBits;
        var mantissa = (uint)bits & ((1u << mantissaBits) - 1);
        if (exponent == 0)
        {
            // A subnormal counts units of 2^(1 - bias - mantissaBits), a power of two that binary32 holds.
            var unit = BitConverter.UInt32BitsToSingle((uint)(128 - bias - mantissaBits) << 23);
            return BitConverter.UInt32BitsToSingle(sign | BitConverter.SingleToUInt32Bits(mantissa * unit));
        }

        return BitConverter.UInt32BitsToSingle(sign | ((exponent + 127 - (uint)bias) << 23) | (mantissa << (23 - mantissaBits)));
    }

    private static byte EncodeSmall(float value, int mantissaBits, int bias, uint largest, uint nan)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        var sign = (bits >> 24) & 0x80;
        var size = bits & 0x7FFFFFFF;
        if (size > 0x7F800000)
        {
            return (byte)(sign | nan);
        }

        uint code;
        if (size < (uint)(128 - bias) << 23)
        {
            // Adding a number whose last bit is one unit of the subnormals rounds to a multiple of that unit, ties to even.
            var magic = BitConverter.UInt32BitsToSingle((uint)(151 - bias - mantissaBits) << 23);
            code = BitConverter.SingleToUInt32Bits(BitConverter.UInt32BitsToSingle(size) + magic) - BitConverter.SingleToUInt32Bits(magic);
        }
        else
        {
            var dropped = 23 - mantissaBits;
            var rounded = size + (1u << (dropped - 1)) - 1 + ((size >> dropped) & 1);
            code = (rounded >> dropped) - ((uint)(127 - bias) << mantissaBits);
        }

        return (byte)(sign | Math.Min(code, largest));
    }
}
