using System.Numerics;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Clusters;

/// <summary>Handlers of addresses of clusters, proxy fences, and of what belongs to launches of many blocks.</summary>
internal static unsafe class ClusterHandlers
{
    /// <summary><c>mapa</c>: the same offset in the shared memory of another block. Option is the size of addresses, Option2 1 for generic ones.</summary>
    public static void Map(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var address = LoadStore.ReadRegister(warp.R + i.A, i.Option, lane);
            var rank = ((uint*)(warp.R + i.B))[lane];
            if (rank >= warp.Block.Cluster.Blocks.Length)
            {
                warp.Report(FindingKind.Undefined, i, lane, $"mapa asks for block {rank} of a cluster that has {warp.Block.Cluster.Blocks.Length}.");
                rank = 0;
            }

            var window = i.Option2 == 1 ? address & ~(ulong)uint.MaxValue : 0;
            if (i.Option2 == 1 && window != DeviceMemory.SharedWindow)
            {
                warp.Report(FindingKind.Undefined, i, lane, $"mapa of the generic address 0x{address:x}, which is not in shared memory.", address);
            }

            LoadStore.WriteRegister(warp.R + i.D, i.Option, lane, window | ClusterMemory.Map((uint)address, rank));
        }
    }

    /// <summary><c>getctarank</c>.</summary>
    public static void Rank(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            ((uint*)(warp.R + i.D))[lane] = ClusterMemory.RankOf(warp, LoadStore.ReadRegister(warp.R + i.A, i.Option, lane) & uint.MaxValue);
        }
    }

    /// <summary><c>isspacep</c> for shared memory; Option2 1 for that of the whole cluster.</summary>
    public static void IsShared(Warp warp, Instruction i, uint mask)
    {
        uint bits = 0;
        for (var lane = 0; lane < 32; lane++)
        {
            bits |= ClusterMemory.IsShared(warp, ((ulong*)(warp.R + i.A))[lane], i.Option2 == 1) ? 1u << lane : 0;
        }

        Lanes.Set(warp.R + i.D, mask, bits);
    }

    /// <summary><c>fence.proxy.async</c>: what ordinary instructions wrote is there for copies.</summary>
    public static void FenceProxy(Warp warp, Instruction i, uint mask)
    {
        warp.Clock.FenceProxy(warp.Index);
        Array.ForEach(warp.Block.Cluster.Blocks, block => block.Mbarriers.Fence(warp, onlyOwn: false));
    }

    /// <summary><c>fence.mbarrier_init</c>.</summary>
    public static void FenceBarriers(Warp warp, Instruction i, uint mask)
    {
        warp.Clock.Fence();
        warp.Block.Mbarriers.Fence(warp, onlyOwn: true);
    }

    /// <summary><c>nanosleep</c>: clocks go on, and others get a turn.</summary>
    public static void Sleep(Warp warp, Instruction i, uint mask)
    {
        var nanoseconds = ((uint*)(warp.R + i.A))[BitOperations.TrailingZeroCount(mask)];
        warp.Sleep(Math.Min(nanoseconds, 1_000_000));
    }
}
