using System.Runtime.CompilerServices;
using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>
/// The last write and two reads, of different threads where there were such, of each word, or of each half or byte in pages where narrower accesses occur. With two
/// readers kept, a writer that is not ordered after all readers differs from at least one that is kept.
/// </summary>
internal sealed partial class RaceShadow(bool isShared, long bytes)
{
    private readonly RacePage?[] _pages = new RacePage?[(bytes + RacePage.Bytes - 1) / RacePage.Bytes];

    // Shared memory is used by one worker only.
    private readonly int[] _locks = isShared ? [] : new int[(bytes + RacePage.Bytes - 1) / RacePage.Bytes];

    /// <summary>How a past access stands to what a warp does now.</summary>
    private enum Order
    {
        Before,

        /// <summary>It is ordered only before what its own lane does.</summary>
        OwnLane,
        None,
    }

    public void Clear() => Array.Clear(_pages);

    /// <summary>Records an access and finds the one it races with.</summary>
    /// <param name="sameValue">A write that does not change the bytes.</param>
    /// <returns>The other access, and whether that was a write.</returns>
    public (PastAccess Other, bool OtherWrote)? Access(long offset, int width, Warp warp, int lane, in PastAccess now, bool writes, bool sameValue)
    {
        (PastAccess, bool)? conflict = null;
        while (width > 0)
        {
            var index = (int)(offset >> RacePage.Bits);
            Enter(index);
            var page = PageOf(index, offset, width);
            var place = (int)(offset & (RacePage.Bytes - 1)) >> page.Shift;
            conflict = Granule(page, place, warp, lane, now, writes, sameValue) ?? conflict;
            Exit(index);
            var step = (1 << page.Shift) - (int)(offset & ((1 << page.Shift) - 1));
            offset += step;
            width -= step;
        }

        return conflict;
    }

    private (PastAccess, bool)? Granule(RacePage page, int place, Warp warp, int lane, in PastAccess now, bool writes, bool sameValue)
    {
        (PastAccess, bool)? conflict = null;
        var write = page.Write(place);
        if (!(write.IsStrong && now.IsStrong) && !(writes && sameValue) && !IsOrdered(write, warp, lane))
        {
            conflict = (write, true);
        }

        var first = page.First(place);
        if (!writes)
        {
            if (first.Thread == now.Thread && first.Block == now.Block || IsOrdered(first, warp, lane))
            {
                page.SetFirst(place, now);
            }
            else
            {
                page.SetSecond(place, now);
            }

            return conflict;
        }

        if (!(first.IsStrong && now.IsStrong) && !IsOrdered(first, warp, lane))
        {
            conflict ??= (first, false);
        }

        var second = page.Second(place);
        if (!(second.IsStrong && now.IsStrong) && !IsOrdered(second, warp, lane))
        {
            conflict ??= (second, false);
        }

        page.SetWrite(place, now);
        return conflict;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsOrdered(in PastAccess past, Warp warp, int lane) => Judge(past.Stamp, warp) switch
    {
        Order.Before => true,
        Order.OwnLane => warp.Clock.KnowsLane(lane, past.Thread & 31, past.Time),
        _ => false,
    };

    private Order Judge(ulong stamp, Warp warp)
    {
        var block = warp.Block;
        var serial = (uint)(stamp >> 32);
        if (serial == block.Serial)
        {
            var index = PastAccess.WarpOf(stamp);
            return index == warp.Index ? PastAccess.TimeOf(stamp) < warp.Clock.Together ? Order.Before : Order.OwnLane
                : PastAccess.TimeOf(stamp) < warp.Clock.Known[index] ? Order.Before : Order.None;
        }

        return serial < block.Launch.FirstSerial || (isShared && !block.Cluster.Contains(serial))
            || (warp.Clock.Foreign is { } foreign && foreign.TryGetValue(serial, out var known) && PastAccess.TimeOf(stamp) < known[PastAccess.WarpOf(stamp)])
            ? Order.Before : Order.None;
    }

    private RacePage PageOf(int index, long offset, int width)
    {
        ref var page = ref _pages[index];
        page ??= new RacePage(2);
        var odd = ((int)offset | width) & ((1 << page.Shift) - 1);
        if (odd != 0)
        {
            page = page.Narrow((odd & 1) != 0 ? 0 : 1);
        }

        return page;
    }

    /// <summary>The first write in a range that a question holds for.</summary>
    public PastAccess? FindWrite(long offset, int width, Func<PastAccess, bool> isAsked)
    {
        for (var end = offset + width; offset < end; offset++)
        {
            var index = (int)(offset >> RacePage.Bits);
            if (_pages[index] is not { } page)
            {
                continue;
            }

            Enter(index);
            var write = page.Write((int)(offset & (RacePage.Bytes - 1)) >> page.Shift);
            Exit(index);
            if (write.Block != 0 && isAsked(write))
            {
                return write;
            }

            offset |= (1L << page.Shift) - 1;
        }

        return null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Enter(int page)
    {
        if (!isShared && Interlocked.CompareExchange(ref _locks[page], 1, 0) != 0)
        {
            var wait = default(SpinWait);
            do
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }
            while (Interlocked.CompareExchange(ref _locks[page], 1, 0) != 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Exit(int page)
    {
        if (!isShared)
        {
            Volatile.Write(ref _locks[page], 0);
        }
    }
}
