using System.Numerics;
using KernelDsl.Profiling.Caches;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Async;

internal enum BulkDirection : byte { IntoShared, SharedToShared, FromShared, Prefetch }

/// <summary>A bulk copy of a row of bytes, or of a tile of a tensor.</summary>
/// <param name="Global">The address in global memory, or that of the tensor map.</param>
/// <param name="Coordinates">Slots of the coordinates; null for rows of bytes.</param>
/// <param name="Bytes">The slot of the size, or -1.</param>
/// <param name="Blocks">The slot of the mask of blocks that get the copy, or -1.</param>
internal sealed record BulkForm(
    BulkDirection Direction, AsyncAddress? Global, AsyncAddress? Target, AsyncAddress? Source, AsyncAddress? Barrier, int Bytes, int Blocks, int[]? Coordinates, BulkReduction? Reduction);

/// <summary>Handlers of <c>cp.async.bulk</c>, <c>cp.async.bulk.tensor</c> and their reductions.</summary>
internal static unsafe class BulkHandlers
{
    public static void Copy(Warp warp, Instruction i, uint mask)
    {
        var form = (BulkForm)i.Data!;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            switch (form.Direction)
            {
                case BulkDirection.IntoShared:
                    IntoShared(warp, i, lane, form);
                    break;
                case BulkDirection.SharedToShared:
                    SharedToShared(warp, i, lane, form);
                    break;
                case BulkDirection.FromShared:
                    FromShared(warp, i, lane, form);
                    break;
                default:
                    TryGlobal(warp, i, lane, form, AccessType.Read, out _, out _, out _);
                    break;
            }
        }
    }

    public static void Commit(Warp warp, Instruction i, uint mask) => warp.Bulk.Commit(mask);

    public static void Wait(Warp warp, Instruction i, uint mask) => warp.Bulk.Wait(warp, mask, i.Option, i.Option2 == 1);

    /// <summary><c>cp.async.mbarrier.arrive</c>: when the copies of each lane so far are there, it arrives.</summary>
    public static void ArriveAfterCopies(Warp warp, Instruction i, uint mask)
    {
        var form = (MbarrierForm)i.Data!;
        var barriers = new List<(int, Mbarrier)>();
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            if (!BarrierHandlers.TryFind(warp, i, lane, form.Address, out var barrier))
            {
                continue;
            }

            if (i.Option == 0)
            {
                barrier.Add(warp, i, lane);
            }

            barriers.Add((lane, barrier));
        }

        warp.Block.Cluster.Pending.Begin(warp.Block.Cluster, new ArriveAfterCopies(warp, mask, barriers, i));
    }

    private static void IntoShared(Warp warp, Instruction i, int lane, BulkForm form)
    {
        if (!TryGlobal(warp, i, lane, form, AccessType.Read, out var source, out var swizzle, out var align)
            || !form.Target!.TryShared(warp, i, lane, source.Bytes, align, AccessType.Write, "place of the copy in shared memory", out var owner, out var offset)
            || !TryBarrier(warp, i, lane, form.Barrier!, out var barrier))
        {
            return;
        }

        source.Count(warp, i, CacheAccess.LoadThrough);
        source.CheckRead(warp, i, lane);
        if (form.Blocks < 0)
        {
            Begin(warp, i, lane, source, new SharedBox(owner, offset, source.Bytes, swizzle), barrier);
            return;
        }

        var cluster = warp.Block.Cluster;
        var blocks = LoadStore.ReadRegister(warp.R + form.Blocks, 2, lane);
        if (blocks == 0 || blocks >> cluster.Blocks.Length != 0)
        {
            warp.Report(FindingKind.Undefined, i, lane, $"the mask 0x{blocks:x4} of blocks names none, or blocks that the cluster of {cluster.Blocks.Length} does not have.");
        }

        foreach (var block in cluster.Blocks.Where(block => (blocks >> block.Rank & 1) != 0))
        {
            if (block.HasLeft)
            {
                warp.Report(FindingKind.UseAfterFree, i, lane, $"the copy goes to block {block.Rank} of the cluster, all of whose threads exited.");
            }
            else if (block.Mbarriers.Find(barrier.Offset) is { } there)
            {
                BarrierHandlers.CheckFence(warp, i, lane, there, "a copy completes at");
                Begin(warp, i, lane, source, new SharedBox(block, offset, source.Bytes, swizzle), there);
            }
            else
            {
                warp.Report(FindingKind.Synchronisation, i, lane, $"no mbarrier was initialised at offset {barrier.Offset} of block {block.Rank} of the cluster, to which the copy goes too.");
            }
        }
    }

    private static void Begin(Warp warp, Instruction i, int lane, GlobalBox source, SharedBox target, Mbarrier barrier)
    {
        if (barrier.Owner != target.Owner)
        {
            warp.Report(FindingKind.Undefined, i, lane, $"the copy goes to block {target.Owner.Rank} of the cluster, and its mbarrier lies in block {barrier.Owner.Rank}; both must be in one block.");
        }

        var time = barrier.Begin();
        target.Claim(warp, i, lane, barrier.Access(time, i));
        var cluster = warp.Block.Cluster;
        Func<byte[]> read = cluster.Random.Next(2) == 0 ? source.Read : Now(source.Read());
        cluster.Pending.Begin(cluster, new CopyIntoShared(read, target, barrier, time, null, warp, i, lane));
    }

    private static void SharedToShared(Warp warp, Instruction i, int lane, BulkForm form)
    {
        var bytes = Size(warp, i, lane, form);
        if (bytes < 0 || !form.Source!.TryShared(warp, i, lane, bytes, 16, AccessType.Read, "source of the copy", out var from, out var fromOffset)
            || !form.Target!.TryShared(warp, i, lane, bytes, 16, AccessType.Write, "place of the copy in shared memory", out var owner, out var offset)
            || !TryBarrier(warp, i, lane, form.Barrier!, out var barrier))
        {
            return;
        }

        if (barrier.Owner != owner)
        {
            warp.Report(FindingKind.Undefined, i, lane, $"the copy goes to block {owner.Rank} of the cluster, and its mbarrier lies in block {barrier.Owner.Rank}; both must be in one block.");
        }

        var source = new SharedBox(from, fromOffset, bytes, 0);
        var target = new SharedBox(owner, offset, bytes, 0);
        source.CheckRead(warp, i, lane);
        var time = barrier.Begin();
        var access = barrier.Access(time, i);
        if (barrier.Entry >= 0)
        {
            MemoryAccess.RecordShared(warp, i, lane, from, fromOffset, bytes, writes: false, access);
        }

        if (form.Reduction is null)
        {
            target.Claim(warp, i, lane, access);
        }
        else
        {
            target.CheckRead(warp, i, lane);
        }

        var cluster = warp.Block.Cluster;
        Func<byte[]> read = cluster.Random.Next(2) == 0 ? source.Read : Now(source.Read());
        cluster.Pending.Begin(cluster, new CopyIntoShared(read, target, barrier, time, form.Reduction, warp, i, lane));
    }

    private static void FromShared(Warp warp, Instruction i, int lane, BulkForm form)
    {
        var type = form.Reduction is null ? AccessType.Write : AccessType.Atomic;
        if (!TryGlobal(warp, i, lane, form, type, out var target, out var swizzle, out var align)
            || !form.Source!.TryShared(warp, i, lane, target.Bytes, align, AccessType.Read, "source of the copy in shared memory", out var owner, out var offset))
        {
            return;
        }

        var reduction = form.Reduction is { Type: PtxType.None } byMap ? byMap with { Type = target.Type } : form.Reduction;
        if (reduction is not null && !BulkReduction.IsKnown(reduction.Operation, reduction.Type))
        {
            warp.Report(FindingKind.Undefined, i, lane, $"{i.Text.Name} is not defined for the elements of this tensor map.");
            return;
        }

        target.Count(warp, i, form.Reduction is null ? CacheAccess.Store : CacheAccess.Atomic);
        var source = new SharedBox(owner, offset, target.Bytes, swizzle);
        source.CheckRead(warp, i, lane);
        target.CheckWrite(warp, i, lane, form.Reduction is not null);
        if (form.Reduction is null)
        {
            target.SetState(ByteState.Written | ByteState.Pending);
        }

        var copy = new CopyFromShared(source, target, reduction, i, lane) { Group = warp.Bulk.GroupOf(lane) };
        warp.Bulk.Add(copy);
        owner.Sources.Add(copy, source.Ranges);
        warp.Block.Cluster.Pending.Begin(warp.Block.Cluster, copy);
    }

    private static bool TryGlobal(Warp warp, Instruction i, int lane, BulkForm form, AccessType type, out GlobalBox box, out int swizzle, out int align)
    {
        (box, swizzle, align) = (null!, 0, 16);
        if (form.Coordinates is not null)
        {
            align = 128;
            return TensorTiles.TryBox(warp, i, lane, form, type, out box, out swizzle);
        }

        var bytes = Size(warp, i, lane, form);
        var address = form.Global!.Of(warp, lane);
        if (bytes >= 0 && (address & 15) != 0)
        {
            warp.Report(FindingKind.Misaligned, i, lane, $"the address 0x{address:x} of a bulk copy must be a multiple of 16.", address);
            return false;
        }

        box = new GlobalBox(bytes, [new GlobalPiece(address, 0, bytes)]);
        return bytes >= 0 && box.TryResolve(warp, i, lane, type);
    }

    /// <summary>The size of a copy; -1 when it is none that may be.</summary>
    private static int Size(Warp warp, Instruction i, int lane, BulkForm form)
    {
        var bytes = ((uint*)(warp.R + form.Bytes))[lane];
        if (bytes % 16 == 0 && bytes is > 0 and < 1 << 24)
        {
            return (int)bytes;
        }

        if (bytes != 0)
        {
            warp.Report(FindingKind.Misaligned, i, lane, $"a bulk copy of {bytes} bytes; the size must be a multiple of 16.");
        }

        return -1;
    }

    private static bool TryBarrier(Warp warp, Instruction i, int lane, AsyncAddress address, out Mbarrier barrier)
    {
        if (!BarrierHandlers.TryFind(warp, i, lane, address, out barrier))
        {
            return false;
        }

        BarrierHandlers.CheckFence(warp, i, lane, barrier, "a copy completes at");
        return true;
    }

    private static Func<byte[]> Now(byte[] data) => () => data;
}
