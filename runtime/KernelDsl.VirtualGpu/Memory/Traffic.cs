using System.Numerics;
using KernelDsl.Profiling.Caches;
using KernelDsl.Profiling.Rules;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>Counts what an access costs, by the rules of the profiling model: 32-byte sectors of global memory, wavefronts of shared memory.</summary>
internal static class Traffic
{
    private const ulong LocalWindow = 2;

    /// <summary>Counts an access of a warp that is about to be made.</summary>
    public static void Count(Warp warp, Instruction i, uint mask)
    {
        var width = WidthOf(i);
        mask = i.Access == AccessKind.Matrix && i.Option2 < 4 ? mask & ((1u << (i.Option2 * 8)) - 1) : mask;
        Span<ulong> addresses = stackalloc ulong[32];
        if (i.Access == AccessKind.Copy)
        {
            Destinations(warp, i, mask, addresses);
            warp.Block.Counters!.Shared(i.Slot, BankRule.Store(addresses, mask, width), BitOperations.PopCount(mask) * width);
            mask = AsyncHandlers.ReadingLanes(warp, i, mask);
        }

        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            addresses[lane] = MemoryAccess.Address(warp, i, lane);
        }

        CountAt(warp, i, addresses, mask, width);
    }

    /// <summary>Counts what a warp accesses together, in pieces that no lane owns: 32 of them are a request.</summary>
    public static void CountPieces(Warp warp, Instruction i, IEnumerable<ulong> pieces, int width)
    {
        Span<ulong> addresses = stackalloc ulong[32];
        foreach (var request in pieces.Chunk(32))
        {
            request.CopyTo(addresses);
            CountAt(warp, i, addresses, request.Length == 32 ? uint.MaxValue : (1u << request.Length) - 1, width);
        }
    }

    /// <summary>
    /// Counts a copy that runs by itself: one request of global memory that passes the first level, and a pass through shared memory for every 128 bytes.
    /// </summary>
    public static void CountBulk(Warp warp, Instruction i, IEnumerable<(ulong Address, int Bytes)> pieces, CacheAccess access)
    {
        if (warp.Block.Counters is not { } counters)
        {
            return;
        }

        var sectors = new HashSet<ulong>();
        var bytes = 0;
        Span<ulong> addresses = stackalloc ulong[32];
        foreach (var (address, count) in pieces)
        {
            bytes += count;
            for (var sector = address / SectorRule.SectorBytes; sector * SectorRule.SectorBytes < address + (ulong)count; sector++)
            {
                sectors.Add(sector);
            }
        }

        foreach (var part in sectors.Order().Chunk(32))
        {
            for (var k = 0; k < part.Length; k++)
            {
                addresses[k] = part[k] * SectorRule.SectorBytes;
            }

            warp.Block.Stream?.Add(addresses, part.Length == 32 ? uint.MaxValue : (1u << part.Length) - 1, 16, access);
        }

        var ideal = (bytes + SectorRule.SectorBytes - 1) / SectorRule.SectorBytes;
        counters.Global(i.Slot, new SectorUse(1, sectors.Count, sectors.Select(sector => sector / 4).Distinct().Count(), 0, bytes, ideal));
        var wavefronts = (bytes + 127) / 128;
        counters.Shared(i.Slot, new BankUse(wavefronts, wavefronts), bytes);
    }

    private static int WidthOf(Instruction i) => i.Access switch
    {
        AccessKind.Load => i.Width * i.Destinations.Length,
        AccessKind.Store => i.Width * i.Sources.Length,
        AccessKind.Matrix => 16,
        _ => i.Width,
    };

    private static void Destinations(Warp warp, Instruction i, uint mask, Span<ulong> addresses)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            addresses[lane] = AsyncHandlers.Destination(warp, i, lane);
        }
    }

    private static void CountAt(Warp warp, Instruction i, Span<ulong> addresses, uint mask, int width)
    {
        var counters = warp.Block.Counters!;
        if (i.Space == StateSpace.None)
        {
            // A generic access may be split between spaces, as it is in hardware.
            var shared = 0u;
            var other = 0u;
            for (var m = mask; m != 0; m &= m - 1)
            {
                var lane = BitOperations.TrailingZeroCount(m);
                var window = addresses[lane] >> 32;
                shared |= window == 1 ? 1u << lane : 0;
                other |= window is 1 or 3 ? 0 : 1u << lane;
            }

            if (shared != 0)
            {
                counters.Shared(i.Slot, SharedUse(i, addresses, shared, width), BitOperations.PopCount(shared) * width);
            }

            mask = other;
        }
        else if (i.Space == StateSpace.Shared)
        {
            counters.Shared(i.Slot, SharedUse(i, addresses, mask, width), BitOperations.PopCount(mask) * width);
            return;
        }

        if (mask == 0)
        {
            return;
        }

        PlaceLocals(warp, i, addresses, mask);
        counters.Global(i.Slot, SectorRule.Of(addresses, mask, width));
        warp.Block.Stream?.Add(addresses, mask, width, AccessOf(i));
    }

    private static BankUse SharedUse(Instruction i, ReadOnlySpan<ulong> addresses, uint mask, int width) => i.Access switch
    {
        // A part of a warp makes no matrix; the machine reports it.
        AccessKind.Matrix => BankRule.Matrix(addresses, i.Option2),
        AccessKind.Atomic => BankRule.Atomic(addresses, mask, width),
        AccessKind.Store => BankRule.Store(addresses, mask, width),
        _ => BankRule.Load(addresses, mask, width),
    };

    /// <summary>Local memory is laid out so that the same word of all lanes of a warp is together.</summary>
    private static void PlaceLocals(Warp warp, Instruction i, Span<ulong> addresses, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            if (i.Space == StateSpace.Local || (i.Space == StateSpace.None && addresses[lane] >> 32 == LocalWindow))
            {
                var offset = addresses[lane] & uint.MaxValue;
                var root = (LocalWindow << 32) + ((((ulong)warp.Block.LinearPlace * (ulong)warp.Block.Warps.Length) + (ulong)warp.Index) * (ulong)warp.LocalBytes * 32);
                addresses[lane] = root + (offset / 4 * 128) + ((ulong)lane * 4) + (offset & 3);
            }
        }
    }

    private static CacheAccess AccessOf(Instruction i) => i.Access switch
    {
        AccessKind.Atomic => CacheAccess.Atomic,
        AccessKind.Store => CacheAccess.Store,
        _ when i.Text.Modifiers.Any(m => m is ".cg" or ".volatile" or ".relaxed" or ".acquire" or ".cv") => CacheAccess.LoadThrough,
        _ => CacheAccess.Load,
    };
}
