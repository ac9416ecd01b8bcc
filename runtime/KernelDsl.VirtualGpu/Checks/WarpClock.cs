using System.Numerics;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>
/// A vector clock of a warp. An access carries the warp's time; it happened before what a warp does now when that time is below what the warp knows.
/// Inside a warp lanes are ordered by <c>bar.warp.sync</c> and barriers only, because threads are independent since Volta.
/// </summary>
internal sealed class WarpClock(int width = WarpClock.Warps)
{
    /// <summary>Warps of a block.</summary>
    public const int Warps = 32;

    /// <summary>The first entry of the products of warpgroups.</summary>
    public const int Products = 3 * Warps;

    /// <summary>Entries of a clock where copies run by themselves: the warps, the barriers that copies complete, what proxy fences made known of the warps, the warpgroups.</summary>
    public const int AsyncWidth = Products + (Warps / 4);

    private uint[]? _lanes;

    // What was read without an order, and waits for a fence.
    private Dictionary<uint, uint[]>? _late;
    private uint _lateSerial;

    /// <summary>For each warp of the block, the time before which its accesses are known.</summary>
    public uint[] Known { get; } = new uint[width];

    /// <summary>The same for other blocks, by their serial numbers; null while nothing of them is known.</summary>
    public Dictionary<uint, uint[]>? Foreign { get; private set; }

    /// <summary>The time of accesses that the warp makes now.</summary>
    public uint Now { get; private set; } = 1;

    /// <summary>The time before which the lanes of the warp know each other.</summary>
    public uint Together { get; private set; }

    /// <summary>The time before which a fence has made accesses ready to be released; 0 when there was none.</summary>
    public uint Fenced { get; private set; }

    public void Reset(int warps)
    {
        Array.Clear(Known);
        Foreign = null;
        Now = 1;
        Together = Fenced = FencedInBlock = 0;
        _lanes = null;
        _late = null;
    }

    public void Advance() => Now++;

    /// <summary>The same for a fence that orders only threads of the block.</summary>
    public uint FencedInBlock { get; private set; }

    public void Fence(bool isInBlock = false)
    {
        FencedInBlock = ++Now;
        Fenced = isInBlock ? Fenced : Now;
        if (_late is { } late)
        {
            _late = isInBlock ? late : null;
            Acquire(isInBlock ? late.Where(pair => pair.Key == _lateSerial).ToDictionary() : late, _lateSerial, isLate: false);
        }
    }

    /// <summary>Whether an access of a lane of this warp happened before what another lane does now.</summary>
    public bool KnowsLane(int lane, int other, uint time)
        => lane == other || time < Together || (_lanes is not null && time < _lanes[(lane * 32) + other]);

    public void SyncLanes(uint lanes, uint live)
    {
        Now++;
        if ((lanes & live) == live)
        {
            Together = Now;
            return;
        }

        _lanes ??= new uint[32 * 32];
        var joint = new uint[32];
        for (var m = lanes; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            for (var other = 0; other < 32; other++)
            {
                joint[other] = Math.Max(joint[other], (lanes >> other & 1) != 0 ? Now : _lanes[(lane * 32) + other]);
            }
        }

        for (var m = lanes; m != 0; m &= m - 1)
        {
            joint.CopyTo(_lanes, BitOperations.TrailingZeroCount(m) * 32);
        }
    }

    /// <summary>Takes in what a warp releases: all it did and knows.</summary>
    public void JoinReleased(WarpClock warp, int index, int warps)
    {
        Join(Known, warp.Known);
        Known[index] = Math.Max(Known[index], warp.Now + 1);
        JoinForeign(warp.Foreign, 0);
    }

    /// <summary>Learns what a barrier collected; all lanes of the warp take part.</summary>
    public void Acquire(WarpClock barrier, int index)
    {
        Join(Known, barrier.Known);
        JoinForeign(barrier.Foreign, 0);
        Now++;
        Together = Now;
    }

    /// <summary>Learns what was released at an address.</summary>
    /// <param name="released">By block.</param>
    /// <param name="ownSerial">Of this block.</param>
    /// <param name="isLate">Only the next fence makes it known.</param>
    public void Acquire(Dictionary<uint, uint[]> released, uint ownSerial, bool isLate = false)
    {
        if (isLate)
        {
            _lateSerial = ownSerial;
            foreach (var (serial, clock) in released)
            {
                Join(Slot(_late ??= [], serial, Known.Length), clock);
            }

            return;
        }

        if (released.TryGetValue(ownSerial, out var own))
        {
            Join(Known, own);
        }

        JoinForeign(released, ownSerial);
    }

    /// <summary>Learns what was released, by some lanes: these also learn what lanes of their own warp released.</summary>
    public void Acquire(Dictionary<uint, uint[]> released, uint ownSerial, int index, uint lanes, uint live)
    {
        Acquire(released, ownSerial);
        if (!released.TryGetValue(ownSerial, out var own) || own[index] == 0)
        {
            return;
        }

        if ((lanes & live) == live)
        {
            Together = Math.Max(Together, own[index]);
            return;
        }

        _lanes ??= new uint[32 * 32];
        for (var m = lanes; m != 0; m &= m - 1)
        {
            foreach (ref var known in _lanes.AsSpan(BitOperations.TrailingZeroCount(m) * 32, 32))
            {
                known = Math.Max(known, own[index]);
            }
        }
    }

    /// <summary>Adds what the warp knows and did before a time to what is released at an address.</summary>
    public void ReleaseTo(Dictionary<uint, uint[]> released, uint ownSerial, int index, uint time)
    {
        var own = Slot(released, ownSerial, Known.Length);
        Join(own, Known);
        own[index] = Math.Max(own[index], time);
        if (Foreign is not null)
        {
            foreach (var (serial, clock) in Foreign)
            {
                Join(Slot(released, serial, Known.Length), clock);
            }
        }

        Now++;
    }

    /// <summary>Adds what is known of other blocks to a collection.</summary>
    public void CopyForeign(Dictionary<uint, uint[]> into)
    {
        foreach (var (serial, clock) in Foreign ?? [])
        {
            Join(Slot(into, serial, Known.Length), clock);
        }
    }

    /// <summary>Whether an access by a lane of any block happened before what a lane of this warp does now.</summary>
    public bool Knows(uint ownSerial, int ownIndex, int lane, uint serial, int warp, int otherLane, uint time)
        => serial != ownSerial ? Foreign is not null && Foreign.TryGetValue(serial, out var known) && time < known[warp]
            : warp == ownIndex ? KnowsLane(lane, otherLane, time) : time < Known[warp];

    /// <summary>Makes what is known of ordinary writes known to copies that run by themselves.</summary>
    public void FenceProxy(int index)
    {
        Now++;
        Pass(Known);
        Known[(2 * Warps) + index] = Now;
        if (Foreign is not null)
        {
            foreach (var clock in Foreign.Values)
            {
                Pass(clock);
            }
        }
    }

    /// <summary>The products of a warpgroup before a time are done.</summary>
    public void KnowProducts(int group, uint time) => Known[Products + group] = Math.Max(Known[Products + group], time);

    /// <summary>Whether a proxy fence lies between a write and what this warp does now.</summary>
    public bool KnowsThroughFence(uint ownSerial, uint serial, int warp, uint time)
        => serial == ownSerial ? time < Known[(2 * Warps) + warp] : Foreign is not null && Foreign.TryGetValue(serial, out var known) && time < known[(2 * Warps) + warp];

    /// <summary>Raises one entry of what is released at an address.</summary>
    public static void Raise(Dictionary<uint, uint[]> released, uint serial, int entry, uint time)
    {
        var clock = Slot(released, serial, AsyncWidth);
        clock[entry] = Math.Max(clock[entry], time);
    }

    private static void Pass(uint[] clock)
    {
        for (var warp = 0; warp < Warps; warp++)
        {
            clock[(2 * Warps) + warp] = Math.Max(clock[(2 * Warps) + warp], clock[warp]);
        }
    }

    private void JoinForeign(Dictionary<uint, uint[]>? other, uint except)
    {
        if (other is null)
        {
            return;
        }

        foreach (var (serial, clock) in other)
        {
            if (serial != except)
            {
                Join(Slot(Foreign ??= [], serial, Known.Length), clock);
            }
        }
    }

    private static uint[] Slot(Dictionary<uint, uint[]> clocks, uint serial, int width)
    {
        if (!clocks.TryGetValue(serial, out var clock))
        {
            clocks.Add(serial, clock = new uint[width]);
        }

        return clock;
    }

    private static void Join(uint[] into, uint[] other)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = Math.Max(into[i], other[i]);
        }
    }
}
