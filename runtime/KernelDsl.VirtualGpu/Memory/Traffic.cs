using System.Numerics;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>Counts what an access costs: 32-byte sectors of global memory, wavefronts of shared memory with 32 banks of 4 bytes.</summary>
internal static unsafe class Traffic
{
    public static void Count(Warp warp, Instruction i, uint mask, int width)
    {
        if (warp.Block.Counters is not { } counters || mask == 0 || i.Space == StateSpace.Param)
        {
            return;
        }

        var addresses = stackalloc ulong[32];
        var lanes = 0;
        for (var m = mask; m != 0; m &= m - 1)
        {
            addresses[lanes++] = MemoryAccess.Address(warp, i, BitOperations.TrailingZeroCount(m));
        }

        var isShared = i.Space == StateSpace.Shared || (i.Space == StateSpace.None && addresses[0] >> 32 == 1);
        var isLocal = i.Space == StateSpace.Local || (i.Space == StateSpace.None && addresses[0] >> 32 == 2);
        var pieces = isShared ? Wavefronts(addresses, lanes, width) : isLocal ? (lanes * width + 31) / 32 : Sectors(addresses, lanes, width);
        counters.CountMemory(i, pieces, (long)lanes * width);
    }

    /// <summary>Distinct 32-byte sectors.</summary>
    public static int Sectors(ulong* addresses, int lanes, int width)
    {
        var seen = new HashSet<ulong>();
        for (var k = 0; k < lanes; k++)
        {
            for (var sector = addresses[k] >> 5; sector <= (addresses[k] + (ulong)width - 1) >> 5; sector++)
            {
                seen.Add(sector);
            }
        }

        return seen.Count;
    }

    /// <summary>Lanes go in groups of 128 bytes; each group takes as many wavefronts as its busiest bank has different words.</summary>
    public static int Wavefronts(ulong* addresses, int lanes, int width)
    {
        var group = Math.Max(1, 128 / Math.Max(width, 4));
        var total = 0;
        var banks = new HashSet<ulong>[32];
        for (var start = 0; start < lanes; start += group)
        {
            Array.Clear(banks);
            var most = 1;
            for (var k = start; k < Math.Min(lanes, start + group); k++)
            {
                for (var word = addresses[k] >> 2; word <= (addresses[k] + (ulong)width - 1) >> 2; word++)
                {
                    var bank = banks[word & 31] ??= [];
                    bank.Add(word);
                    most = Math.Max(most, bank.Count);
                }
            }

            total += most;
        }

        return total;
    }
}
