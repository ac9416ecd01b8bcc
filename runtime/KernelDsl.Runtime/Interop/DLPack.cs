using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelDsl.Runtime.Interop;

/// <summary>
/// Exchange of tensors without copies with PyTorch, JAX, CuPy, NumPy and others through DLPack's C structures. A pointer here is what a Python capsule
/// named <c>dltensor</c> (or <c>dltensor_versioned</c>) holds.
/// </summary>
public static unsafe class DLPack
{
    private const ulong ReadOnlyFlag = 1;

    /// <summary>Hands out a tensor as a <c>DLManagedTensor*</c>. The memory lives until the receiver calls the deleter, also when the tensor is disposed before.</summary>
    /// <returns>The address of the structure. Its deleter must be called exactly once.</returns>
    /// <exception cref="TensorDisposedException">The tensor was disposed.</exception>
    /// <exception cref="KernelArgumentException">Elements of less than a byte have no form in DLPack that others read.</exception>
    public static nint Export<T>(TensorRef<T> tensor)
        where T : unmanaged
    {
        var managed = (DLManagedTensor*)NativeMemory.AllocZeroed((nuint)sizeof(DLManagedTensor));
        try
        {
            Fill(tensor, &managed->Tensor, out var context);
            managed->Context = (void*)context;
        }
        catch
        {
            NativeMemory.Free(managed);
            throw;
        }

        managed->Deleter = &Delete;
        return (nint)managed;
    }

    /// <summary>Hands out a tensor as a <c>DLManagedTensorVersioned*</c> of version 1.0.</summary>
    /// <inheritdoc cref="Export{T}"/>
    public static nint ExportVersioned<T>(TensorRef<T> tensor)
        where T : unmanaged
    {
        var managed = (DLManagedTensorVersioned*)NativeMemory.AllocZeroed((nuint)sizeof(DLManagedTensorVersioned));
        try
        {
            Fill(tensor, &managed->Tensor, out var context);
            managed->Context = (void*)context;
        }
        catch
        {
            NativeMemory.Free(managed);
            throw;
        }

        managed->Major = 1;
        managed->Deleter = &DeleteVersioned;
        return (nint)managed;
    }

    /// <summary>Takes a <c>DLManagedTensor*</c>. Disposing the result calls its deleter.</summary>
    /// <typeparam name="T">The type of the elements; it must be the tensor's.</typeparam>
    /// <param name="device">The device whose memory it is: the CPU, or the GPU of the same number.</param>
    /// <param name="managed">The address of the structure. It is not taken when this throws.</param>
    /// <exception cref="KernelArgumentException">KD8024: another device, type or number of lanes, or data that is not aligned.</exception>
    public static ImportedTensor<T> Import<T>(KernelDevice device, nint managed)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfZero(managed);
        var source = (DLManagedTensor*)managed;
        return Take<T>(device, &source->Tensor, () => Call(source));
    }

    /// <summary>Takes a <c>DLManagedTensorVersioned*</c> of version 1. Disposing the result calls its deleter.</summary>
    /// <inheritdoc cref="Import{T}"/>
    /// <exception cref="KernelArgumentException">KD8024: also another version, or memory that must not be written.</exception>
    public static ImportedTensor<T> ImportVersioned<T>(KernelDevice device, nint managed)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfZero(managed);
        var source = (DLManagedTensorVersioned*)managed;
        return source->Major != 1 ? throw Unusable($"its version is {source->Major}.{source->Minor}, and 1 is known")
            : Take<T>(device, &source->Tensor, () => Call(source), (source->Flags & ReadOnlyFlag) != 0);
    }

    private static void Call(DLManagedTensor* source)
    {
        // A null deleter says that nothing is to be given back.
        if (source->Deleter != null)
        {
            source->Deleter(source);
        }
    }

    private static void Call(DLManagedTensorVersioned* source)
    {
        // A null deleter says that nothing is to be given back.
        if (source->Deleter != null)
        {
            source->Deleter(source);
        }
    }

    private static ImportedTensor<T> Take<T>(KernelDevice device, DLTensor* tensor, Action release, bool isReadOnly = false)
        where T : unmanaged
    {
        var element = Elements.TypeOf<T>();
        var expected = DLPackTypes.Of(element);
        if (tensor->Type.Code != expected.Code || tensor->Type.Bits != expected.Bits || tensor->Type.Lanes != 1)
        {
            throw Unusable($"its elements are {DLPackTypes.Text(tensor->Type)}, not {element.Name()}");
        }

        var (kind, ordinal) = PlaceOf(device);
        if (tensor->Device.Kind != kind || tensor->Device.Ordinal != ordinal)
        {
            throw Unusable($"it lies on device {tensor->Device.Kind}:{tensor->Device.Ordinal} (DLPack's numbers), and {device.Name} is {kind}:{ordinal}");
        }

        if (tensor->Rank < 0 || (tensor->Rank > 0 && tensor->Shape == null))
        {
            throw Unusable($"it has {tensor->Rank} axes and no shape");
        }

        var shape = new ReadOnlySpan<long>(tensor->Shape, tensor->Rank);
        var layout = tensor->Strides == null ? TensorLayout.Contiguous(shape) : TensorLayout.Strided(shape, new ReadOnlySpan<long>(tensor->Strides, tensor->Rank));
        if (element.Bits() < 8 && !layout.IsContiguous)
        {
            throw Unusable($"elements of type {element.Name()} share bytes and cannot have the strides {TensorLayout.Text(layout.Strides)}");
        }

        var address = (nint)tensor->Data + (nint)tensor->ByteOffset;
        if (layout.Length > 0 && (address == 0 || address % sizeof(T) != 0))
        {
            throw Unusable($"its data at {address} is not aligned to {element.Name()}");
        }

        var storage = new TensorStorage(device, address, Elements.Bytes(element, layout.Length == 0 ? 0 : layout.Last - layout.First + 1), _ => release());
        return new ImportedTensor<T>(new TensorRef<T>(storage, address, layout), isReadOnly);
    }

    private static (int Kind, int Ordinal) PlaceOf(KernelDevice device)
        => device.IsHostMemory ? (DLDevice.Cpu, 0)
            : device.Name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(device.Name.AsSpan(5), out var ordinal) ? (DLDevice.Cuda, ordinal)
            : throw Unusable($"{device.Name} has no memory that DLPack knows");

    private static void Fill<T>(TensorRef<T> tensor, DLTensor* target, out nint context)
        where T : unmanaged
    {
        if (TensorRef<T>.Element.Bits() < 8)
        {
            throw Unusable($"elements of type {TensorRef<T>.Element.Name()} share bytes");
        }

        var (kind, ordinal) = PlaceOf(tensor.Device);

        // The user is the exported tensor; its deleter leaves.
        _ = tensor.Enter();
        var sizes = (long*)NativeMemory.Alloc((nuint)Math.Max(1, tensor.Rank * 2), sizeof(long));
        tensor.Shape.CopyTo(new Span<long>(sizes, tensor.Rank));
        tensor.Strides.CopyTo(new Span<long>(sizes + tensor.Rank, tensor.Rank));
        *target = new DLTensor
        {
            Data = (void*)tensor.RawAddress,
            Device = new DLDevice { Kind = kind, Ordinal = ordinal },
            Rank = tensor.Rank,
            Type = DLPackTypes.Of(TensorRef<T>.Element),
            Shape = sizes,
            Strides = sizes + tensor.Rank,
        };
        context = GCHandle.ToIntPtr(GCHandle.Alloc(new Exported(tensor.Storage, (nint)sizes)));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Delete(DLManagedTensor* managed)
    {
        Release(managed->Context);
        NativeMemory.Free(managed);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void DeleteVersioned(DLManagedTensorVersioned* managed)
    {
        Release(managed->Context);
        NativeMemory.Free(managed);
    }

    private static void Release(void* context)
    {
        var handle = GCHandle.FromIntPtr((nint)context);
        ((Exported)handle.Target!).Dispose();
        handle.Free();
    }

    private static KernelArgumentException Unusable(FormattableString reason) => new(RuntimeDiagnostics.ForeignTensor, FormattableString.Invariant(reason));

    private sealed class Exported(TensorStorage storage, nint sizes) : IDisposable
    {
        public void Dispose()
        {
            storage.Leave();
            NativeMemory.Free((void*)sizes);
        }
    }
}
