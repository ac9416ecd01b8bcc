using System.Runtime.CompilerServices;
using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>An access as the race check remembers it.</summary>
internal struct PastAccess
{
    /// <summary>The serial number of the block; 0 when there was no access.</summary>
    public uint Block;
    public uint Time;
    public int Index;
    public ushort Thread;
    public bool IsStrong;
}

/// <summary>
/// The last write and two reads, of different threads where there were such, of each word, or of each byte in pages where narrower accesses occur. With two
/// readers kept, a writer that is not ordered after all readers differs from at least one that is kept.
/// </summary>
internal sealed class RaceShadow(bool isShared)
{
    private const int PageBits = 12;

    private Page?[] _pages = [];

    public object Gate { get; } = new();

    public void Clear() => _pages = [];

    /// <summary>Records an access and finds the one it races with.</summary>
    /// <param name="sameValue">A write that does not change the bytes.</param>
    /// <returns>The other access, and whether that was a write.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (PastAccess Other, bool OtherWrote)? Access(long offset, int width, Warp warp, int lane, in PastAccess now, bool writes, bool sameValue)
    {
        // Mostly one word that nobody else touched.
        if (width == 4 && (offset & 3) == 0 && offset >> PageBits < _pages.Length && _pages[offset >> PageBits] is { Shift: 2 } known)
        {
            return Granule(known, (int)(offset & ((1 << PageBits) - 1)) >> 2, warp, lane, now, writes, sameValue);
        }

        (PastAccess, bool)? conflict = null;
        while (width > 0)
        {
            var page = PageOf(offset, width);
            var place = (int)(offset & ((1 << PageBits) - 1)) >> page.Shift;
            conflict = Granule(page, place, warp, lane, now, writes, sameValue) ?? conflict;
            var step = (1 << page.Shift) - (int)(offset & ((1 << page.Shift) - 1));
            offset += step;
            width -= step;
        }

        return conflict;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (PastAccess, bool)? Granule(Page page, int place, Warp warp, int lane, in PastAccess now, bool writes, bool sameValue)
    {
        (PastAccess, bool)? conflict = null;
        ref var write = ref page.Writes[place];
        ref var first = ref page.First[place];
        ref var second = ref page.Second[place];
        if (!(write.IsStrong && now.IsStrong) && !(writes && sameValue) && !IsOrdered(write, warp, lane))
        {
            conflict = (write, true);
        }

        if (!writes)
        {
            if (first.Thread == now.Thread && first.Block == now.Block || IsOrdered(first, warp, lane))
            {
                first = now;
            }
            else
            {
                second = now;
            }

            return conflict;
        }

        if (!(first.IsStrong && now.IsStrong) && !IsOrdered(first, warp, lane))
        {
            conflict ??= (first, false);
        }

        if (!(second.IsStrong && now.IsStrong) && !IsOrdered(second, warp, lane))
        {
            conflict ??= (second, false);
        }

        write = now;
        first.Block = second.Block = 0;
        return conflict;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool IsOrdered(in PastAccess past, Warp warp, int lane)
    {
        if (past.Block == 0)
        {
            return true;
        }

        var block = warp.Block;
        if (past.Block < block.Launch.FirstSerial || (isShared && past.Block != block.Serial && !block.Cluster.Contains(past.Block)))
        {
            return true;
        }

        var clock = warp.Clock;
        var pastWarp = past.Thread >> 5;
        if (past.Block != block.Serial)
        {
            return clock.Foreign is not null && clock.Foreign.TryGetValue(past.Block, out var known) && past.Time < known[pastWarp];
        }

        return pastWarp == warp.Index ? clock.KnowsLane(lane, past.Thread & 31, past.Time) : past.Time < clock.Known[pastWarp];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Page PageOf(long offset, int width)
    {
        var index = (int)(offset >> PageBits);
        if (index >= _pages.Length)
        {
            Array.Resize(ref _pages, Math.Max(index + 1, _pages.Length * 2));
        }

        ref var page = ref _pages[index];
        page ??= new Page(2);
        if (page.Shift == 2 && (width < 4 || (offset & 3) != 0))
        {
            page = page.Narrow();
        }

        return page;
    }

    /// <summary>The first write in a range that a question holds for.</summary>
    public PastAccess? FindWrite(long offset, int width, Func<PastAccess, bool> isAsked)
    {
        for (var end = offset + width; offset < end; offset++)
        {
            if (offset >> PageBits >= _pages.Length || _pages[offset >> PageBits] is not { } page)
            {
                continue;
            }

            var write = page.Writes[(int)(offset & ((1 << PageBits) - 1)) >> page.Shift];
            if (write.Block != 0 && isAsked(write))
            {
                return write;
            }

            offset |= (1L << page.Shift) - 1;
        }

        return null;
    }

    private sealed class Page
    {
        public Page(int shift)
        {
            Shift = shift;
            Writes = new PastAccess[1 << (PageBits - shift)];
            First = new PastAccess[1 << (PageBits - shift)];
            Second = new PastAccess[1 << (PageBits - shift)];
        }

        public int Shift { get; }

        public PastAccess[] Writes { get; }

        public PastAccess[] First { get; }

        public PastAccess[] Second { get; }

        public Page Narrow()
        {
            var page = new Page(0);
            for (var i = 0; i < page.Writes.Length; i++)
            {
                page.Writes[i] = Writes[i >> 2];
                page.First[i] = First[i >> 2];
                page.Second[i] = Second[i >> 2];
            }

            return page;
        }
    }
}
