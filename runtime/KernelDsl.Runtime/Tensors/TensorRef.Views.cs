namespace KernelDsl.Runtime;

/// <content>Parts and other orders of the axes. No element is copied.</content>
public readonly partial struct TensorRef<T>
{
    /// <summary>The points of an axis from <paramref name="start"/> on.</summary>
    /// <param name="axis">The axis, from 0.</param>
    /// <param name="start">The first point.</param>
    /// <param name="length">The number of points.</param>
    /// <exception cref="ArgumentOutOfRangeException">The axis or the range is not in the tensor.</exception>
    /// <exception cref="KernelArgumentException">The elements have less than a byte.</exception>
    public TensorRef<T> Slice(int axis, long start, long length)
    {
        CheckAxis(axis, nameof(axis));
        if (start < 0 || length < 0 || start > Shape[axis] - length)
        {
            throw new ArgumentOutOfRangeException(nameof(start), FormattableString.Invariant($"{length} points from {start} on are not in axis {axis} of shape {Layout}."));
        }

        var shape = Shape.ToArray();
        shape[axis] = length;
        return View(start * Strides[axis], TensorLayout.Strided(shape, Strides));
    }

    /// <summary>One point of an axis; the result has one axis less.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis or the point is not in the tensor.</exception>
    /// <exception cref="KernelArgumentException">The elements have less than a byte.</exception>
    public TensorRef<T> Select(int axis, long point)
    {
        CheckAxis(axis, nameof(axis));
        ArgumentOutOfRangeException.ThrowIfNegative(point);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(point, Shape[axis]);
        return View(point * Strides[axis], TensorLayout.Strided(Without(Shape, axis), Without(Strides, axis)));
    }

    /// <summary>The axes in another order.</summary>
    /// <param name="axes">For each axis of the result, the axis of this tensor.</param>
    /// <exception cref="ArgumentException">An axis is missing or stands twice.</exception>
    public TensorRef<T> Permute(params int[] axes)
    {
        ArgumentNullException.ThrowIfNull(axes);
        if (!axes.Order().SequenceEqual(Enumerable.Range(0, Rank)))
        {
            throw new ArgumentException($"[{string.Join(", ", axes)}] is not an order of {Rank} axes.", nameof(axes));
        }

        var (shape, strides) = (Shape.ToArray(), Strides.ToArray());
        return View(0, TensorLayout.Strided(axes.Select(a => shape[a]).ToArray(), axes.Select(a => strides[a]).ToArray()));
    }

    /// <summary>Other sizes for the same elements in the same order.</summary>
    /// <exception cref="KernelShapeException">The number of elements is another, or the tensor is not contiguous.</exception>
    public TensorRef<T> Reshape(params long[] shape)
    {
        var layout = TensorLayout.Contiguous(shape);
        return layout.Length != Length ? throw TensorLayout.Invalid($"a tensor of shape {Layout} cannot have the shape {layout}")
            : !IsContiguous ? throw TensorLayout.Invalid($"a tensor with strides {TensorLayout.Text(Strides)} cannot be reshaped; copy it first")
            : new TensorRef<T>(Storage, _address, layout);
    }

    private static long[] Without(ReadOnlySpan<long> sizes, int axis) => [.. sizes[..axis], .. sizes[(axis + 1)..]];

    private TensorRef<T> View(long offset, TensorLayout layout)
    {
        if (Element.Bits() < 8)
        {
            throw TensorLayout.Invalid($"parts of a tensor of {Element.Name()} do not begin at whole bytes");
        }

        return new TensorRef<T>(Storage, layout.Length == 0 ? _address : _address + (nint)(offset * (Element.Bits() / 8)), layout);
    }

    private void CheckAxis(int axis, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(axis, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(axis, Rank, name);
    }
}
