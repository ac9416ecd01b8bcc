using System.Runtime.InteropServices;

namespace KernelDsl.Runtime;

/// <content>Tensors.</content>
public abstract partial class KernelDevice
{
    /// <summary>A new tensor of zeros.</summary>
    /// <typeparam name="T">The type of the elements; see <see cref="Elements.TypeOf{T}"/>.</typeparam>
    /// <param name="shape">The sizes of the axes, in elements; none for a tensor of one value.</param>
    /// <exception cref="KernelShapeException">A size is negative or the product too large.</exception>
    /// <exception cref="DeviceMemoryException">The device has not so much memory.</exception>
    public DeviceTensor<T> Allocate<T>(params long[] shape)
        where T : unmanaged
        => Allocate<T>((ReadOnlySpan<long>)shape);

    /// <inheritdoc cref="Allocate{T}(long[])"/>
    public DeviceTensor<T> Allocate<T>(ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        var layout = TensorLayout.Contiguous(shape);
        var bytes = Elements.Bytes(Elements.TypeOf<T>(), layout.Length);
        var address = AllocateMemory(bytes);
        var storage = new TensorStorage(this, address, bytes, FreeMemory);
        return new DeviceTensor<T>(new TensorRef<T>(storage, address, layout));
    }

    /// <summary>A new tensor with a copy of host data.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="data">The elements, the last axis fastest.</param>
    /// <param name="shape">The sizes of the axes; left out, the tensor has one axis.</param>
    /// <exception cref="KernelArgumentException">The shape has another number of elements than the data.</exception>
    public DeviceTensor<T> Upload<T>(ReadOnlySpan<T> data, params long[] shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        var layout = TensorLayout.Contiguous(shape.Length == 0 ? [data.Length] : shape);
        if (layout.Length != data.Length)
        {
            throw new KernelArgumentException(RuntimeDiagnostics.HostLength, layout, layout.Length, data.Length);
        }

        var tensor = Allocate<T>(layout.Shape);
        tensor.CopyFrom(data);
        return tensor;
    }

    /// <inheritdoc cref="Upload{T}(ReadOnlySpan{T}, long[])"/>
    public DeviceTensor<T> Upload<T>(T[] data, params long[] shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(shape);
        return Upload((ReadOnlySpan<T>)data, shape);
    }

    /// <summary>A new tensor with a copy of an array of two axes.</summary>
    public DeviceTensor<T> Upload<T>(T[,] data)
        where T : unmanaged
        => UploadArray<T>(data);

    /// <summary>A new tensor with a copy of an array of three axes.</summary>
    public DeviceTensor<T> Upload<T>(T[,,] data)
        where T : unmanaged
        => UploadArray<T>(data);

    /// <summary>A new tensor with a copy of an array of four axes.</summary>
    public DeviceTensor<T> Upload<T>(T[,,,] data)
        where T : unmanaged
        => UploadArray<T>(data);

    /// <summary>
    /// Borrows memory of this device that another framework owns. Nothing checks the address or keeps the memory alive: both are the caller's.
    /// </summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="address">The address of the first point.</param>
    /// <param name="shape">The sizes of the axes, in elements.</param>
    /// <param name="strides">For each axis the elements from one point to the next; left out, the tensor is contiguous.</param>
    /// <exception cref="KernelShapeException">A size is negative, or sizes and strides do not fit each other, or the address is 0 or not aligned to the elements.</exception>
    public TensorRef<T> Borrow<T>(nint address, ReadOnlySpan<long> shape, ReadOnlySpan<long> strides = default)
        where T : unmanaged
    {
        var layout = strides.IsEmpty ? TensorLayout.Contiguous(shape) : TensorLayout.Strided(shape, strides);
        var element = Elements.TypeOf<T>();
        if (element.Bits() < 8 && !layout.IsContiguous)
        {
            throw TensorLayout.Invalid($"a tensor of {element.Name()} cannot have the strides {TensorLayout.Text(strides)}");
        }

        if (layout.Length > 0 && (address == 0 || (ulong)address % (ulong)Math.Max(1, element.Bits() / 8) != 0))
        {
            throw TensorLayout.Invalid(address == 0 ? $"the address is 0" : (FormattableString)$"the address {address} is not aligned to {element.Name()}");
        }

        var bytes = layout.Length == 0 ? 0 : Elements.Bytes(element, layout.Last - layout.First + 1);
        return new TensorRef<T>(new TensorStorage(this, address, bytes, release: null), address, layout);
    }

    private DeviceTensor<T> UploadArray<T>(Array data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        var shape = Enumerable.Range(0, data.Rank).Select(data.GetLongLength).ToArray();
        ref var first = ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(data));
        return Upload(MemoryMarshal.CreateReadOnlySpan(ref first, data.Length), shape);
    }
}
