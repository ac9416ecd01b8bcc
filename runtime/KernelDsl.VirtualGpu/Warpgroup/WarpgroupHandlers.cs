using System.Numerics;
using KernelDsl.VirtualGpu.Async;
using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Warpgroup;

/// <summary>Handlers of <c>wgmma</c> except the products, and of <c>setmaxnreg</c>.</summary>
internal static unsafe class WarpgroupHandlers
{
    public static void Fence(Warp warp, Instruction i, uint mask) => warp.Block.Warpgroups.Record(warp, i, mask);

    public static void Commit(Warp warp, Instruction i, uint mask)
    {
        warp.Block.Warpgroups.Record(warp, i, mask);
        warp.CommitProducts();
    }

    public static void Wait(Warp warp, Instruction i, uint mask)
    {
        warp.Block.Warpgroups.Record(warp, i, mask);
        warp.WaitProducts(i.Option);
    }

    public static void Registers(Warp warp, Instruction i, uint mask) => warp.Block.Warpgroups.Record(warp, i, mask);

    /// <summary>Reports what the analysis of a program found, and goes on.</summary>
    public static void Fault(Warp warp, Instruction i, uint mask)
    {
        if (AsyncFindings.IsOn(warp))
        {
            warp.Report(i.FaultKind, i, mask, i.Fault!);
        }

        i.Inner(warp, i, mask);
    }
}
