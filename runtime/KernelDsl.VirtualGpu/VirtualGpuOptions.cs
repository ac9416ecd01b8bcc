namespace KernelDsl.VirtualGpu;

/// <summary>How the virtual GPU runs and what it checks.</summary>
public sealed record VirtualGpuOptions
{
    /// <summary>The architecture whose rules hold: <c>sm_80</c>, <c>sm_86</c>, <c>sm_89</c>, <c>sm_90</c> or <c>sm_90a</c>.</summary>
    public string Architecture { get; init; } = "sm_80";

    /// <summary>Decides the order of warps, when asynchronous copies arrive, and what approximate functions return in adversarial mode.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What is checked.</summary>
    public VirtualGpuChecks Checks { get; init; } = VirtualGpuChecks.All;

    /// <summary>Collects findings in <see cref="VirtualGpu.Findings"/> and goes on, instead of throwing at the first.</summary>
    public bool CollectFindings { get; init; }

    /// <summary>The most findings that are kept; those of one kind at one instruction count once.</summary>
    public int MaximumFindings { get; init; } = 100;

    /// <summary>Approximate functions return any value within their documented bound instead of the correctly rounded one.</summary>
    public bool AdversarialApproximations { get; init; }

    /// <summary>Worker threads that run blocks; 0 takes one for each core.</summary>
    public int Workers { get; init; }

    /// <summary>Warp instructions that one launch may execute before it counts as hanging.</summary>
    public long InstructionBudget { get; init; } = 4_000_000_000;

    /// <summary>Bytes of device memory.</summary>
    public long MemoryBytes { get; init; } = 8L << 30;

    /// <summary>Multiprocessors that the device claims to have. Few, because more blocks than cores only cost time here.</summary>
    public int MultiprocessorCount { get; init; } = 4;

    /// <summary>Counts instructions, sectors and bank conflicts in <see cref="VirtualGpu.LastProfile"/>.</summary>
    public bool CountEvents { get; init; }

    /// <summary>With <see cref="CountEvents"/>: keeps every access to global and local memory, 16 bytes for each line of 128 bytes it touches, for a cache model.</summary>
    public bool RecordAccesses { get; init; }
}

/// <summary>The checks; bounds, alignment and hangs are always checked.</summary>
[Flags]
public enum VirtualGpuChecks
{
    /// <summary>Only bounds, alignment, use after free, hangs.</summary>
    None = 0,

    /// <summary>Reads of memory and registers that nothing wrote.</summary>
    Initialisation = 1,

    /// <summary>Races on shared and global memory.</summary>
    Races = 2,

    /// <summary>Barriers that a part of a warp does not reach, and asynchronous copies that are read too early.</summary>
    Synchronisation = 4,

    /// <summary>Integer division by zero.</summary>
    Arithmetic = 8,

    /// <summary>
    /// Threads that write one value to one place without order. This does no harm and is usual (<c>found = 1</c>), so it is not in <see cref="All"/>; where a program
    /// does not mean it, a guard is missing.
    /// </summary>
    RedundantWrites = 16,

    /// <summary>
    /// Reads of what another block released, after a flag or counter was seen without <c>.acquire</c> or a fence behind it. PTX does not order them, but much code
    /// that works is written so; therefore it is not in <see cref="All"/>.
    /// </summary>
    AcquireFences = 32,

    /// <summary>
    /// What is left when threads end: arrivals at a barrier that nobody waits for, asynchronous copies that nobody waited for. The hardware puts up with both, and
    /// pipelines leave them on purpose, so it is not in <see cref="All"/>.
    /// </summary>
    Leftovers = 64,

    /// <summary>Everything that is wrong in any program.</summary>
    All = Initialisation | Races | Synchronisation | Arithmetic,

    /// <summary>Everything, also what works in practice.</summary>
    Strict = All | RedundantWrites | AcquireFences | Leftovers,
}
