using KernelDsl.Profiling.Bounds;
using KernelDsl.Profiling.Caches;
using KernelDsl.Profiling.Counting;
using KernelDsl.Profiling.Gpus;
using KernelDsl.Profiling.Sass;

namespace KernelDsl.Profiling;

/// <summary>A launch seen as one GPU.</summary>
/// <param name="Gpu">The GPU.</param>
/// <param name="Occupancy">How many blocks fit.</param>
/// <param name="Bound">The bounds; null when no block fits.</param>
/// <param name="Traffic">What its caches move; null when no streams were recorded.</param>
/// <param name="Sass">Its machine code; null when ptxas and nvdisasm are not there.</param>
public sealed record GpuProfile(GpuModel Gpu, Occupancy Occupancy, SpeedOfLight? Bound, CacheTraffic? Traffic, SassReport? Sass)
{
    /// <summary>Everything that follows from counters, streams and machine code.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="counters">What was executed.</param>
    /// <param name="streams">The accesses of each block, in the order of block numbers; null when not recorded.</param>
    /// <param name="sass">Machine code for this GPU; null when not at hand, and occupancy then has no registers.</param>
    public static GpuProfile Create(GpuModel gpu, KernelCounters counters, IReadOnlyList<BlockStream>? streams = null, SassReport? sass = null)
    {
        var launch = counters.Launch;
        var occupancy = Occupancy.Of(gpu, launch.ThreadsPerBlock, sass?.Resources?.Registers ?? 0, launch.SharedBytes);
        var canRun = occupancy.BlocksPerSm > 0 && launch.Blocks > 0;
        var traffic = canRun && streams is not null ? CacheReplay.Run(streams, occupancy.Caches(gpu, launch.WarpsPerBlock)).Traffic : null;
        return new GpuProfile(gpu, occupancy, canRun ? SpeedOfLight.Of(gpu, counters, occupancy, traffic, sass) : null, traffic, sass);
    }
}

/// <summary>A text of sources to show beside counts.</summary>
/// <param name="File">The name as <c>.loc</c> gives it, for CUDA C and specs; any for PTX.</param>
/// <param name="Text">The text.</param>
public sealed record ProfileSource(string File, string Text);

/// <summary>What a page shows.</summary>
/// <param name="Counters">What was executed.</param>
/// <param name="Gpus">The launch as each GPU would have it.</param>
public sealed record ProfileReport(KernelCounters Counters, ImmutableArray<GpuProfile> Gpus)
{
    /// <summary>The spec, or null.</summary>
    public ProfileSource? Spec { get; init; }

    /// <summary>The CUDA C, or null.</summary>
    public ProfileSource? Cuda { get; init; }

    /// <summary>The PTX, or null.</summary>
    public ProfileSource? Ptx { get; init; }

    /// <summary>Things a reader has to know, such as that a tool is absent.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>What on a page is counted, what is a model, and what is a bound.</summary>
    public const string Honesty =
        "Counted: executions, lanes, sectors and wavefronts, from a run of the PTX on the CPU with the rules of docs/profiling.md. "
        + "Model: caches, and machine instructions as often as the PTX lines they stand for. "
        + "Bound: every time; no launch is faster than its bound, and real ones are slower. Nothing here was measured on a GPU.";
}
