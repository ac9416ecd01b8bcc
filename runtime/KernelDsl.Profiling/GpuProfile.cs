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
    /// <summary>The bounds of all launches of the function, summed, in seconds; that of this one when it stands alone.</summary>
    public double AllLaunches { get; init; } = Bound?.Binding.Seconds ?? 0;

    /// <summary>Floating-point operations of this launch, with those of the tensor cores.</summary>
    public double Flops { get; init; }

    /// <summary>The second-level cache as the launch left it, for the next one.</summary>
    internal SectoredCache? SecondLevel { get; init; }

    /// <summary>Everything that follows from counters, streams and machine code.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="counters">What was executed.</param>
    /// <param name="streams">The accesses of each block, in the order of block numbers; null when not recorded.</param>
    /// <param name="sass">Machine code for this GPU; null when not at hand, and occupancy then has no registers.</param>
    /// <param name="before">The launch before, whose second-level cache this one finds; null for an empty one.</param>
    public static GpuProfile Create(
        GpuModel gpu, KernelCounters counters, IReadOnlyList<BlockStream>? streams = null, SassReport? sass = null, GpuProfile? before = null)
    {
        var launch = counters.Launch;
        var occupancy = Occupancy.Of(gpu, launch.ThreadsPerBlock, sass?.Resources?.Registers ?? 0, launch.SharedBytes);
        var canRun = occupancy.BlocksPerSm > 0 && launch.Blocks > 0;
        var replay = canRun && streams is not null
            ? CacheReplay.Run(streams, occupancy.Caches(gpu, launch.WarpsPerBlock) with { WarmSecondLevel = before?.SecondLevel }) : null;
        return new GpuProfile(gpu, occupancy, canRun ? SpeedOfLight.Of(gpu, counters, occupancy, replay?.Traffic, sass) : null, replay?.Traffic, sass)
        {
            Flops = counters.ScalarFlops + counters.TensorFlops,
            SecondLevel = replay?.SecondLevel ?? before?.SecondLevel,
        };
    }
}
