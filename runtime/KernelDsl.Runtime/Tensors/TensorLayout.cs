using System.Globalization;

namespace KernelDsl.Runtime;

/// <summary>Sizes of a tensor's axes, and how many elements lie from one point of an axis to the next. Immutable.</summary>
internal sealed class TensorLayout
{
    private readonly long[] _shape;
    private readonly long[] _strides;

    private TensorLayout(long[] shape, long[] strides, long length)
    {
        _shape = shape;
        _strides = strides;
        Length = length;
        IsContiguous = length <= 1 || strides.AsSpan().SequenceEqual(RowMajor(shape)) || HasTrivialGaps();
        for (var i = 0; length > 0 && i < shape.Length; i++)
        {
            (First, Last) = strides[i] < 0 ? (First + (strides[i] * (shape[i] - 1)), Last) : (First, Last + (strides[i] * (shape[i] - 1)));
        }
    }

    public ReadOnlySpan<long> Shape => _shape;

    public ReadOnlySpan<long> Strides => _strides;

    public int Rank => _shape.Length;

    /// <summary>The number of elements.</summary>
    public long Length { get; }

    /// <summary>Whether the elements lie in the order of the axes, the last one fastest, without gaps.</summary>
    public bool IsContiguous { get; }

    /// <summary>The place of the element with the lowest address, relative to the first point; 0 or less.</summary>
    public long First { get; }

    /// <summary>The place of the element with the highest address, relative to the first point; 0 or more.</summary>
    public long Last { get; }

    /// <exception cref="KernelShapeException">A size is negative, or the product does not fit.</exception>
    public static TensorLayout Contiguous(ReadOnlySpan<long> shape)
    {
        var sizes = shape.ToArray();
        return new TensorLayout(sizes, RowMajor(sizes), LengthOf(sizes));
    }

    /// <exception cref="KernelShapeException">A size is negative, there are not as many strides as sizes, or a product does not fit.</exception>
    public static TensorLayout Strided(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        if (shape.Length != strides.Length)
        {
            throw Invalid($"there are {shape.Length} sizes and {strides.Length} strides");
        }

        try
        {
            var reach = 0L;
            for (var i = 0; i < shape.Length; i++)
            {
                reach = checked(reach + Math.Abs(Math.Max(0, shape[i] - 1) * strides[i] * 8));
            }
        }
        catch (OverflowException)
        {
            throw Invalid($"the strides {Text(strides)} of shape {Text(shape)} are too large");
        }

        return new TensorLayout(shape.ToArray(), strides.ToArray(), LengthOf(shape));
    }

    public static KernelShapeException Invalid(FormattableString message) => new(RuntimeDiagnostics.InvalidShape, FormattableString.Invariant(message));

    public static string Text(ReadOnlySpan<long> sizes) => "[" + string.Join(", ", sizes.ToArray().Select(size => size.ToString(CultureInfo.InvariantCulture))) + "]";

    public override string ToString() => Text(_shape);

    private static long[] RowMajor(long[] shape)
    {
        var strides = new long[shape.Length];
        var step = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step = unchecked(step * Math.Max(1, shape[i]));
        }

        return strides;
    }

    private static long LengthOf(ReadOnlySpan<long> shape)
    {
        // Elements have at most 8 bytes, and a size in bytes must fit too.
        var length = (Int128)1;
        var hasZero = false;
        foreach (var size in shape)
        {
            if (size < 0)
            {
                throw Invalid($"the shape {Text(shape)} has a negative size");
            }

            hasZero |= size == 0;
            length *= Math.Max(1, size);
            if (length > long.MaxValue / 64)
            {
                throw Invalid($"a tensor of shape {Text(shape)} has too many elements");
            }
        }

        return hasZero ? 0 : (long)length;
    }

    // The stride of an axis of one point is never used.
    private bool HasTrivialGaps()
    {
        var step = 1L;
        for (var i = _shape.Length - 1; i >= 0; i--)
        {
            if (_shape[i] != 1 && _strides[i] != step)
            {
                return false;
            }

            step *= _shape[i];
        }

        return true;
    }
}
