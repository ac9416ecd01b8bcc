using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Async;

/// <summary>Findings of copies that run by themselves.</summary>
internal static class AsyncFindings
{
    public static bool IsOn(Warp warp) => warp.Block.Launch.Checks.HasFlag(VirtualGpuChecks.Synchronisation);

    public static void NotWaited(Warp warp, Instruction i, int lane, ulong address, int width, string name, bool writes, Instruction copy)
        => warp.Report(FindingKind.AsyncNotWaited, i, lane,
            $"{(writes ? "this write" : "this read")} of {width} bytes at 0x{address:x} of {name} meets what {copy.Text.Name} at PTX line {copy.Text.Line} began, and nothing between them waited for that.",
            address, name, copy);

    public static void BarrierBytes(Warp warp, Instruction i, int lane, ulong address, string name)
    {
        if (IsOn(warp))
        {
            warp.Report(FindingKind.Synchronisation, i, lane, $"the access at 0x{address:x} touches the bytes of a live mbarrier; only mbarrier instructions may.", address, name);
        }
    }

    /// <summary>A write meets bytes that are more than pending.</summary>
    public static void SpecialBytes(Warp warp, Instruction i, int lane, ReadOnlySpan<byte> state, ulong address, string name)
    {
        foreach (var bits in state)
        {
            if ((bits & ByteState.Barrier) != 0)
            {
                BarrierBytes(warp, i, lane, address, name);
                return;
            }

            if ((bits & ByteState.Source) != 0 && IsOn(warp))
            {
                warp.Report(FindingKind.AsyncNotWaited, i, lane, $"the write at 0x{address:x} of {name} meets a copy or product that may still read it, and nothing waited for that.", address, name);
                return;
            }
        }
    }

    /// <summary>Ordinary writes that a copy or product reads or overwrites must have passed a proxy fence.</summary>
    public static void CheckProxy(Warp warp, Instruction i, int lane, Block owner, int offset, int width, string what)
        => CheckProxy(warp, i, lane, owner.SharedRaces, owner.Serial, offset, width, what, owner.SharedName(offset));

    public static void CheckProxy(Warp warp, Instruction i, int lane, Allocation allocation, long offset, int width, string what)
        => CheckProxy(warp, i, lane, allocation.Races, 0, offset, width, what, allocation.Name);

    private static void CheckProxy(Warp warp, Instruction i, int lane, RaceShadow shadow, uint ownerOfShared, long offset, int width, string what, string name)
    {
        var block = warp.Block;
        if (!block.Launch.ChecksRaces)
        {
            return;
        }

        var found = shadow.FindWrite(offset, width, write => write.Thread >> 5 < WarpClock.Warps && write.Block >= block.Launch.FirstSerial
            && (ownerOfShared == 0 || block.Cluster.Contains(write.Block)) && !warp.Clock.KnowsThroughFence(block.Serial, write.Block, write.Thread >> 5, write.Time));
        if (found is { } past)
        {
            var other = block.Launch.Program.Code[past.Index];
            warp.Report(FindingKind.ProxyFence, i, lane,
                $"{what} of {name} from offset {offset} meets the ordinary write of {other.Text.Name} at PTX line {other.Text.Line}, and no fence.proxy.async lies between them.", (ulong)offset, name, other);
        }
    }
}
