using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Clusters;

/// <summary>
/// Addresses in the shared memory of a block of the cluster: the rank plus one in the bits from 24, the offset below. Addresses of the own block have zeros there.
/// </summary>
internal static unsafe class ClusterMemory
{
    private const int RankShift = 24;
    private const ulong OffsetMask = (1UL << RankShift) - 1;

    public static bool IsOfBlock(ulong address) => address >> RankShift is > 0 and <= 255;

    /// <summary>The address of the same offset in a block.</summary>
    public static uint Map(uint address, uint rank) => (uint)(address & OffsetMask) | ((rank + 1) << RankShift);

    /// <summary>The rank that an address belongs to.</summary>
    public static uint RankOf(Warp warp, ulong address)
    {
        var rank = (uint)(address >> RankShift) & 255;
        return rank == 0 ? (uint)warp.Block.Rank : rank - 1;
    }

    /// <summary>Whether a generic address lies in the window of shared memory of the cluster, or of the block.</summary>
    public static bool IsShared(Warp warp, ulong address, bool isCluster)
        => address >> 32 == 1 && (isCluster || RankOf(warp, address & uint.MaxValue) == warp.Block.Rank);

    /// <summary>Finds bytes by an address that has a rank.</summary>
    public static bool TryResolve(Warp warp, Instruction i, int lane, ulong address, int width, AccessType type, ref Place place)
    {
        var cluster = warp.Block.Cluster;
        var rank = RankOf(warp, address);
        var offset = (long)(address & OffsetMask);
        if (rank >= cluster.Blocks.Length)
        {
            warp.Report(FindingKind.OutOfBounds, i, lane, $"the address 0x{address:x} belongs to block {rank} of a cluster that has {cluster.Blocks.Length}.", address);
            return false;
        }

        var owner = cluster.Blocks[rank];
        if (owner != warp.Block && i.Space == StateSpace.Shared && !i.IsCluster)
        {
            warp.Report(FindingKind.OutOfBounds, i, lane,
                $"the address 0x{address:x} belongs to block {rank} of the cluster; {i.Text.Name} without .shared::cluster reaches only the shared memory of its own block.", address, owner.SharedName(offset));
            return false;
        }

        if (owner.HasLeft)
        {
            warp.Report(FindingKind.UseAfterFree, i, lane, $"the access of {width} bytes at offset {offset} of the shared memory of block {rank} of the cluster comes after all threads of that block exited.", address, owner.SharedName(offset));
            return false;
        }

        if (offset + width > owner.SharedBytes || (owner.SharedState[offset] & ByteState.Hole) != 0 || (owner.SharedState[offset + width - 1] & ByteState.Hole) != 0)
        {
            warp.Report(FindingKind.OutOfBounds, i, lane,
                $"the access of {width} bytes at offset {offset} of the shared memory of block {rank} of the cluster meets {owner.SharedName(offset)}.", address, owner.SharedName(offset));
            return false;
        }

        place.Data = owner.Shared + offset;
        place.State = owner.SharedState + offset;
        place.Offset = offset;
        place.Owner = owner;
        if (owner != warp.Block)
        {
            owner.UseRemotely(warp, i, lane);
        }

        return true;
    }
}
