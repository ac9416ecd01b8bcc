using System.Numerics;

namespace KernelDsl.Profiling.Rules;

/// <summary>How long shared memory is busy with one access of a warp.</summary>
/// <param name="Wavefronts">The passes it takes.</param>
/// <param name="IdealWavefronts">The passes that the same lanes would take without conflicts.</param>
public readonly record struct BankUse(int Wavefronts, int IdealWavefronts)
{
    /// <summary>The passes that conflicts cost.</summary>
    public int Conflicts => Wavefronts - IdealWavefronts;
}

/// <summary>
/// How the addresses of a warp fall into the 32 banks of shared memory, each 4 bytes wide. One wavefront serves 128 bytes, so wide accesses go in groups of
/// lanes: 32 lanes of 4 bytes or less, 16 of 8, 8 of 16. Within a group each bank gives one word per wavefront, to all lanes that ask for it.
/// </summary>
public static class BankRule
{
    private const int Banks = 32;
    private const int WordBytes = 4;
    private const int RowBytes = 16;
    private const int RowsPerMatrix = 8;

    /// <summary>
    /// The wavefronts of a load. Of 128 bits it takes two instead of four when all lanes n and n^1, or all lanes n and n^2, that take part have equal
    /// addresses, because two registers then return at once (stated by NVIDIA's forum for compute capability 7.x, and taken over here for later ones).
    /// </summary>
    /// <param name="addresses">The byte address of each lane in shared memory, aligned to the width; those outside the mask are not read.</param>
    /// <param name="mask">Bit i is set when lane i takes part.</param>
    /// <param name="width">Bytes per lane: 1, 2, 4, 8 or 16.</param>
    /// <exception cref="ArgumentException">There are fewer addresses than the mask needs, or the width is not one of those.</exception>
    public static BankUse Load(ReadOnlySpan<ulong> addresses, uint mask, int width)
    {
        LaneArguments.Check(addresses.Length, mask, width);
        var isPaired = width == 16 && (ArePairsEqual(addresses, mask, 1) || ArePairsEqual(addresses, mask, 2));
        return InGroups(addresses, mask, width, isPaired ? 16 : GroupLanes(width), areWordsShared: true);
    }

    /// <summary>The wavefronts of a store, also of the part of a <c>cp.async</c> that writes. Lanes that store to one word do not conflict.</summary>
    /// <param name="addresses">As for <see cref="Load"/>.</param>
    /// <param name="mask">As for <see cref="Load"/>.</param>
    /// <param name="width">As for <see cref="Load"/>.</param>
    public static BankUse Store(ReadOnlySpan<ulong> addresses, uint mask, int width)
    {
        LaneArguments.Check(addresses.Length, mask, width);
        return InGroups(addresses, mask, width, GroupLanes(width), areWordsShared: true);
    }

    /// <summary>The wavefronts of an atomic operation: lanes with the same address take turns.</summary>
    /// <param name="addresses">As for <see cref="Load"/>.</param>
    /// <param name="mask">As for <see cref="Load"/>.</param>
    /// <param name="width">As for <see cref="Load"/>.</param>
    public static BankUse Atomic(ReadOnlySpan<ulong> addresses, uint mask, int width)
    {
        LaneArguments.Check(addresses.Length, mask, width);
        return InGroups(addresses, mask, width, GroupLanes(width), areWordsShared: false);
    }

    /// <summary>
    /// The wavefronts of <c>ldmatrix</c> and <c>stmatrix</c>, transposed or not: one for each matrix whose eight rows of 16 bytes lie in different
    /// quadruples of banks.
    /// </summary>
    /// <param name="rows">The address of each row: eight for each matrix, as lanes 0 to 8 · matrices - 1 give them.</param>
    /// <param name="matrices">1, 2 or 4.</param>
    /// <exception cref="ArgumentException">Another number of matrices, or too few rows.</exception>
    public static BankUse Matrix(ReadOnlySpan<ulong> rows, int matrices)
    {
        if (matrices is not (1 or 2 or 4) || rows.Length < matrices * RowsPerMatrix)
        {
            throw new ArgumentException($"{matrices} matrices with {rows.Length} rows: there are 1, 2 or 4, with eight rows each.", nameof(matrices));
        }

        var wavefronts = 0;
        for (var matrix = 0; matrix < matrices; matrix++)
        {
            wavefronts += Turns(rows.Slice(matrix * RowsPerMatrix, RowsPerMatrix), (1u << RowsPerMatrix) - 1, RowBytes, areWordsShared: true);
        }

        return new BankUse(wavefronts, matrices);
    }

    private static int GroupLanes(int width) => Math.Min(32, Banks * WordBytes / width);

    private static bool ArePairsEqual(ReadOnlySpan<ulong> addresses, uint mask, int distance)
    {
        for (var rest = mask; rest != 0; rest &= rest - 1)
        {
            var lane = BitOperations.TrailingZeroCount(rest);
            var other = lane ^ distance;
            if ((mask >> other & 1) != 0 && addresses[lane] != addresses[other])
            {
                return false;
            }
        }

        return true;
    }

    private static BankUse InGroups(ReadOnlySpan<ulong> addresses, uint mask, int width, int groupLanes, bool areWordsShared)
    {
        var wavefronts = 0;
        var ideal = 0;
        for (var lane = 0; lane < 32; lane += groupLanes)
        {
            var group = groupLanes == 32 ? mask : mask >> lane & ((1u << groupLanes) - 1);
            if (group != 0)
            {
                wavefronts += Turns(addresses[lane..], group, width, areWordsShared);
                ideal++;
            }
        }

        return new BankUse(wavefronts, ideal);
    }

    /// <summary>The most turns that any bank takes.</summary>
    private static int Turns(ReadOnlySpan<ulong> addresses, uint mask, int width, bool areWordsShared)
        => mask == 0 ? 0 : TakesOneTurn(addresses, mask, width, areWordsShared) ? 1 : CountTurns(addresses, mask, width, areWordsShared);

    /// <summary>Whether no bank is asked for two words: most accesses, found without a search.</summary>
    private static bool TakesOneTurn(ReadOnlySpan<ulong> addresses, uint mask, int width, bool areWordsShared)
    {
        Span<ulong> words = stackalloc ulong[Banks];
        var taken = 0u;
        for (var rest = mask; rest != 0; rest &= rest - 1)
        {
            var address = addresses[BitOperations.TrailingZeroCount(rest)];
            var last = (address + (uint)width - 1) / WordBytes;
            for (var word = address / WordBytes; word <= last; word++)
            {
                var bank = (int)(word % Banks);
                if ((taken >> bank & 1) != 0 && !(areWordsShared && words[bank] == word))
                {
                    return false;
                }

                taken |= 1u << bank;
                words[bank] = word;
            }
        }

        return true;
    }

    private static int CountTurns(ReadOnlySpan<ulong> addresses, uint mask, int width, bool areWordsShared)
    {
        // What each bank serves: up to as many words as there are lanes.
        Span<ulong> words = stackalloc ulong[Banks * 32];
        Span<int> counts = stackalloc int[Banks];
        counts.Clear();
        var most = 0;
        for (var rest = mask; rest != 0; rest &= rest - 1)
        {
            var address = addresses[BitOperations.TrailingZeroCount(rest)];
            var last = (address + (uint)width - 1) / WordBytes;
            for (var word = address / WordBytes; word <= last; word++)
            {
                var bank = (int)(word % Banks);
                var served = words.Slice(bank * 32, counts[bank]);
                if (!areWordsShared || !served.Contains(word))
                {
                    words[bank * 32 + counts[bank]++] = word;
                    most = Math.Max(most, counts[bank]);
                }
            }
        }

        return most;
    }
}
