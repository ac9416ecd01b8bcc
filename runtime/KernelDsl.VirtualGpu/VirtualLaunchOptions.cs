using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu;

/// <summary>What a launch may say besides its sizes.</summary>
public sealed record VirtualLaunchOptions
{
    /// <summary>Bytes of dynamic shared memory.</summary>
    public int SharedBytes { get; init; }

    /// <summary>Blocks of a cluster, which run together and reach each other's shared memory (sm_90); null takes what the kernel was compiled with.</summary>
    public Dim3? Cluster { get; init; }

    /// <summary>All blocks run at once, so that they may wait for each other; a grid that does not fit the device is refused.</summary>
    public bool IsCooperative { get; init; }
}

/// <summary>Checks clusters and cooperative grids.</summary>
internal static class LaunchRules
{
    private const int PortableCluster = 8;
    private const int LargestCluster = 16;

    /// <summary>The size of clusters; null when the launch has none.</summary>
    public static Dim3? Cluster(Program program, VirtualGpuOptions options, Dim3 grid, Dim3? asked)
    {
        var bounds = program.Function.Bounds;
        Dim3? compiled = bounds.ClusterX > 0 ? new Dim3((uint)bounds.ClusterX, (uint)Math.Max(bounds.ClusterY, 1), (uint)Math.Max(bounds.ClusterZ, 1)) : null;
        if (asked is { } given && compiled is { } fixedSize && given != fixedSize)
        {
            throw new ArgumentException($"'{program.Name}' was compiled for clusters of {fixedSize} blocks, and {given} are asked for.", nameof(asked));
        }

        if ((asked ?? compiled) is not { } cluster)
        {
            return null;
        }

        if (!options.Architecture.StartsWith("sm_9", StringComparison.Ordinal) && !options.Architecture.StartsWith("sm_1", StringComparison.Ordinal))
        {
            throw new ArgumentException($"{options.Architecture} has no clusters.", nameof(asked));
        }

        var most = bounds.MaximumClusterRank > 0 ? Math.Min(LargestCluster, bounds.MaximumClusterRank) : PortableCluster;
        if (cluster.Count == 0 || cluster.Count > most)
        {
            throw new ArgumentException($"A cluster of {cluster} blocks cannot be launched; '{program.Name}' takes at most {most}.", nameof(asked));
        }

        if (grid.X % cluster.X != 0 || grid.Y % cluster.Y != 0 || grid.Z % cluster.Z != 0)
        {
            throw new ArgumentException($"A grid of {grid} blocks is no multiple of clusters of {cluster}.", nameof(asked));
        }

        return cluster;
    }

    /// <summary>A cooperative grid must fit the device at once. Registers are not known from PTX and not counted.</summary>
    public static void CheckResidency(Program program, VirtualGpuOptions options, Dim3 grid, Dim3 block, int sharedBytes, bool isCooperative)
    {
        if (!isCooperative)
        {
            return;
        }

        var resident = ResidentBlocks(options.Architecture, (int)block.Count, program.StaticShared + sharedBytes) * (long)options.MultiprocessorCount;
        if (grid.Count > resident)
        {
            throw new ArgumentException(
                $"A cooperative grid of {grid.Count} blocks does not fit: {options.MultiprocessorCount} multiprocessors of {options.Architecture} hold {resident} blocks of {block.Count} threads with {program.StaticShared + sharedBytes} bytes of shared memory at once.", nameof(grid));
        }
    }

    /// <summary>Blocks that a multiprocessor holds, by its limits of warps, blocks and shared memory (1 KiB of which each block costs besides its own).</summary>
    public static int ResidentBlocks(string architecture, int threads, int sharedBytes)
    {
        var (warps, blocks, shared) = architecture switch
        {
            "sm_80" => (64, 32, 164),
            "sm_86" => (48, 16, 100),
            "sm_87" => (48, 16, 164),
            "sm_89" => (48, 24, 100),
            _ => (64, 32, 228),
        };
        return Math.Min(Math.Min(blocks, warps / ((threads + 31) / 32)), shared * 1024 / (sharedBytes + 1024));
    }
}
