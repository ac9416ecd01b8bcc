using System.Globalization;

namespace KernelDsl;

/// <summary>An unsigned 4-bit integer. Element type <c>u4</c>. One byte here; tensors keep 2 in a byte, the first in the low bits.</summary>
public readonly struct UInt4 : IEquatable<UInt4>, IComparable<UInt4>
{
    private readonly sbyte _value;

    private UInt4(int value) => _value = (sbyte)value;

    /// <summary>The value.</summary>
    public static implicit operator int(UInt4 value) => value._value;

    /// <summary>The value, when it is from 0 to 15.</summary>
    /// <exception cref="OverflowException">It is not.</exception>
    public static explicit operator UInt4(int value) => value is >= 0 and <= 15 ? new UInt4(value) : throw new OverflowException($"{value} is not from 0 to 15.");

    /// <summary>Whether both are equal.</summary>
    public static bool operator ==(UInt4 left, UInt4 right) => left._value == right._value;

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(UInt4 left, UInt4 right) => left._value != right._value;

    /// <inheritdoc/>
    public bool Equals(UInt4 other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is UInt4 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value;

    /// <inheritdoc/>
    public int CompareTo(UInt4 other) => _value.CompareTo(other._value);

    /// <inheritdoc/>
    public override string ToString() => _value.ToString(CultureInfo.InvariantCulture);
}
