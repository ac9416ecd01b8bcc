using System.Numerics;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>
/// A vector clock of a warp. An access carries the warp's time; it happened before what a warp does now when that time is below what the warp knows.
/// Inside a warp lanes are ordered by <c>bar.warp.sync</c> and barriers only, because threads are independent since Volta.
/// </summary>
internal sealed class WarpClock
{
    private uint[]? _lanes;

    // What was read without an order, and waits for a fence.
    private Dictionary<uint, uint[]>? _late;
    private uint _lateSerial;

    /// <summary>For each warp of the block, the time before which its accesses are known.</summary>
    public uint[] Known { get; } = new uint[32];

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

    public void Fence(bool isInBlock)
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
    public void Acquire(Dictionary<uint, uint[]> released, uint ownSerial, bool isLate)
    {
        if (isLate)
        {
            _lateSerial = ownSerial;
            foreach (var (serial, clock) in released)
            {
                Join(Slot(_late ??= [], serial), clock);
            }

            return;
        }

        if (released.TryGetValue(ownSerial, out var own))
        {
            Join(Known, own);
        }

        JoinForeign(released, ownSerial);
    }

    /// <summary>Adds what the warp knows and did before a time to what is released at an address.</summary>
    public void ReleaseTo(Dictionary<uint, uint[]> released, uint ownSerial, int index, uint time)
    {
        var own = Slot(released, ownSerial);
        Join(own, Known);
        own[index] = Math.Max(own[index], time);
        if (Foreign is not null)
        {
            foreach (var (serial, clock) in Foreign)
            {
                Join(Slot(released, serial), clock);
            }
        }

        Now++;
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
                Join(Slot(Foreign ??= [], serial), clock);
            }
        }
    }

    private static uint[] Slot(Dictionary<uint, uint[]> clocks, uint serial)
    {
        if (!clocks.TryGetValue(serial, out var clock))
        {
            clocks.Add(serial, clock = new uint[32]);
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
