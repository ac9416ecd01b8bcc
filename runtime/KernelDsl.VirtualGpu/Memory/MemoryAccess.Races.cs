using System.Runtime.CompilerServices;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Memory;

/// <content>The check of races.</content>
internal static unsafe partial class MemoryAccess
{
    /// <summary>Records an access for the race check and reports the one it races with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CheckRace(Warp warp, Instruction i, int lane, ref Place place, ulong address, int width, bool writes, bool isStrong, bool sameValue)
    {
        if (!warp.Block.Launch.ChecksRaces)
        {
            return;
        }

        if (place.Owner is { } owner)
        {
            RecordShared(warp, i, lane, owner, (int)place.Offset, width, writes, PastAccess.Now(warp, i, lane, isStrong), sameValue);
        }
        else if (place.Space == StateSpace.Shared)
        {
            RecordShared(warp, i, lane, (int)place.Offset, width, writes, isStrong, sameValue);
        }
        else if (place.Space == StateSpace.Global && place.Allocation is { } allocation)
        {
            var conflict = allocation.Races.Access(place.Offset, width, warp, lane, PastAccess.Now(warp, i, lane, isStrong), writes, sameValue);
            if (conflict is { } found)
            {
                ReportRace(warp, i, lane, address, width, allocation.Name, writes, found);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RecordShared(Warp warp, Instruction i, int lane, int offset, int width, bool writes, bool isStrong, bool sameValue)
    {
        if (!warp.Block.Launch.ChecksRaces)
        {
            return;
        }

        if (warp.Block.SharedRaces.Access(offset, width, warp, lane, PastAccess.Now(warp, i, lane, isStrong), writes, sameValue) is { } found)
        {
            ReportRace(warp, i, lane, (ulong)offset, width, warp.Block.SharedName(offset), writes, found);
        }
    }

    /// <summary>Records an access of the shared memory of a block, by a thread or by a copy that runs by itself.</summary>
    public static void RecordShared(Warp warp, Instruction i, int lane, Block owner, int offset, int width, bool writes, PastAccess now, bool sameValue = false)
    {
        if (warp.Block.Launch.ChecksRaces && owner.SharedRaces.Access(offset, width, warp, lane, now, writes, sameValue) is { } found)
        {
            ReportRace(warp, i, lane, (ulong)offset, width, owner.SharedName(offset), writes, found);
        }
    }

    private static void ReportRace(Warp warp, Instruction i, int lane, ulong address, int width, string name, bool writes, (PastAccess Other, bool Wrote) found)
    {
        var launch = warp.Block.Launch;
        var past = found.Other;
        var other = launch.Program.Code[past.Index];
        if (past.Thread >> 5 >= WarpClock.Warps)
        {
            Async.AsyncFindings.NotWaited(warp, i, lane, address, width, name, writes, other);
            return;
        }

        var grid = launch.GridSize;
        var linear = (long)(past.Block - launch.FirstSerial);
        var block = past.Block == warp.Block.Serial ? "the same block" : $"block ({linear % grid.X},{linear / grid.X % grid.Y},{linear / grid.X / grid.Y})";
        var size = launch.BlockSize;
        var place = (uint)past.Thread;
        var thread = new Dim3(place % size.X, place / size.X % size.Y, place / size.X / size.Y);
        var line = Program.SourceLine(other) is > 0 and var source ? $"line {source}, PTX line {other.Text.Line}" : $"PTX line {other.Text.Line}";
        warp.Report(FindingKind.Race, i, lane,
            $"{(writes ? "this write" : "this read")} of {width} bytes at 0x{address:x} of {name} and the {(found.Wrote ? "write" : "read")} by thread {thread} of {block} at {line} are not ordered by any barrier or fence.",
            address, name, other);
    }
}
