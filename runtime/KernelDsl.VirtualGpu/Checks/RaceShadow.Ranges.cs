using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>Accesses of consecutive lanes to consecutive bytes, in one piece. Whatever is not plainly free of races is left to the lanes one by one.</summary>
internal sealed partial class RaceShadow
{
    /// <summary>The page, which nobody else changes until it is left.</summary>
    public RacePage EnterPage(int index)
    {
        Enter(index);
        return _pages[index] ??= new RacePage(2);
    }

    public void ExitPage(int index) => Exit(index);

    /// <summary>Records plain reads of one place by lanes that follow each other, when none can race.</summary>
    /// <returns>Whether that is done; when not, nothing is changed.</returns>
    public bool TryBroadcast(RacePage page, int at, int granules, int lanes, Warp warp, in PastAccess now)
    {
        for (var k = 0; k < granules; k++)
        {
            if (Judge(page.Writes.Stamps[at + k], warp) != Order.Before)
            {
                return false;
            }
        }

        for (var k = 0; k < granules; k++)
        {
            Broadcast(page, at + k, lanes, warp, now);
        }

        return true;
    }

    /// <summary>What is left when the lanes read one after the other.</summary>
    private void Broadcast(RacePage page, int place, int lanes, Warp warp, in PastAccess now)
    {
        var last = new PastAccess(now.Stamp, now.Who + (uint)lanes - 1);
        var first = page.First(place);
        if (Judge(first.Stamp, warp) == Order.Before)
        {
            page.SetFirst(place, now);
            if (lanes > 1)
            {
                page.SetSecond(place, last);
            }

            return;
        }

        if (first.Block != now.Block || first.Warp != now.Warp)
        {
            page.SetSecond(place, last);
            return;
        }

        for (var k = 0u; k < lanes; k++)
        {
            var mine = new PastAccess(now.Stamp, now.Who + k);
            first = page.First(place);
            if (first.Thread == mine.Thread || IsOrdered(first, warp, mine.Thread & 31))
            {
                page.SetFirst(place, mine);
            }
            else
            {
                page.SetSecond(place, mine);
            }
        }
    }

    /// <summary>Records plain accesses of lanes that follow each other to granules side by side, when none can race.</summary>
    /// <returns>Whether that is done; when not, nothing is changed.</returns>
    public bool TryRange(RacePage page, int at, int granules, int lanes, Warp warp, in PastAccess now, bool writes)
    {
        var count = granules * lanes;
        var lane = now.Thread & 31;
        if (lanes == 1)
        {
            return TryLane(page, at, granules, warp, lane, now, writes);
        }

        if (!AreOrdered(page.Writes, at, count, granules, warp, lane))
        {
            return false;
        }

        if (writes)
        {
            if (!AreOrdered(page.Firsts, at, count, granules, warp, lane) || !AreOrdered(page.Seconds, at, count, granules, warp, lane))
            {
                return false;
            }

            Set(page.Writes, at, count, granules, now);
            page.Firsts.Stamps.AsSpan(at, count).Clear();
            page.Seconds.Stamps.AsSpan(at, count).Clear();
            return true;
        }

        // The rule of one granule, when it is the same for all.
        var first = page.Firsts.Stamps[at];
        if (page.Firsts.Stamps.AsSpan(at, count).IndexOfAnyExcept(first) < 0)
        {
            var order = Judge(first, warp);
            if (order == Order.Before || (order == Order.OwnLane && AreOwn(page.Firsts.Who, at, count, granules, lane)))
            {
                Set(page.Firsts, at, count, granules, now);
                return true;
            }

            if (order == Order.None)
            {
                Set(page.Seconds, at, count, granules, now);
                return true;
            }
        }

        for (var k = 0; k < count; k++)
        {
            var own = k / granules;
            var past = page.First(at + k);
            var mine = new PastAccess(now.Stamp, now.Who + (uint)own);
            if ((past.Thread == mine.Thread && past.Block == mine.Block) || IsOrdered(past, warp, lane + own))
            {
                page.SetFirst(at + k, mine);
            }
            else
            {
                page.SetSecond(at + k, mine);
            }
        }

        return true;
    }

    private bool TryLane(RacePage page, int at, int granules, Warp warp, int lane, in PastAccess now, bool writes)
    {
        for (var k = at; k < at + granules; k++)
        {
            if (!IsOrdered(page.Writes, k, warp, lane) || (writes && !(IsOrdered(page.Firsts, k, warp, lane) && IsOrdered(page.Seconds, k, warp, lane))))
            {
                return false;
            }
        }

        for (var k = at; k < at + granules; k++)
        {
            if (writes)
            {
                page.SetWrite(k, now);
            }
            else if (IsOrdered(page.Firsts, k, warp, lane) || page.Firsts[k] is var first && first.Thread == now.Thread && first.Block == now.Block)
            {
                page.SetFirst(k, now);
            }
            else
            {
                page.SetSecond(k, now);
            }
        }

        return true;
    }

    private bool IsOrdered(RacePage.Column column, int place, Warp warp, int lane)
    {
        var stamp = column.Stamps[place];
        return stamp == 0 || Judge(stamp, warp) switch
        {
            Order.Before => true, Order.OwnLane => warp.Clock.KnowsLane(lane, (int)column.Who[place] & 31, PastAccess.TimeOf(stamp)), _ => false,
        };
    }

    private bool AreOrdered(RacePage.Column column, int at, int count, int granules, Warp warp, int lane)
    {
        var stamps = column.Stamps.AsSpan(at, count);
        var stamp = stamps[0];
        if (stamps.IndexOfAnyExcept(stamp) < 0)
        {
            switch (Judge(stamp, warp))
            {
                case Order.Before:
                    return true;
                case Order.None:
                    return false;
                default:
                    if (AreOwn(column.Who, at, count, granules, lane))
                    {
                        return true;
                    }

                    break;
            }
        }

        var last = 0UL;
        var order = Judge(0, warp);
        for (var k = 0; k < count; k++)
        {
            if (stamps[k] != last)
            {
                last = stamps[k];
                order = Judge(last, warp);
            }

            if (order == Order.None
                || (order == Order.OwnLane && !warp.Clock.KnowsLane(lane + (k / granules), (int)(column.Who[at + k] & 31), PastAccess.TimeOf(last))))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether each granule was accessed by the lane that accesses it now.</summary>
    private static bool AreOwn(uint[] who, int at, int count, int granules, int lane)
    {
        var shift = System.Numerics.BitOperations.Log2((uint)granules);
        var k = 0;
        ref var start = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(who), at);
        for (; k + 16 <= count; k += 16)
        {
            var lanes = ((Vector512<uint>.Indices + Vector512.Create((uint)k)) >>> shift) + Vector512.Create((uint)lane);
            if ((Vector512.LoadUnsafe(ref start, (nuint)k) & Vector512.Create(31u)) != lanes)
            {
                return false;
            }
        }

        for (; k < count; k++)
        {
            if ((Unsafe.Add(ref start, k) & 31) != (uint)(lane + (k >> shift)))
            {
                return false;
            }
        }

        return true;
    }

    private static void Set(RacePage.Column column, int at, int count, int granules, in PastAccess now)
    {
        column.Stamps.AsSpan(at, count).Fill(now.Stamp);
        var shift = System.Numerics.BitOperations.Log2((uint)granules);
        var k = 0;
        ref var start = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(column.Who), at);
        for (; k + 16 <= count; k += 16)
        {
            (((Vector512<uint>.Indices + Vector512.Create((uint)k)) >>> shift) + Vector512.Create(now.Who)).StoreUnsafe(ref start, (nuint)k);
        }

        for (; k < count; k++)
        {
            Unsafe.Add(ref start, k) = now.Who + (uint)(k >> shift);
        }
    }
}
