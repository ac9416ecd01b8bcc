using System.Collections.Concurrent;

namespace KernelDsl.Runtime;

/// <summary>A place where kernels run and tensors lie. Safe for many threads at once.</summary>
public abstract partial class KernelDevice : IDisposable
{
    private readonly ConcurrentDictionary<Type, Kernel> _shared = new();

    internal KernelDevice()
    {
    }

    /// <summary>The name by which it is opened, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What kernels are compiled for, such as <c>sm_80</c>, or <c>cpu</c>.</summary>
    public abstract string Architecture { get; }

    /// <summary>Whether the memory of its tensors can be read by the host where it lies.</summary>
    public abstract bool IsHostMemory { get; }

    /// <summary>What it may do for a kernel that has no compiled image yet.</summary>
    public KernelPolicy Policy { get; set; }

    /// <summary>Waits until all launches are done.</summary>
    public abstract void Synchronize();

    /// <summary>The kernel that all one-line runs of a class use on this device; made at the first call. Generated code calls it.</summary>
    /// <typeparam name="TKernel">The generated class.</typeparam>
    /// <param name="create">Makes the kernel.</param>
    public TKernel Shared<TKernel>(Func<KernelDevice, TKernel> create)
        where TKernel : Kernel
        => _shared.TryGetValue(typeof(TKernel), out var kernel)
            ? (TKernel)kernel
            : (TKernel)_shared.GetOrAdd(typeof(TKernel), static (_, state) => state.create(state.device), (create, device: this));

    /// <summary>Frees the compiled kernels of the one-line runs and what the device holds. Tensors are freed by their owners, before.</summary>
    public void Dispose()
    {
        foreach (var kernel in _shared.Values)
        {
            kernel.Dispose();
        }

        _shared.Clear();
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the device holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Memory of so many bytes, all 0, padded to whole words of 4 bytes, aligned to at least 64 bytes.</summary>
    /// <exception cref="DeviceMemoryException">There is not so much.</exception>
    internal abstract nint AllocateMemory(long bytes);

    /// <summary>Frees memory. Called by finalizers too: must not throw.</summary>
    internal abstract void FreeMemory(nint address);

    internal abstract void CopyToDevice(nint address, ReadOnlySpan<byte> source);

    internal abstract void CopyToHost(Span<byte> destination, nint address);

    internal abstract void Clear(nint address, long bytes);

    /// <summary>Makes the code of a kernel ready for this device.</summary>
    /// <param name="definition">The kernel, with the code for its element types.</param>
    /// <param name="consts">The value of each const.</param>
    internal abstract KernelExecutable Load(KernelDefinition definition, ReadOnlySpan<long> consts);

    /// <summary>Whether one executable serves all values of consts.</summary>
    internal virtual bool SharesConsts => false;
}
