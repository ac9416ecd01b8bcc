namespace KernelDsl.VirtualGpu.Machine;

internal enum FragmentState : byte { Ready, AtBarrier, AtWarpSync }

/// <summary>Lanes of a warp that are at the same instruction.</summary>
internal sealed class Fragment
{
    public int Pc;
    public uint Mask;
    public FragmentState State;

    /// <summary>The barrier or warp operation it waits at.</summary>
    public Instruction? At;

    /// <summary>The number of the barrier, or the member mask of the warp operation.</summary>
    public uint Key;
}
