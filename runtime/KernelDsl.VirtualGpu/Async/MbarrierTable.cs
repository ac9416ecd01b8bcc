using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Async;

/// <summary>The live mbarriers in the shared memory of a block. Their 8 bytes are opaque; the state lies here.</summary>
internal sealed unsafe class MbarrierTable(Block block)
{
    private readonly Dictionary<int, Mbarrier> _live = [];
    private int _next;

    public void Clear()
    {
        _live.Clear();
        _next = 0;
    }

    public Mbarrier? Find(int offset) => _live.GetValueOrDefault(offset);

    /// <summary>A live mbarrier that shares bytes with one at an offset.</summary>
    public Mbarrier? Overlapping(int offset) => _live.Values.FirstOrDefault(barrier => barrier.Offset != offset && Math.Abs(barrier.Offset - offset) < 8);

    public void Add(int offset, uint count, Warp warp, Instruction i, int lane)
    {
        _live[offset] = new Mbarrier(block, offset, _next++, count, warp, i, lane);
        new Span<byte>(block.SharedState + offset, 8).Fill(ByteState.Written | ByteState.Pending | ByteState.Barrier);
    }

    public void Remove(int offset)
    {
        _live.Remove(offset);
        new Span<byte>(block.SharedState + offset, 8).Clear();
    }

    /// <summary>A fence of a warp makes barriers that it knows visible to copies and to other blocks.</summary>
    public void Fence(Warp warp, bool onlyOwn)
    {
        foreach (var barrier in _live.Values)
        {
            barrier.IsFenced |= onlyOwn
                ? barrier.InitialisedBy == warp.Block.Serial && barrier.InitialisingWarp == warp.Index
                : warp.Clock.Knows(warp.Block.Serial, warp.Index, barrier.InitialisingLane, barrier.InitialisedBy, barrier.InitialisingWarp, barrier.InitialisingLane, barrier.InitialisedTime);
        }
    }

    /// <summary>At the end of the block nothing may be outstanding.</summary>
    public void CheckAtExit()
    {
        foreach (var barrier in _live.Values.Where(barrier => barrier.Owner.Launch.Checks.HasFlag(VirtualGpuChecks.Synchronisation)))
        {
            if (barrier.HasUnseenCopies)
            {
                Report(FindingKind.AsyncNotWaited, barrier, $"all threads exited, and nobody waited for the end of the last phase with copies of {barrier}.");
            }
            else if (barrier.Bytes != 0)
            {
                Report(FindingKind.Synchronisation, barrier, $"all threads exited, and bytes are outstanding at {barrier}.");
            }
        }
    }

    private void Report(FindingKind kind, Mbarrier barrier, string message)
        => block.Launch.Log.Report(kind, block.Warps[barrier.InitialisingWarp], barrier.InitialisedAt, barrier.InitialisingLane, message);
}
