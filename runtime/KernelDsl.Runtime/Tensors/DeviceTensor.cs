namespace KernelDsl.Runtime;

/// <summary>A tensor that owns its memory on a device; its elements lie in the order of the axes, the last one fastest. Dispose it to free the memory.</summary>
/// <typeparam name="T">The type of the elements; see <see cref="Elements.TypeOf{T}"/>.</typeparam>
public sealed class DeviceTensor<T> : IDisposable
    where T : unmanaged
{
    private readonly TensorRef<T> _whole;

    internal DeviceTensor(TensorRef<T> whole) => _whole = whole;

    /// <summary>Where the memory lies.</summary>
    public KernelDevice Device => _whole.Device;

    /// <summary>The sizes of the axes, in elements.</summary>
    public ReadOnlySpan<long> Shape => _whole.Shape;

    /// <summary>The number of axes.</summary>
    public int Rank => _whole.Rank;

    /// <summary>The number of elements.</summary>
    public long Length => _whole.Length;

    /// <summary>The address of the first element, in the memory of the device, for other frameworks.</summary>
    /// <exception cref="TensorDisposedException">The tensor was disposed.</exception>
    public nint Address => _whole.Address;

    /// <summary>Whether the tensor was disposed.</summary>
    public bool IsDisposed => _whole.Storage.IsDisposed;

    /// <summary>Borrows the tensor.</summary>
    public static implicit operator TensorRef<T>(DeviceTensor<T> tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor._whole;
    }

    /// <summary>Borrows the tensor.</summary>
    public TensorRef<T> AsRef() => _whole;

    /// <inheritdoc cref="TensorRef{T}.CopyFrom(ReadOnlySpan{T})"/>
    public void CopyFrom(ReadOnlySpan<T> source) => _whole.CopyFrom(source);

    /// <inheritdoc cref="TensorRef{T}.CopyTo(Span{T})"/>
    public void CopyTo(Span<T> destination) => _whole.CopyTo(destination);

    /// <inheritdoc cref="TensorRef{T}.ToArray"/>
    public T[] ToArray() => _whole.ToArray();

    /// <inheritdoc cref="TensorRef{T}.AsSpan"/>
    public Span<T> AsSpan() => _whole.AsSpan();

    /// <summary>Sets all elements to 0.</summary>
    /// <exception cref="TensorDisposedException">The tensor was disposed.</exception>
    public void Clear()
    {
        using var use = _whole.Enter();
        Device.Clear(_whole.RawAddress, Elements.Bytes(TensorRef<T>.Element, Length));
    }

    /// <inheritdoc cref="TensorRef{T}.Slice"/>
    public TensorRef<T> Slice(int axis, long start, long length) => _whole.Slice(axis, start, length);

    /// <inheritdoc cref="TensorRef{T}.Select"/>
    public TensorRef<T> Select(int axis, long point) => _whole.Select(axis, point);

    /// <inheritdoc cref="TensorRef{T}.Permute"/>
    public TensorRef<T> Permute(params int[] axes) => _whole.Permute(axes);

    /// <inheritdoc cref="TensorRef{T}.Reshape"/>
    public TensorRef<T> Reshape(params long[] shape) => _whole.Reshape(shape);

    /// <inheritdoc/>
    public override string ToString() => _whole.ToString();

    /// <summary>Frees the memory; a launch that runs on another thread ends first.</summary>
    /// <exception cref="TensorDisposedTwiceException">The tensor was disposed before: two owners believe that it is theirs.</exception>
    public void Dispose()
    {
        if (!_whole.Storage.TryDispose())
        {
            throw new TensorDisposedTwiceException(TensorRef<T>.Element.Name(), _whole.Layout);
        }
    }
}
