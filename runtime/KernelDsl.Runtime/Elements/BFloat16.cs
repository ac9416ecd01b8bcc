using System.Globalization;
using KernelDsl.Runtime.Numerics;

namespace KernelDsl;

/// <summary>bfloat16: the upper half of a binary32, with 8 bits of precision. Element type <c>bf16</c>.</summary>
public readonly struct BFloat16 : IEquatable<BFloat16>, IComparable<BFloat16>, ISpanFormattable
{
    private BFloat16(ushort bits) => Bits = bits;

    /// <summary>The bits in memory.</summary>
    public ushort Bits { get; }

    /// <summary>Makes a value of its bits.</summary>
    public static BFloat16 FromBits(ushort bits) => new(bits);

    /// <summary>The value, exactly.</summary>
    public static implicit operator float(BFloat16 value) => ElementConversion.DecodeBF16(value.Bits);

    /// <summary>The nearest value, ties to even.</summary>
    public static explicit operator BFloat16(float value) => new(ElementConversion.EncodeBF16(value));

    /// <summary>The nearest value to the nearest binary32.</summary>
    public static explicit operator BFloat16(double value) => (BFloat16)(float)value;

    /// <summary>Whether both are equal as numbers: NaN equals nothing, 0 equals -0.</summary>
    public static bool operator ==(BFloat16 left, BFloat16 right) => (float)left == (float)right;

    /// <summary>Whether they differ as numbers.</summary>
    public static bool operator !=(BFloat16 left, BFloat16 right) => (float)left != (float)right;

    /// <inheritdoc/>
    public bool Equals(BFloat16 other) => ((float)this).Equals((float)other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((float)this).GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(BFloat16 other) => ((float)this).CompareTo(other);

    /// <inheritdoc/>
    public override string ToString() => ToString(null, CultureInfo.CurrentCulture);

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ((float)this).ToString(format, formatProvider);

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
        => ((float)this).TryFormat(destination, out charsWritten, format, provider);
}
