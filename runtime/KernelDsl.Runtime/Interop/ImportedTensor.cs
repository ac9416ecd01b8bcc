namespace KernelDsl.Runtime.Interop;

/// <summary>A tensor of another framework. Disposing it gives the memory back.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public sealed class ImportedTensor<T> : IDisposable
    where T : unmanaged
{
    private readonly TensorRef<T> _whole;

    internal ImportedTensor(TensorRef<T> whole, bool isReadOnly)
    {
        _whole = whole;
        IsReadOnly = isReadOnly;
    }

    /// <summary>Whether the other framework forbids to write it. Launches do not check this.</summary>
    public bool IsReadOnly { get; }

    /// <summary>The sizes of the axes.</summary>
    public ReadOnlySpan<long> Shape => _whole.Shape;

    /// <summary>Borrows the tensor.</summary>
    public static implicit operator TensorRef<T>(ImportedTensor<T> tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor._whole;
    }

    /// <summary>Borrows the tensor.</summary>
    public TensorRef<T> AsRef() => _whole;

    /// <summary>Gives the memory back.</summary>
    /// <exception cref="TensorDisposedTwiceException">It was given back before.</exception>
    public void Dispose()
    {
        if (!_whole.Storage.TryDispose())
        {
            throw new TensorDisposedTwiceException(TensorRef<T>.Element.Name(), _whole.Layout);
        }
    }
}
