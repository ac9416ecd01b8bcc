using System.Numerics;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>What the blocks of one worker counted.</summary>
internal sealed class BlockCounters(int instructions)
{
    /// <summary>How often each instruction ran for a warp.</summary>
    public long[] Executed { get; } = new long[instructions];

    /// <summary>The threads for which it ran.</summary>
    public long[] Threads { get; } = new long[instructions];

    /// <summary>Sectors of global memory, or wavefronts of shared memory.</summary>
    public long[] Pieces { get; } = new long[instructions];

    /// <summary>Requests of memory.</summary>
    public long[] Requests { get; } = new long[instructions];

    /// <summary>Bytes that threads asked for.</summary>
    public long[] Bytes { get; } = new long[instructions];

    public void Count(Instruction i, uint active)
    {
        Executed[i.Index]++;
        Threads[i.Index] += BitOperations.PopCount(active);
    }

    public void CountMemory(Instruction i, long pieces, long bytes)
    {
        Requests[i.Index]++;
        Pieces[i.Index] += pieces;
        Bytes[i.Index] += bytes;
    }
}
