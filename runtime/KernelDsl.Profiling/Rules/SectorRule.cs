using System.Numerics;

namespace KernelDsl.Profiling.Rules;

/// <summary>What one access of a warp to global or local memory touches.</summary>
/// <param name="Lanes">The lanes that take part.</param>
/// <param name="Sectors">Distinct 32-byte sectors: <c>l1tex__t_sectors</c>.</param>
/// <param name="Lines">Distinct 128-byte lines.</param>
/// <param name="TagWavefronts">Passes of the tag stage, which looks up four lines at once.</param>
/// <param name="Bytes">What all lanes ask for: lanes times width, where several lanes may ask for the same bytes.</param>
/// <param name="IdealSectors">The fewest sectors that could hold the distinct bytes.</param>
public readonly record struct SectorUse(int Lanes, int Sectors, int Lines, int TagWavefronts, int Bytes, int IdealSectors);

/// <summary>
/// How the addresses of a warp fall into 32-byte sectors and 128-byte lines. The coalescing of GPUs since Volta: each distinct sector is one
/// transfer, however many lanes ask for it. An access in which no lane takes part touches nothing.
/// </summary>
public static class SectorRule
{
    /// <summary>The unit of transfers between caches and memory.</summary>
    public const int SectorBytes = 32;

    /// <summary>The unit of tags in both caches.</summary>
    public const int LineBytes = 128;

    private const int LinesPerTagWavefront = 4;

    /// <summary>Counts sectors and lines of one access.</summary>
    /// <param name="addresses">The byte address of each lane, 32 of them; those of lanes outside the mask are not read.</param>
    /// <param name="mask">Bit i is set when lane i takes part.</param>
    /// <param name="width">Bytes per lane: 1, 2, 4, 8 or 16. Addresses need not be aligned.</param>
    /// <exception cref="ArgumentException">There are fewer addresses than the mask needs, or the width is not one of those.</exception>
    public static SectorUse Of(ReadOnlySpan<ulong> addresses, uint mask, int width)
    {
        LaneArguments.Check(addresses.Length, mask, width);
        // A lane that is not aligned touches two sectors.
        Span<ulong> sectors = stackalloc ulong[64];
        Span<ulong> starts = stackalloc ulong[32];
        var distinct = new DistinctValues(sectors);
        var places = new DistinctValues(starts);
        for (var rest = mask; rest != 0; rest &= rest - 1)
        {
            var first = addresses[BitOperations.TrailingZeroCount(rest)];
            distinct.Add(first / SectorBytes);
            distinct.Add((first + (uint)width - 1) / SectorBytes);
            places.Add(first);
        }

        var lines = CountLines(distinct.Values);
        var lanes = BitOperations.PopCount(mask);
        return new SectorUse(lanes, distinct.Values.Length, lines, Rounding.DivideUp(lines, LinesPerTagWavefront), lanes * width,
            Rounding.DivideUp(places.Values.Length * width, SectorBytes));
    }

    /// <summary>Writes the distinct sectors of one access (address / 32) in the order of the lanes, for a <see cref="Caches.BlockStream"/>.</summary>
    /// <param name="addresses">As for <see cref="Of"/>.</param>
    /// <param name="mask">As for <see cref="Of"/>.</param>
    /// <param name="width">As for <see cref="Of"/>.</param>
    /// <param name="sectors">Room for 64 sectors.</param>
    /// <returns>How many sectors were written.</returns>
    public static int Sectors(ReadOnlySpan<ulong> addresses, uint mask, int width, Span<ulong> sectors)
    {
        LaneArguments.Check(addresses.Length, mask, width);
        var distinct = new DistinctValues(sectors);
        for (var rest = mask; rest != 0; rest &= rest - 1)
        {
            var first = addresses[BitOperations.TrailingZeroCount(rest)];
            distinct.Add(first / SectorBytes);
            distinct.Add((first + (uint)width - 1) / SectorBytes);
        }

        return distinct.Values.Length;
    }

    /// <summary>The most lanes that meet on one address: how often an atomic operation on global memory is repeated in the second-level cache.</summary>
    /// <param name="addresses">As for <see cref="Of"/>.</param>
    /// <param name="mask">As for <see cref="Of"/>.</param>
    public static int MostLanesOnOneAddress(ReadOnlySpan<ulong> addresses, uint mask)
    {
        LaneArguments.Check(addresses.Length, mask, 1);
        var most = 0;
        for (var rest = mask; rest != 0; rest &= rest - 1)
        {
            var address = addresses[BitOperations.TrailingZeroCount(rest)];
            var count = 0;
            for (var others = mask; others != 0; others &= others - 1)
            {
                count += addresses[BitOperations.TrailingZeroCount(others)] == address ? 1 : 0;
            }

            most = Math.Max(most, count);
        }

        return most;
    }

    private static int CountLines(ReadOnlySpan<ulong> sectors)
    {
        Span<ulong> room = stackalloc ulong[64];
        var lines = new DistinctValues(room);
        foreach (var sector in sectors)
        {
            lines.Add(sector / (LineBytes / SectorBytes));
        }

        return lines.Values.Length;
    }
}
