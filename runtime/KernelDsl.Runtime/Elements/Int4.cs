using System.Globalization;

namespace KernelDsl;

/// <summary>A 4-bit integer. Element type <c>i4</c>. One byte here; tensors keep 2 in a byte, the first in the low bits.</summary>
public readonly struct Int4 : IEquatable<Int4>, IComparable<Int4>
{
    private readonly sbyte _value;

    private Int4(int value) => _value = (sbyte)value;

    /// <summary>The value.</summary>
    public static implicit operator int(Int4 value) => value._value;

    /// <summary>The value, when it is from -8 to 7.</summary>
    /// <exception cref="OverflowException">It is not.</exception>
    public static explicit operator Int4(int value) => value is >= -8 and <= 7 ? new Int4(value) : throw new OverflowException($"{value} is not from -8 to 7.");

    /// <summary>Whether both are equal.</summary>
    public static bool operator ==(Int4 left, Int4 right) => left._value == right._value;

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(Int4 left, Int4 right) => left._value != right._value;

    /// <inheritdoc/>
    public bool Equals(Int4 other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Int4 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value;

    /// <inheritdoc/>
    public int CompareTo(Int4 other) => _value.CompareTo(other._value);

    /// <inheritdoc/>
    public override string ToString() => _value.ToString(CultureInfo.InvariantCulture);
}
