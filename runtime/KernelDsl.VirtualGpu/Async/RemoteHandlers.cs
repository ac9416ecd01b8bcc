using System.Numerics;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Async;

/// <summary>A store or reduction of registers that an mbarrier counts: <c>st.async</c>, <c>red.async</c>.</summary>
internal sealed record RemoteForm(AsyncAddress Target, AsyncAddress Barrier, int[] Values, int ItemBytes, BulkReduction? Reduction);

/// <summary>Handlers of stores to other blocks of the cluster that complete at an mbarrier there.</summary>
internal static unsafe class RemoteHandlers
{
    public static void Store(Warp warp, Instruction i, uint mask)
    {
        var form = (RemoteForm)i.Data!;
        var bytes = form.ItemBytes * form.Values.Length;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            if (!form.Target.TryShared(warp, i, lane, bytes, bytes, AccessType.Write, "place of the store", out var owner, out var offset)
                || !BarrierHandlers.TryFind(warp, i, lane, form.Barrier, out var barrier))
            {
                continue;
            }

            if (barrier.Owner != owner)
            {
                warp.Report(FindingKind.Undefined, i, lane, $"the store goes to block {owner.Rank} of the cluster, and its mbarrier lies in block {barrier.Owner.Rank}; both must be in one block.");
            }

            var data = new byte[bytes];
            for (var k = 0; k < form.Values.Length; k++)
            {
                var value = LoadStore.ReadRegister(warp.R + form.Values[k], form.ItemBytes, lane);
                BitConverter.GetBytes(value).AsSpan(0, form.ItemBytes).CopyTo(data.AsSpan(k * form.ItemBytes));
            }

            var box = new SharedBox(owner, offset, bytes, 0);
            var time = barrier.Begin();
            if (form.Reduction is null)
            {
                box.Claim(warp, i, lane, barrier.Access(time, i), isAsyncProxy: false);
            }
            else
            {
                CheckReduction(warp, i, lane, box, barrier, time);
            }

            var cluster = warp.Block.Cluster;
            cluster.Pending.Begin(cluster, new CopyIntoShared(() => data, box, barrier, time, form.Reduction, warp, i, lane));
        }
    }

    private static void CheckReduction(Warp warp, Instruction i, int lane, SharedBox box, Mbarrier barrier, uint time)
    {
        var owner = box.Owner;
        var place = new Place { Space = StateSpace.Shared, State = owner.SharedState + box.Offset, Data = owner.Shared + box.Offset, Offset = box.Offset, Owner = owner };
        MemoryAccess.CheckWritten(warp, i, lane, ref place, (ulong)box.Offset, box.Bytes);
        if (barrier.Entry >= 0)
        {
            MemoryAccess.RecordShared(warp, i, lane, owner, box.Offset, box.Bytes, writes: true, barrier.Access(time, i).AsStrong());
        }
    }
}
