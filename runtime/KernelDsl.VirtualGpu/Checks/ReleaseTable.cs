using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Checks;

/// <summary>What was released at addresses by atomics and strong stores after a fence.</summary>
internal sealed class ReleaseTable
{
    private readonly Dictionary<ulong, Dictionary<uint, uint[]>> _released = [];
    private readonly Lock _gate = new();
    private volatile bool _isUsed;

    public void Release(ulong address, Warp warp, uint time)
    {
        lock (_gate)
        {
            _isUsed = true;
            if (!_released.TryGetValue(address, out var clocks))
            {
                _released.Add(address, clocks = []);
            }

            warp.Clock.ReleaseTo(clocks, warp.Block.Serial, warp.Index, time);
        }
    }

    /// <param name="isAcquire">Whether the read says so itself; else a fence behind it may be asked for.</param>
    public void Acquire(ulong address, Warp warp, bool isAcquire)
    {
        if (!_isUsed)
        {
            return;
        }

        lock (_gate)
        {
            if (_released.TryGetValue(address, out var clocks))
            {
                warp.Clock.Acquire(clocks, warp.Block.Serial, isLate: !isAcquire && warp.Block.Launch.AsksForAcquireFences);
            }
        }
    }
}
