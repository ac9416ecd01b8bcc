using System.Globalization;

namespace KernelDsl;

/// <summary>A 2-bit integer. Element type <c>i2</c>. One byte here; tensors keep 4 in a byte, the first in the low bits.</summary>
public readonly struct Int2 : IEquatable<Int2>, IComparable<Int2>
{
    private readonly sbyte _value;

    private Int2(int value) => _value = (sbyte)value;

    /// <summary>The value.</summary>
    public static implicit operator int(Int2 value) => value._value;

    /// <summary>The value, when it is from -2 to 1.</summary>
    /// <exception cref="OverflowException">It is not.</exception>
    public static explicit operator Int2(int value) => value is >= -2 and <= 1 ? new Int2(value) : throw new OverflowException($"{value} is not from -2 to 1.");

    /// <summary>Whether both are equal.</summary>
    public static bool operator ==(Int2 left, Int2 right) => left._value == right._value;

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(Int2 left, Int2 right) => left._value != right._value;

    /// <inheritdoc/>
    public bool Equals(Int2 other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Int2 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value;

    /// <inheritdoc/>
    public int CompareTo(Int2 other) => _value.CompareTo(other._value);

    /// <inheritdoc/>
    public override string ToString() => _value.ToString(CultureInfo.InvariantCulture);
}
