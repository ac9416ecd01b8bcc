namespace KernelDsl.Runtime;

/// <summary>
/// A tensor in a device's memory that is borrowed: from a <see cref="DeviceTensor{T}"/>, from another framework, or a part of either. It does not keep
/// memory of other frameworks alive; memory of a <see cref="DeviceTensor{T}"/> that is disposed is found out at its next use.
/// </summary>
/// <typeparam name="T">The type of the elements; see <see cref="Elements.TypeOf{T}"/>.</typeparam>
public readonly partial struct TensorRef<T>
    where T : unmanaged
{
    private readonly TensorStorage? _storage;
    private readonly TensorLayout? _layout;
    private readonly nint _address;

    internal TensorRef(TensorStorage storage, nint address, TensorLayout layout)
    {
        _storage = storage;
        _address = address;
        _layout = layout;
    }

    /// <summary>Whether this is the default value, which refers to nothing.</summary>
    public bool IsEmpty => _storage is null;

    /// <summary>Where the memory lies.</summary>
    public KernelDevice Device => Storage.Device;

    /// <summary>The sizes of the axes, in elements.</summary>
    public ReadOnlySpan<long> Shape => Layout.Shape;

    /// <summary>For each axis, how many elements lie from one point to the next; may be 0 or negative.</summary>
    public ReadOnlySpan<long> Strides => Layout.Strides;

    /// <summary>The number of axes.</summary>
    public int Rank => Layout.Rank;

    /// <summary>The number of elements.</summary>
    public long Length => Layout.Length;

    /// <summary>Whether the elements lie in the order of the axes, the last one fastest, without gaps.</summary>
    public bool IsContiguous => Layout.IsContiguous;

    /// <summary>The address of the first point, in the memory of the device.</summary>
    /// <exception cref="TensorDisposedException">The tensor was disposed.</exception>
    public nint Address
    {
        get
        {
            ThrowIfDisposed();
            return _address;
        }
    }

    internal TensorStorage Storage => _storage ?? throw new InvalidOperationException("The TensorRef is empty: it refers to no tensor.");

    internal TensorStorage? StorageOrNull => _storage;

    internal TensorLayout Layout => _layout ?? throw new InvalidOperationException("The TensorRef is empty: it refers to no tensor.");

    internal nint RawAddress => _address;

    /// <summary>The element type.</summary>
    internal static ElementType Element => Elements.TypeOf<T>();

    /// <inheritdoc/>
    public override string ToString() => _layout is null ? "empty" : $"{Element.Name()}{_layout} on {Storage.Device.Name}";

    internal void ThrowIfDisposed()
    {
        if (Storage.IsDisposed)
        {
            throw new TensorDisposedException(RuntimeDiagnostics.UseAfterDispose, Element.Name(), Layout);
        }
    }
}
