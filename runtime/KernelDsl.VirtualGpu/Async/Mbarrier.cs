using KernelDsl.VirtualGpu.Checks;
using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Async;

/// <summary>
/// One mbarrier: a phase ends when all arrivals came and no bytes are outstanding. What arrivals release is known to those who see the end of the phase; so are the
/// writes of copies that completed in it.
/// </summary>
internal sealed class Mbarrier(Block owner, int offset, int number, uint count, Warp initialiser, Instruction at, int lane)
{
    public const int MaximumCount = (1 << 20) - 1;

    private readonly List<uint> _underWay = [];
    private Dictionary<uint, uint[]> _released = [];
    private uint _time = 1;

    public Block Owner { get; } = owner;

    public int Offset { get; } = offset;

    /// <summary>Completed phases.</summary>
    public uint Phase { get; private set; }

    /// <summary>Arrivals of each phase from the next on.</summary>
    public uint Expected { get; set; } = count;

    /// <summary>Arrivals that the phase still waits for.</summary>
    public uint Pending { get; private set; } = count;

    /// <summary>Bytes that the phase still waits for; below zero when they came before they were announced.</summary>
    public long Bytes { get; private set; }

    /// <summary>What the phase that ended last made known.</summary>
    public Dictionary<uint, uint[]> Completed { get; private set; } = [];

    public Instruction InitialisedAt { get; } = at;

    public uint InitialisedBy { get; } = initialiser.Block.Serial;

    public int InitialisingWarp { get; } = initialiser.Index;

    public int InitialisingLane { get; } = lane;

    public uint InitialisedTime { get; } = initialiser.Clock.Now;

    /// <summary>Whether a fence made the initialised object visible to copies and to the other blocks of the cluster.</summary>
    public bool IsFenced { get; set; }

    /// <summary>Whether a barrier of the cluster came behind that fence.</summary>
    public bool IsKnownToCluster { get; set; }

    /// <summary>The entry of clocks that its copies have; -1 when there are more barriers than entries, and only pending bytes are checked.</summary>
    public int Entry { get; } = number < WarpClock.Warps ? WarpClock.Warps + number : -1;

    public uint Parity => Phase & 1;

    public bool HasCopiesUnderWay => _underWay.Count > 0;

    /// <summary>Whether a copy was begun in a phase whose end nobody saw.</summary>
    public bool HasUnseenCopies => _hasCopies || _lastCopies > _seen;

    private bool _hasCopies;
    private long _lastCopies = -1;
    private long _seen = -1;

    /// <summary>A thread saw the end of the phase before.</summary>
    public void See() => _seen = (long)Phase - 1;

    /// <summary>A copy that this barrier completes begins.</summary>
    /// <returns>The time that its writes have.</returns>
    public uint Begin()
    {
        _underWay.Add(++_time);
        _hasCopies = true;
        return _time;
    }

    /// <summary>A copy arrived.</summary>
    public void End(uint time) => _underWay.Remove(time);

    /// <summary>The place of a copy's writes among all accesses.</summary>
    public Memory.PastAccess Access(uint time, Instruction i) => Memory.PastAccess.Of(Owner.Serial, Entry, time, i);

    public void Release(Warp warp, uint time) => warp.Clock.ReleaseTo(_released, warp.Block.Serial, warp.Index, time);

    /// <summary>Changes the bytes that are outstanding.</summary>
    public void Expect(Warp warp, Instruction i, int lane, long bytes)
    {
        Bytes += bytes;
        if (Math.Abs(Bytes) > MaximumCount)
        {
            warp.Report(FindingKind.Synchronisation, i, lane, $"{Bytes} bytes are outstanding at the mbarrier {Name}; it counts up to {MaximumCount}.");
        }
    }

    public void Arrive(Warp warp, Instruction i, int lane, uint count)
    {
        if (count > Pending)
        {
            warp.Report(FindingKind.Synchronisation, i, lane,
                $"{count} arrivals come to the mbarrier {Name}, whose phase {Phase} waits for {Pending} of {Expected}{(Bytes != 0 ? $" and {Bytes} bytes" : "")}.");
            count = Pending;
        }

        Pending -= count;
    }

    /// <summary>A group of copies is added to the arrivals that the phase waits for.</summary>
    public void Add(Warp warp, Instruction i, int lane)
    {
        Pending++;
        if (Pending > MaximumCount)
        {
            warp.Report(FindingKind.Synchronisation, i, lane, $"the mbarrier {Name} waits for more than {MaximumCount} arrivals.");
        }
    }

    /// <summary>Ends the phase when nothing is missing.</summary>
    public bool TryComplete()
    {
        if (Pending != 0 || Bytes != 0)
        {
            return false;
        }

        if (Entry >= 0)
        {
            WarpClock.Raise(_released, Owner.Serial, Entry, _underWay.Count > 0 ? _underWay.Min() : _time + 1);
        }

        Completed = _released.ToDictionary(pair => pair.Key, pair => (uint[])pair.Value.Clone());
        _lastCopies = _hasCopies ? Phase : _lastCopies;
        _hasCopies = false;
        Phase++;
        Pending = Expected;
        Owner.Cluster.Wake();
        return true;
    }

    public string Name => $"at offset {Offset} ({Owner.SharedName(Offset)}{(Owner.Cluster.Blocks.Length > 1 ? $", block {Owner.Rank} of the cluster" : "")})";

    public override string ToString() => $"the mbarrier {Name}, which is in phase {Phase} (parity {Parity}) and waits for {Pending} of {Expected} arrivals and {Bytes} bytes";
}
