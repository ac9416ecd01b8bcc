using System.Numerics;
using KernelDsl.Profiling.Rules;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>Counts what an access costs, by the rules of the profiling model: 32-byte sectors of global memory, wavefronts of shared memory.</summary>
internal static class Traffic
{
    public static void Count(Warp warp, Instruction i, uint mask, int width)
    {
        if (warp.Block.Counters is not { } counters || mask == 0 || i.Space == StateSpace.Param)
        {
            return;
        }

        Span<ulong> addresses = stackalloc ulong[32];
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            addresses[lane] = MemoryAccess.Address(warp, i, lane);
        }

        var first = addresses[BitOperations.TrailingZeroCount(mask)];
        var bytes = BitOperations.PopCount(mask) * width;
        var isShared = i.Space == StateSpace.Shared || (i.Space == StateSpace.None && first >> 32 == 1);
        var isLocal = i.Space == StateSpace.Local || (i.Space == StateSpace.None && first >> 32 == 2);
        var pieces = isShared ? BankRule.Store(addresses, mask, width).Wavefronts
            : isLocal ? (bytes + SectorRule.SectorBytes - 1) / SectorRule.SectorBytes
            : SectorRule.Of(addresses, mask, width).Sectors;
        counters.CountMemory(i, pieces, bytes);
    }
}
