using System.Numerics.Tensors;

namespace KernelDsl.Runtime;

/// <summary>Between tensors of devices and the tensor spans of System.Numerics.Tensors, which may be strided.</summary>
public static class TensorSpanExtensions
{
    /// <summary>A new tensor with a copy of host data, of the same shape.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="device">Where the tensor shall lie.</param>
    /// <param name="data">The data.</param>
    public static DeviceTensor<T> Upload<T>(this KernelDevice device, scoped in ReadOnlyTensorSpan<T> data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(device);
        var tensor = device.Allocate<T>(ShapeOf(data.Lengths));
        tensor.AsRef().CopyFrom(data);
        return tensor;
    }

    /// <summary>Copies host data of the same shape into a tensor.</summary>
    /// <exception cref="KernelShapeException">The shapes differ.</exception>
    /// <exception cref="TensorDisposedException">The tensor was disposed.</exception>
    public static void CopyFrom<T>(this TensorRef<T> tensor, scoped in ReadOnlyTensorSpan<T> data)
        where T : unmanaged
    {
        CheckShape(tensor, data.Lengths);
        var flat = new T[data.FlattenedLength];
        data.FlattenTo(flat);
        tensor.CopyFrom(flat);
    }

    /// <summary>Copies a tensor to host memory of the same shape.</summary>
    /// <exception cref="KernelShapeException">The shapes differ.</exception>
    /// <exception cref="TensorDisposedException">The tensor was disposed.</exception>
    public static void CopyTo<T>(this TensorRef<T> tensor, scoped in TensorSpan<T> destination)
        where T : unmanaged
    {
        CheckShape(tensor, destination.Lengths);
        var flat = new ReadOnlyTensorSpan<T>(tensor.ToArray(), destination.Lengths);
        flat.CopyTo(destination);
    }

    /// <inheritdoc cref="CopyFrom{T}(TensorRef{T}, in ReadOnlyTensorSpan{T})"/>
    public static void CopyFrom<T>(this DeviceTensor<T> tensor, scoped in ReadOnlyTensorSpan<T> data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        tensor.AsRef().CopyFrom(data);
    }

    /// <inheritdoc cref="CopyTo{T}(TensorRef{T}, in TensorSpan{T})"/>
    public static void CopyTo<T>(this DeviceTensor<T> tensor, scoped in TensorSpan<T> destination)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        tensor.AsRef().CopyTo(destination);
    }

    /// <summary>
    /// The elements where they lie, with shape and strides, for a tensor in host memory; one value without axes has one axis here. The span must not be used
    /// after the tensor is disposed, and does not keep it alive.
    /// </summary>
    /// <exception cref="KernelArgumentException">The memory is not the host's, elements share bytes, or a stride is negative.</exception>
    public static unsafe TensorSpan<T> AsTensorSpan<T>(this TensorRef<T> tensor)
        where T : unmanaged
    {
        tensor.ThrowIfDisposed();
        if (!tensor.Device.IsHostMemory)
        {
            throw TensorRef<T>.NotHost($"the memory of {tensor.Device.Name} is not the host's");
        }

        if (TensorRef<T>.Element.Bits() < 8 || tensor.Layout.First < 0)
        {
            throw TensorRef<T>.NotHost($"a tensor span cannot show {tensor} with strides {TensorLayout.Text(tensor.Strides)}");
        }

        if (tensor.Rank == 0)
        {
            return new TensorSpan<T>((T*)tensor.Address, 1, [1], []);
        }

        var strides = Sizes(tensor.Strides);
        for (var i = 0; i < strides.Length; i++)
        {
            // A tensor span wants no stride along an axis of one point.
            strides[i] = tensor.Shape[i] <= 1 ? 0 : strides[i];
        }

        return new TensorSpan<T>((T*)tensor.Address, (nint)(tensor.Layout.Last + 1), Sizes(tensor.Shape), strides);
    }

    private static void CheckShape<T>(TensorRef<T> tensor, ReadOnlySpan<nint> lengths)
        where T : unmanaged
    {
        var shape = ShapeOf(lengths);
        if (!tensor.Shape.SequenceEqual(shape))
        {
            throw TensorLayout.Invalid($"the tensor has the shape {tensor.Layout}, the span {TensorLayout.Text(shape)}");
        }
    }

    private static long[] ShapeOf(ReadOnlySpan<nint> lengths)
    {
        var shape = new long[lengths.Length];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = lengths[i];
        }

        return shape;
    }

    private static nint[] Sizes(ReadOnlySpan<long> sizes)
    {
        var result = new nint[sizes.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (nint)sizes[i];
        }

        return result;
    }
}
