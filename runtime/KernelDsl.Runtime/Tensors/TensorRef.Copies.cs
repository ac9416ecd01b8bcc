using System.Runtime.InteropServices;

namespace KernelDsl.Runtime;

/// <content>Copies from and to the host. They wait for the device's work.</content>
public readonly partial struct TensorRef<T>
{
    /// <summary>Copies host data into the tensor.</summary>
    /// <param name="source">As many elements as the tensor has, the last axis fastest.</param>
    /// <exception cref="KernelArgumentException">The length is another.</exception>
    /// <exception cref="TensorDisposedException">The tensor was disposed.</exception>
    public unsafe void CopyFrom(ReadOnlySpan<T> source)
    {
        CheckLength(source.Length);
        using var use = Enter();
        if (Element.Bits() < 8)
        {
            var packed = new byte[Elements.Bytes(Element, Length)];
            Elements.Pack(Element, source, packed);
            Device.CopyToDevice(_address, packed);
        }
        else if (IsContiguous)
        {
            Device.CopyToDevice(_address, MemoryMarshal.AsBytes(source));
        }
        else
        {
            fixed (T* first = source)
            {
                var data = (byte*)first;
                var layout = Layout;
                Through(memory => StridedCopy.Scatter(sizeof(T), layout, data, memory), isWritten: true);
            }
        }
    }

    /// <summary>Copies the tensor to the host.</summary>
    /// <param name="destination">Room for as many elements as the tensor has; the last axis is fastest.</param>
    /// <exception cref="KernelArgumentException">The length is another.</exception>
    /// <exception cref="TensorDisposedException">The tensor was disposed.</exception>
    public unsafe void CopyTo(Span<T> destination)
    {
        CheckLength(destination.Length);
        using var use = Enter();
        if (Element.Bits() < 8)
        {
            var packed = new byte[Elements.Bytes(Element, Length)];
            Device.CopyToHost(packed, _address);
            Elements.Unpack(Element, packed, destination);
        }
        else if (IsContiguous)
        {
            Device.CopyToHost(MemoryMarshal.AsBytes(destination), _address);
        }
        else
        {
            fixed (T* first = destination)
            {
                var target = (byte*)first;
                var layout = Layout;
                Through(memory => StridedCopy.Gather(sizeof(T), layout, memory, target), isWritten: false);
            }
        }
    }

    /// <summary>All elements on the host, the last axis fastest.</summary>
    /// <exception cref="TensorDisposedException">The tensor was disposed.</exception>
    public T[] ToArray()
    {
        if (Length > Array.MaxLength)
        {
            throw TensorLayout.Invalid($"a tensor of shape {Layout} does not fit an array");
        }

        var result = new T[Length];
        CopyTo(result);
        return result;
    }

    /// <summary>The elements where they lie, for a contiguous tensor in host memory. The span must not be used after the tensor is disposed, and does not keep it alive.</summary>
    /// <exception cref="KernelArgumentException">The memory is not the host's, the tensor is strided, or it has more than 2^31 - 1 elements.</exception>
    public unsafe Span<T> AsSpan()
    {
        ThrowIfDisposed();
        return !Device.IsHostMemory ? throw NotHost($"the memory of {Device.Name} is not the host's")
            : Element.Bits() < 8 ? throw NotHost($"elements of type {Element.Name()} share bytes")
            : !IsContiguous ? throw NotHost($"the tensor has the strides {TensorLayout.Text(Strides)}")
            : Length > int.MaxValue ? throw NotHost($"a span holds at most 2^31 - 1 elements")
            : new Span<T>((void*)_address, (int)Length);
    }

    internal static KernelArgumentException NotHost(FormattableString message) => new(RuntimeDiagnostics.NotHostMemory, FormattableString.Invariant(message));

    internal Use Enter() => Storage.TryEnter() ? new Use(Storage) : throw new TensorDisposedException(RuntimeDiagnostics.UseAfterDispose, Element.Name(), Layout);

    private void CheckLength(long length)
    {
        if (length != Length)
        {
            throw new KernelArgumentException(RuntimeDiagnostics.HostLength, Layout, Length, length);
        }
    }

    // Strided memory of a device goes through a host copy of the range that the layout spans.
    private unsafe void Through(HostWork work, bool isWritten)
    {
        if (Length == 0)
        {
            return;
        }

        if (Device.IsHostMemory)
        {
            Device.Synchronize();
            work((byte*)_address);
            return;
        }

        var start = _address + (nint)(Layout.First * sizeof(T));
        var range = new byte[checked((Layout.Last - Layout.First + 1) * sizeof(T))];
        Device.CopyToHost(range, start);
        fixed (byte* first = range)
        {
            work(first - (Layout.First * sizeof(T)));
        }

        if (isWritten)
        {
            Device.CopyToDevice(start, range);
        }
    }

    private unsafe delegate void HostWork(byte* memory);

    internal readonly struct Use(TensorStorage storage) : IDisposable
    {
        public void Dispose() => storage.Leave();
    }
}
