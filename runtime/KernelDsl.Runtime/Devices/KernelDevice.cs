using System.Collections.Concurrent;

namespace KernelDsl.Runtime;

/// <summary>A place where kernels run and tensors lie. Safe for many threads at once.</summary>
public abstract partial class KernelDevice : IDisposable
{
    private readonly ConcurrentDictionary<Type, Kernel> _shared = new();
    private readonly object _gate = new();
    private bool _isDisposed;

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
            : Create(create);

    /// <summary>
    /// Frees the compiled kernels of the one-line runs and what the device holds; does nothing for <see cref="Cpu"/> and <see cref="Default"/>, which all share.
    /// Tensors and kernels are freed by their owners, before; those that are left are freed with the device.
    /// </summary>
    public void Dispose()
    {
        if (IsShared)
        {
            return;
        }

        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            foreach (var kernel in _shared.Values)
            {
                kernel.Dispose();
            }

            _shared.Clear();
            _isDisposed = true;
        }

        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the device holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Whether all of the process use it, so that nobody may close it.</summary>
    internal bool IsShared { get; set; }

    internal bool IsDisposed => Volatile.Read(ref _isDisposed);

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

    // Of two threads that come first one frees what it made.
    private TKernel Create<TKernel>(Func<KernelDevice, TKernel> create)
        where TKernel : Kernel
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        var made = create(this);
        lock (_gate)
        {
            if (!_isDisposed && _shared.GetOrAdd(typeof(TKernel), made) is TKernel kept && ReferenceEquals(kept, made))
            {
                return made;
            }
        }

        made.Dispose();
        return Shared(create);
    }
}
