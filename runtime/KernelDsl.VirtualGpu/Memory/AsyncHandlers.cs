using System.Numerics;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>The destination of a copy; the source is the ordinary address of the instruction.</summary>
internal sealed record CopyForm(int Slot, long Offset, bool Has32BitAddress);

/// <summary>Handlers of <c>cp.async</c>. Bytes that the source does not give are zero.</summary>
internal static unsafe class AsyncHandlers
{
    public static void Copy(Warp warp, Instruction i, uint mask)
    {
        var empty = stackalloc byte[16];
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var into = Destination(warp, i, lane);
            var bytes = SourceBytes(warp, i, lane);

            if (!MemoryAccess.TryResolve(warp, i, lane, StateSpace.Shared, into, i.Width, AccessType.Write, out var destination))
            {
                continue;
            }

            var source = empty;
            var from = MemoryAccess.Address(warp, i, lane);
            if (bytes > 0)
            {
                if ((from & (ulong)(i.Width - 1)) != 0)
                {
                    warp.Report(FindingKind.Misaligned, i, lane, $"the copy of {i.Width} bytes from 0x{from:x} needs an address that is a multiple of {i.Width}.", from);
                    continue;
                }

                if (!Source(warp, i, lane, from, bytes, out source))
                {
                    continue;
                }
            }

            MemoryAccess.MarkWritten(warp, i, lane, ref destination, into, i.Width);
            MemoryAccess.CheckRace(warp, i, lane, ref destination, into, i.Width, writes: true, isStrong: false, sameValue: false);
            warp.Copies.Begin(warp, i, lane, (int)into, source, i.Width, bytes);
        }
    }

    /// <summary>Where a lane writes.</summary>
    public static ulong Destination(Warp warp, Instruction i, int lane)
    {
        var form = (CopyForm)i.Data!;
        var root = form.Slot < 0 ? 0 : form.Has32BitAddress ? ((uint*)(warp.R + form.Slot))[lane] : ((ulong*)(warp.R + form.Slot))[lane];
        return root + (ulong)form.Offset;
    }

    /// <summary>The lanes that read anything.</summary>
    public static uint ReadingLanes(Warp warp, Instruction i, uint mask)
    {
        var reading = 0u;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            reading |= SourceBytes(warp, i, lane) > 0 ? 1u << lane : 0;
        }

        return reading;
    }

    public static void Commit(Warp warp, Instruction i, uint mask) => warp.Copies.Commit(mask);

    public static void Wait(Warp warp, Instruction i, uint mask) => warp.Copies.Wait(warp, mask, i.Option);

    public static void WaitAll(Warp warp, Instruction i, uint mask) => warp.Copies.WaitAll(warp, mask);

    private static int SourceBytes(Warp warp, Instruction i, int lane)
    {
        var bytes = i.B < 0 ? i.Width : (int)Math.Min(((uint*)(warp.R + i.B))[lane], (uint)i.Width);
        if (i.C >= 0)
        {
            var ignored = (*(uint*)(warp.R + i.C) >> lane & 1) != 0;
            bytes = ignored == (i.Option2 == 1) ? 0 : bytes;
        }

        return bytes;
    }

    private static bool Source(Warp warp, Instruction i, int lane, ulong from, int bytes, out byte* source)
    {
        source = null;
        if (!CoalescedAccess.TryFind(warp, StateSpace.Global, from, 1, bytes, writes: false, out var place) || !warp.Block.Launch.UsesCoalescing
            || new ReadOnlySpan<byte>(place.State, bytes).IndexOfAnyExcept(ByteState.Written) >= 0)
        {
            // Byte by byte, to name the first that is wrong.
            for (var k = 0; k < bytes; k++)
            {
                if (!MemoryAccess.TryResolve(warp, i, lane, StateSpace.Global, from + (ulong)k, 1, AccessType.Read, out var single))
                {
                    return false;
                }

                place = k == 0 ? single : place;
                MemoryAccess.CheckWritten(warp, i, lane, ref single, from + (ulong)k, 1);
            }
        }

        source = place.Data;
        MemoryAccess.CheckRace(warp, i, lane, ref place, from, bytes, writes: false, isStrong: false, sameValue: false);
        return true;
    }
}
