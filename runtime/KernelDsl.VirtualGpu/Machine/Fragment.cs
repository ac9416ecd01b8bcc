namespace KernelDsl.VirtualGpu.Machine;

internal enum FragmentState : byte
{
    Ready,
    AtBarrier,
    AtWarpSync,

    /// <summary>At an aligned barrier, while other lanes of the warp may still come there.</summary>
    Deferred,

    /// <summary>At an instruction that looks again when something happened.</summary>
    AtWait,
}

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

    /// <summary>The lanes that lived when it was deferred.</summary>
    public uint Expected;

    /// <summary>It waited as long as the instruction waits.</summary>
    public bool IsTimedOut;
}
