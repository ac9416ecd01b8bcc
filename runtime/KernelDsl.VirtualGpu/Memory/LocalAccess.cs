using System.Numerics;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>
/// Loads and stores of local memory where all lanes have one address, each of its own memory: arrays whose index does not depend on the thread, parameters of calls. As with
/// <see cref="CoalescedAccess"/>, only accesses with which nothing is wrong are done here.
/// </summary>
internal static unsafe class LocalAccess
{
    /// <summary>Whether an access is of the kind that is done here.</summary>
    public static bool TryFind(Warp warp, Instruction i, uint mask, LanePattern pattern, int width, out long offset)
    {
        offset = 0;
        if (i.Space != StateSpace.Local || pattern.Same != (mask & (mask >> 1)) || (mask & (mask + (mask & (uint)-(int)mask))) != 0 || mask == 0)
        {
            return false;
        }

        var address = MemoryAccess.Address(warp, i, BitOperations.TrailingZeroCount(mask));
        offset = (long)address;
        return address <= uint.MaxValue && address + (ulong)width <= (ulong)warp.LocalBytes && (address & (ulong)(width - 1)) == 0;
    }

    /// <summary>Loads the lanes whose bytes are all written.</summary>
    /// <returns>The lanes that are left.</returns>
    public static uint Load(Warp warp, Instruction i, uint mask, int width, long offset)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var at = ((long)lane * warp.LocalBytes) + offset;
            if (!CoalescedAccess.IsWritten(warp.LocalState + at, width))
            {
                continue;
            }

            for (var k = 0; k < i.Destinations.Length; k++)
            {
                if (i.Destinations[k] >= 0)
                {
                    LoadStore.WriteRegister(warp.R + i.Destinations[k], i.Option, lane, LoadStore.ReadMemory(warp.Local + at + (k * i.Width), i.Width, i.Option2 == 1));
                }
            }

            mask &= ~(1u << lane);
        }

        return mask;
    }

    /// <summary>Stores all lanes.</summary>
    public static void Store(Warp warp, Instruction i, uint mask, int width, long offset)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var at = ((long)lane * warp.LocalBytes) + offset;
            new Span<byte>(warp.LocalState + at, width).Fill(ByteState.Written);
            for (var k = 0; k < i.Sources.Length; k++)
            {
                LoadStore.WriteMemory(warp.Local + at + (k * i.Width), i.Width, LoadStore.ReadRegister(warp.R + i.Sources[k], i.Option, lane));
            }
        }
    }
}
