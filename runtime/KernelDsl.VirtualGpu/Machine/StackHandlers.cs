using System.Numerics;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>Handlers of <c>alloca</c>, <c>stacksave</c> and <c>stackrestore</c>.</summary>
internal static unsafe class StackHandlers
{
    public static void Allocate(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var bytes = LoadStore.ReadRegister(warp.R + i.A, i.Width, lane);
            var at = warp.TakeStack(lane, (long)Math.Min(bytes, int.MaxValue), i.Option);
            if (at < 0)
            {
                warp.Report(FindingKind.OutOfBounds, i, lane, $"alloca of {bytes} bytes finds no room on the stack of the thread.");
                at = 0;
            }

            LoadStore.WriteRegister(warp.R + i.D, i.Width, lane, (ulong)at);
        }
    }

    /// <summary>Copies between two places of a call.</summary>
    public static void Transfer(Warp warp, Instruction i, uint mask)
    {
        var (from, to) = ((CallPlace, CallPlace))i.Data!;
        for (var m = mask; m != 0; m &= m - 1)
        {
            warp.Copy(from, to, BitOperations.TrailingZeroCount(m));
        }
    }

    public static void Save(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            LoadStore.WriteRegister(warp.R + i.D, i.Width, lane, (ulong)warp.StackTop(lane));
        }
    }

    public static void Restore(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            warp.SetStackTop(lane, LoadStore.ReadRegister(warp.R + i.A, i.Width, lane));
        }
    }
}
