using System.Runtime.InteropServices;
using KernelDsl.Profiling.Rules;

namespace KernelDsl.Profiling.Caches;

/// <summary>How an access meets the caches.</summary>
public enum CacheAccess : byte
{
    /// <summary>A load that may be served by the first level.</summary>
    Load,

    /// <summary>A load that goes to the second level: <c>.cg</c>, <c>.volatile</c>, <c>cp.async.cg</c>, bulk copies.</summary>
    LoadThrough,

    /// <summary>A store: written through the first level.</summary>
    Store,

    /// <summary>An atomic operation or reduction: done in the second level.</summary>
    Atomic,
}

/// <summary>One line that a warp access touches.</summary>
/// <param name="Line">Address / 128.</param>
/// <param name="Sectors">Bit i is set when the i-th of the line's four sectors is touched.</param>
/// <param name="Access">How.</param>
/// <param name="EndsRequest">Whether this is the last line of its warp access.</param>
public readonly record struct LineRequest(ulong Line, byte Sectors, CacheAccess Access, bool EndsRequest);

/// <summary>The accesses of one block to global and local memory in the order it made them. For one thread.</summary>
public sealed class BlockStream
{
    private readonly List<LineRequest> _requests = [];

    /// <summary>All lines of all accesses.</summary>
    public ReadOnlySpan<LineRequest> Requests => CollectionsMarshal.AsSpan(_requests);

    /// <summary>Adds the access of a warp; nothing when no lane takes part.</summary>
    /// <param name="addresses">The byte address of each lane.</param>
    /// <param name="mask">The lanes that take part.</param>
    /// <param name="width">Bytes per lane: 1, 2, 4, 8 or 16.</param>
    /// <param name="access">How it meets the caches.</param>
    public void Add(ReadOnlySpan<ulong> addresses, uint mask, int width, CacheAccess access)
    {
        Span<ulong> sectors = stackalloc ulong[64];
        sectors = sectors[..SectorRule.Sectors(addresses, mask, width, sectors)];
        if (sectors.IsEmpty)
        {
            return;
        }

        // Few sectors, mostly in order: each line once, where its first sector stands.
        var first = _requests.Count;
        foreach (var sector in sectors)
        {
            var line = sector / 4;
            var bit = (byte)(1 << (int)(sector % 4));
            var known = CollectionsMarshal.AsSpan(_requests)[first..];
            var at = known.Length - 1;
            while (at >= 0 && known[at].Line != line)
            {
                at--;
            }

            if (at >= 0)
            {
                known[at] = known[at] with { Sectors = (byte)(known[at].Sectors | bit) };
            }
            else
            {
                _requests.Add(new LineRequest(line, bit, access, false));
            }
        }

        _requests[^1] = _requests[^1] with { EndsRequest = true };
    }
}
