using System.Numerics;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>The heap of the device: each block of it is an allocation with exact bounds.</summary>
internal static unsafe class HeapHandlers
{
    public static void Allocate(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var size = *(ulong*)Builtins.Argument(warp, i, lane, 1);
            ulong address = 0;
            try
            {
                var allocation = warp.Block.Launch.Memory.Allocate((long)Math.Clamp(size, 1, 1UL << 40), "");
                allocation.Name = $"the {size} bytes that malloc gave at PTX line {i.Text.Line}";
                address = allocation.Address;
            }
            catch (OutOfMemoryException)
            {
                // As on a device whose heap is full: the pointer is null.
            }

            Builtins.Result(warp, i, lane, address, 8);
        }
    }

    public static void Free(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var address = *(ulong*)Builtins.Argument(warp, i, lane, 0);
            if (address != 0 && !warp.Block.Launch.Memory.Free(address))
            {
                warp.Report(FindingKind.UseAfterFree, i, lane, $"free gets 0x{address:x}, where no allocation begins that is not free already.", address);
            }
        }
    }
}
