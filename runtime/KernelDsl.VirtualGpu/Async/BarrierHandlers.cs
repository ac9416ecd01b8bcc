using System.Numerics;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Async;

internal enum BarrierAction : byte { Arrive, Drop, Expect, Complete }

/// <summary>An instruction that changes an mbarrier.</summary>
/// <param name="Count">The slot of the count of arrivals, or -1 for one.</param>
/// <param name="Bytes">The slot of the bytes, or -1.</param>
internal sealed record MbarrierForm(BarrierAction Action, AsyncAddress Address, int Count, int Bytes, bool MayComplete, bool IsRelaxed);

/// <summary>Handlers of <c>mbarrier</c> except the waits.</summary>
internal static unsafe class BarrierHandlers
{
    public static void Initialise(Warp warp, Instruction i, uint mask)
    {
        var form = (MbarrierForm)i.Data!;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            if (!TryPlace(warp, i, lane, form.Address, out var owner, out var offset))
            {
                continue;
            }

            var count = ((uint*)(warp.R + form.Count))[lane];
            if (owner.Mbarriers.Find(offset) is { } live)
            {
                warp.Report(FindingKind.Synchronisation, i, lane, $"the mbarrier {live.Name} is initialised again while it is live (since PTX line {live.InitialisedAt.Text.Line}); mbarrier.inval ends its life.");
            }
            else if (owner.Mbarriers.Overlapping(offset) is { } other)
            {
                warp.Report(FindingKind.Synchronisation, i, lane, $"the mbarrier at offset {offset} overlaps the live mbarrier {other.Name}.");
            }

            if (count is 0 or > Mbarrier.MaximumCount)
            {
                warp.Report(FindingKind.Undefined, i, lane, $"the count of an mbarrier is {count}; it must be 1 to {Mbarrier.MaximumCount}.");
                count = Math.Clamp(count, 1, Mbarrier.MaximumCount);
            }

            MemoryAccess.RecordShared(warp, i, lane, owner, offset, 8, writes: true, PastAccess.Now(warp, i, lane, isStrong: false));
            owner.Mbarriers.Add(offset, count, warp, i, lane);
            warp.Clock.Advance();
        }
    }

    public static void Invalidate(Warp warp, Instruction i, uint mask)
    {
        var form = (MbarrierForm)i.Data!;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            if (TryFind(warp, i, lane, form.Address, out var barrier))
            {
                if (barrier.Bytes != 0 || barrier.HasCopiesUnderWay)
                {
                    warp.Report(FindingKind.Synchronisation, i, lane, $"this ends the life of {barrier}.");
                }

                barrier.Owner.Mbarriers.Remove(barrier.Offset);
            }
        }
    }

    public static void Change(Warp warp, Instruction i, uint mask)
    {
        var form = (MbarrierForm)i.Data!;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            if (!TryFind(warp, i, lane, form.Address, out var barrier))
            {
                continue;
            }

            var state = State(barrier);
            var count = form.Count < 0 ? 1 : ((uint*)(warp.R + form.Count))[lane];
            if (form.Bytes >= 0)
            {
                var bytes = (long)(int)((uint*)(warp.R + form.Bytes))[lane];
                barrier.Expect(warp, i, lane, form.Action == BarrierAction.Complete ? -bytes : bytes);
            }

            if (form.Action is BarrierAction.Arrive or BarrierAction.Drop)
            {
                if ((form.IsRelaxed ? warp.Clock.Fenced : warp.Clock.Now + 1) is > 0 and var time)
                {
                    barrier.Release(warp, time);
                }

                if (form.Action == BarrierAction.Drop)
                {
                    barrier.Expected = barrier.Expected > count ? barrier.Expected - count : 0;
                }

                barrier.Arrive(warp, i, lane, count);
                warp.Block.Cluster.Progress++;
            }

            var isDone = form.Action != BarrierAction.Expect && barrier.TryComplete();
            if (isDone && !form.MayComplete)
            {
                warp.Report(FindingKind.Undefined, i, lane, $"the arrival with .noComplete ends the phase of the mbarrier {barrier.Name}.");
            }

            if (i.D >= 0)
            {
                ((ulong*)(warp.R + i.D))[lane] = state;
            }
        }
    }

    /// <summary><c>mbarrier.pending_count</c>.</summary>
    public static void PendingCount(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            ((uint*)(warp.R + i.D))[lane] = (uint)((ulong*)(warp.R + i.A))[lane] & Mbarrier.MaximumCount;
        }
    }

    /// <summary>What arrivals return: the phase above, the arrivals it waits for below.</summary>
    public static ulong State(Mbarrier barrier) => ((ulong)barrier.Phase << 32) | barrier.Pending;

    /// <summary>Finds a live mbarrier that the thread knows to be initialised.</summary>
    public static bool TryFind(Warp warp, Instruction i, int lane, AsyncAddress address, out Mbarrier barrier)
    {
        barrier = null!;
        if (!TryPlace(warp, i, lane, address, out var owner, out var offset))
        {
            return false;
        }

        if (owner.Mbarriers.Find(offset) is not { } found)
        {
            warp.Report(FindingKind.Synchronisation, i, lane, $"no mbarrier was initialised at offset {offset} ({owner.SharedName(offset)}).", (ulong)offset, owner.SharedName(offset));
            return false;
        }

        barrier = found;
        CheckKnown(warp, i, lane, found);
        if (owner != warp.Block)
        {
            CheckFence(warp, i, lane, found, "another block of the cluster uses");
        }

        return true;
    }

    /// <summary>Whether a fence made the mbarrier visible outside of the ordinary accesses of its block.</summary>
    public static void CheckFence(Warp warp, Instruction i, int lane, Mbarrier barrier, string who)
    {
        if (!barrier.IsFenced && AsyncFindings.IsOn(warp))
        {
            barrier.IsFenced = true;
            warp.Report(FindingKind.ProxyFence, i, lane,
                $"{who} the mbarrier {barrier.Name}, and neither fence.mbarrier_init nor fence.proxy.async came after it was initialised at PTX line {barrier.InitialisedAt.Text.Line}.", 0, null, barrier.InitialisedAt);
        }
    }

    private static void CheckKnown(Warp warp, Instruction i, int lane, Mbarrier barrier)
    {
        if (warp.Block.Launch.ChecksRaces && !barrier.IsKnownToCluster
            && !warp.Clock.Knows(warp.Block.Serial, warp.Index, lane, barrier.InitialisedBy, barrier.InitialisingWarp, barrier.InitialisingLane, barrier.InitialisedTime))
        {
            warp.Report(FindingKind.Race, i, lane,
                $"the mbarrier {barrier.Name} is used, and no barrier orders this after its initialisation by warp {barrier.InitialisingWarp} at PTX line {barrier.InitialisedAt.Text.Line}.",
                (ulong)barrier.Offset, barrier.Owner.SharedName(barrier.Offset), barrier.InitialisedAt);
        }
    }

    private static bool TryPlace(Warp warp, Instruction i, int lane, AsyncAddress address, out Block owner, out int offset)
        => address.TryShared(warp, i, lane, 8, 8, AccessType.Atomic, "address of the mbarrier", out owner, out offset);
}
