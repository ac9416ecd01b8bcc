using System.Diagnostics.CodeAnalysis;

namespace KernelDsl.Runtime;

/// <summary>
/// A piece of a device's memory and who may free it. Launches enter and leave, so that memory that is disposed while a launch runs is freed after it.
/// </summary>
internal sealed class TensorStorage
{
    private const int Disposed = 1 << 30;

    private readonly Action<nint>? _release;
    private int _users;
    private int _isFree;

    /// <param name="device">Where the memory lies.</param>
    /// <param name="address">The first byte.</param>
    /// <param name="bytes">The size.</param>
    /// <param name="release">Frees the memory; null when it is not ours.</param>
    public TensorStorage(KernelDevice device, nint address, long bytes, Action<nint>? release)
    {
        Device = device;
        Address = address;
        Bytes = bytes;
        _release = release;
        if (release is null)
        {
            GC.SuppressFinalize(this);
        }
        else if (Device.IsHostMemory && bytes > 0)
        {
            // Without it the collector sees a few words of each tensor that is forgotten, and comes too late.
            GC.AddMemoryPressure(bytes);
        }
    }

    ~TensorStorage() => Free();

    public KernelDevice Device { get; }

    public nint Address { get; }

    public long Bytes { get; }

    public bool IsDisposed => (Volatile.Read(ref _users) & Disposed) != 0;

    /// <summary>Keeps the memory until <see cref="Leave"/>.</summary>
    /// <returns>False when it was disposed.</returns>
    public bool TryEnter()
    {
        if ((Interlocked.Increment(ref _users) & Disposed) == 0)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == Disposed)
        {
            FreeOnce();
        }
    }

    /// <returns>False when it was disposed before.</returns>
    public bool TryDispose()
    {
        int before;
        do
        {
            before = Volatile.Read(ref _users);
            if ((before & Disposed) != 0)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _users, before | Disposed, before) != before);

        if (before == 0)
        {
            FreeOnce();
        }

        return true;
    }

    [SuppressMessage("Usage", "CA1816", Justification = "Disposal has a result here, so that it is not Dispose.")]
    private void FreeOnce()
    {
        GC.SuppressFinalize(this);
        Free();
    }

    private void Free()
    {
        if (Interlocked.Exchange(ref _isFree, 1) == 0)
        {
            _release?.Invoke(Address);
            if (_release is not null && Device.IsHostMemory && Bytes > 0)
            {
                GC.RemoveMemoryPressure(Bytes);
            }
        }
    }
}
