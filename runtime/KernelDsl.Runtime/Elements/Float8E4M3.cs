using System.Globalization;
using KernelDsl.Runtime.Numerics;

namespace KernelDsl;

/// <summary>OCP 8-bit float with 4 exponent bits, no infinity (the "fn" variant), largest value 448. Element type <c>f8e4m3</c>.</summary>
public readonly struct Float8E4M3 : IEquatable<Float8E4M3>, IComparable<Float8E4M3>, ISpanFormattable
{
    private Float8E4M3(byte bits) => Bits = bits;

    /// <summary>The bits in memory.</summary>
    public byte Bits { get; }

    /// <summary>Makes a value of its bits.</summary>
    public static Float8E4M3 FromBits(byte bits) => new(bits);

    /// <summary>The value, exactly.</summary>
    public static implicit operator float(Float8E4M3 value) => ElementConversion.DecodeF8E4M3(value.Bits);

    /// <summary>The nearest value, ties to even. Larger values saturate.</summary>
    public static explicit operator Float8E4M3(float value) => new(ElementConversion.EncodeF8E4M3(value));

    /// <summary>The nearest value to the nearest binary32.</summary>
    public static explicit operator Float8E4M3(double value) => (Float8E4M3)(float)value;

    /// <summary>Whether both are equal as numbers: NaN equals nothing, 0 equals -0.</summary>
    public static bool operator ==(Float8E4M3 left, Float8E4M3 right) => (float)left == (float)right;

    /// <summary>Whether they differ as numbers.</summary>
    public static bool operator !=(Float8E4M3 left, Float8E4M3 right) => (float)left != (float)right;

    /// <inheritdoc/>
    public bool Equals(Float8E4M3 other) => ((float)this).Equals((float)other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Float8E4M3 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((float)this).GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(Float8E4M3 other) => ((float)this).CompareTo(other);

    /// <inheritdoc/>
    public override string ToString() => ToString(null, CultureInfo.CurrentCulture);

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ((float)this).ToString(format, formatProvider);

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
        => ((float)this).TryFormat(destination, out charsWritten, format, provider);
}
