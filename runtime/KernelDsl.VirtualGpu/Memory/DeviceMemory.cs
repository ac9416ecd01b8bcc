namespace KernelDsl.VirtualGpu.Memory;

/// <summary>The memory of a virtual GPU: allocations, each in 4 GiB windows of its own.</summary>
internal sealed class DeviceMemory(long capacity) : IDisposable
{
    /// <summary>Generic addresses of shared memory begin here.</summary>
    public const ulong SharedWindow = 1UL << 32;

    /// <summary>Generic addresses of local memory begin here.</summary>
    public const ulong LocalWindow = 2UL << 32;

    /// <summary>Generic addresses of kernel parameters begin here.</summary>
    public const ulong ParameterWindow = 3UL << 32;

    private const int First = 16;
    private const int Windows = 1 << 16;

    private readonly Allocation?[] _windows = new Allocation?[Windows];
    private readonly Lock _gate = new();
    private int _next = First;
    private long _used;

    public long Used => Interlocked.Read(ref _used);

    /// <summary>The allocation, freed or not, that an address belongs to.</summary>
    public Allocation? Find(ulong address)
    {
        var window = address >> 32;
        return window < Windows ? _windows[window] : null;
    }

    /// <summary>The allocations that are not freed.</summary>
    public IEnumerable<Allocation> Live()
    {
        lock (_gate)
        {
            return _windows.OfType<Allocation>().Where(allocation => !allocation.IsFreed).Distinct().ToArray();
        }
    }

    public Allocation Allocate(long size, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        lock (_gate)
        {
            if (_used + size > capacity)
            {
                throw new OutOfMemoryException($"The virtual GPU has {capacity} bytes; {_used} are in use and {size} are asked for.");
            }

            var count = (int)((size + (1L << 32)) >> 32);
            var first = Place(count);
            var allocation = new Allocation((ulong)first << 32, size, name);
            for (var i = first; i < first + count; i++)
            {
                _windows[i] = allocation;
            }

            _next = first + count;
            _used += size;
            return allocation;
        }
    }

    /// <summary>Frees the allocation that begins at an address; its range is used again as late as possible.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Free(ulong address)
    {
        lock (_gate)
        {
            if (Find(address) is not { IsFreed: false } allocation || allocation.Address != address)
            {
                return false;
            }

            _used -= allocation.Size;
            allocation.Dispose();
            return true;
        }
    }

    public void Dispose()
    {
        foreach (var allocation in _windows)
        {
            allocation?.Dispose();
        }
    }

    private int Place(int count)
    {
        for (var tries = 0; tries < 2 * Windows; tries++)
        {
            if (_next + count > Windows)
            {
                _next = First;
            }

            var free = 0;
            while (free < count && _windows[_next + free] is null or { IsFreed: true })
            {
                free++;
            }

            if (free == count)
            {
                return _next;
            }

            _next += free + 1;
        }

        throw new OutOfMemoryException("The virtual GPU has no address range left.");
    }
}
