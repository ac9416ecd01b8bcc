using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Checks;

/// <summary>What was released at addresses by atomics and strong stores after a fence.</summary>
internal sealed class ReleaseTable
{
    // By address, and by the block that alone may acquire it (0 for all).
    private readonly Dictionary<(ulong Address, uint Block), Dictionary<uint, uint[]>> _released = [];
    private readonly Lock _gate = new();
    private volatile bool _isUsed;

    /// <param name="address">Of the strong write.</param>
    /// <param name="warp">Who writes.</param>
    /// <param name="everywhere">The time before which all blocks may learn what it did; 0 for nothing.</param>
    /// <param name="inBlock">The time before which its own block may.</param>
    public void Release(ulong address, Warp warp, uint everywhere, uint inBlock)
    {
        lock (_gate)
        {
            _isUsed = true;
            if (everywhere > 0)
            {
                Release((address, 0), warp, everywhere);
            }

            if (inBlock > everywhere)
            {
                Release((address, warp.Block.Serial), warp, inBlock);
            }
        }
    }

    /// <param name="address">Of the strong read.</param>
    /// <param name="warp">Who reads.</param>
    /// <param name="isAcquire">Whether the read says so itself; else a fence behind it may be asked for.</param>
    public void Acquire(ulong address, Warp warp, bool isAcquire)
    {
        if (!_isUsed)
        {
            return;
        }

        var isLate = !isAcquire && warp.Block.Launch.AsksForAcquireFences;
        lock (_gate)
        {
            foreach (var block in (ReadOnlySpan<uint>)[0, warp.Block.Serial])
            {
                if (_released.TryGetValue((address, block), out var clocks))
                {
                    warp.Clock.Acquire(clocks, warp.Block.Serial, isLate);
                }
            }
        }
    }

    private void Release((ulong, uint) key, Warp warp, uint time)
    {
        if (!_released.TryGetValue(key, out var clocks))
        {
            _released.Add(key, clocks = []);
        }

        warp.Clock.ReleaseTo(clocks, warp.Block.Serial, warp.Index, time);
    }
}
