using KernelDsl.Profiling.Gpus;
using KernelDsl.Profiling.Rules;

namespace KernelDsl.Profiling.Bounds;

/// <summary>What keeps more blocks from being resident.</summary>
public enum OccupancyLimit
{
    /// <summary>The warps of a multiprocessor.</summary>
    Warps,

    /// <summary>The blocks of a multiprocessor.</summary>
    Blocks,

    /// <summary>The registers.</summary>
    Registers,

    /// <summary>Shared memory.</summary>
    SharedMemory,
}

/// <summary>How many blocks fit on a multiprocessor at once.</summary>
/// <param name="BlocksPerSm">Resident blocks; 0 when the launch is impossible.</param>
/// <param name="WarpsPerSm">Resident warps.</param>
/// <param name="Limit">What would have to be smaller for one more block.</param>
/// <param name="ByWarps">Blocks that the warps allow.</param>
/// <param name="ByBlocks">Blocks that the number of blocks allows.</param>
/// <param name="ByRegisters">Blocks that the registers allow.</param>
/// <param name="ByShared">Blocks that shared memory allows.</param>
/// <param name="CarveOutKib">The smallest size of shared memory that holds these blocks; the rest of the unified memory is first-level cache.</param>
/// <param name="Share">Resident warps over possible warps, 0 to 1.</param>
public sealed record Occupancy(
    int BlocksPerSm, int WarpsPerSm, OccupancyLimit Limit, int ByWarps, int ByBlocks, int ByRegisters, int ByShared, int CarveOutKib, double Share)
{
    // Of CUDA's occupancy calculator, for compute capability 8.0 to 9.0.
    private const int RegisterUnit = 256;
    private const int WarpUnit = 4;
    private const int SharedUnit = 128;
    private const int ReservedShared = 1024;
    private const int WarpLanes = 32;
    private const int MostRegistersOfThread = 255;
    private const int MostThreadsOfBlock = 1024;

    /// <summary>Computes the occupancy.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="threadsPerBlock">1 to 1024.</param>
    /// <param name="registersPerThread">As ptxas reports them; 0 when not known, which limits nothing.</param>
    /// <param name="sharedBytes">Static and dynamic shared memory of a block.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside of what any launch can have.</exception>
    public static Occupancy Of(GpuModel gpu, int threadsPerBlock, int registersPerThread, int sharedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threadsPerBlock, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threadsPerBlock, MostThreadsOfBlock);
        ArgumentOutOfRangeException.ThrowIfNegative(registersPerThread);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(registersPerThread, MostRegistersOfThread);
        ArgumentOutOfRangeException.ThrowIfNegative(sharedBytes);
        var warps = Rounding.DivideUp(threadsPerBlock, WarpLanes);
        var byWarps = (int)gpu.MaxWarps / warps;
        var byBlocks = (int)gpu.MaxBlocks;
        var byRegisters = registersPerThread == 0
            ? int.MaxValue
            : Rounding.Down((int)gpu.Registers / Rounding.Up(registersPerThread * WarpLanes, RegisterUnit), WarpUnit) / warps;
        var sharedOfBlock = Rounding.Up(sharedBytes + ReservedShared, SharedUnit);
        var byShared = (int)gpu.MaxSharedKib * 1024 / sharedOfBlock;
        var blocks = Math.Min(Math.Min(byWarps, byBlocks), Math.Min(byRegisters, byShared));
        var limit = blocks == byRegisters ? OccupancyLimit.Registers
            : blocks == byShared ? OccupancyLimit.SharedMemory
            : blocks == byWarps ? OccupancyLimit.Warps
            : OccupancyLimit.Blocks;
        // Without shared memory the system gives all to the cache.
        var needed = sharedBytes == 0 ? 0 : blocks * sharedOfBlock;
        var carveOut = gpu.CarveOutsKib.First(kib => kib * 1024 >= needed);
        return new Occupancy(
            blocks, blocks * warps, limit, byWarps, byBlocks, byRegisters, byShared, carveOut, blocks * warps / gpu.MaxWarps.Value);
    }

    /// <summary>Bytes of first-level cache beside these blocks.</summary>
    /// <param name="gpu">The GPU that the occupancy was computed for.</param>
    public long FirstLevelBytes(GpuModel gpu) => ((long)gpu.UnifiedKib - CarveOutKib) * 1024;

    /// <summary>The caches that blocks with this occupancy meet.</summary>
    /// <param name="gpu">The GPU that the occupancy was computed for.</param>
    /// <param name="warpsPerBlock">For the length of a turn.</param>
    public Caches.CacheSettings Caches(GpuModel gpu, int warpsPerBlock)
        => new((int)gpu.Sms, Math.Max(1, BlocksPerSm), FirstLevelBytes(gpu), (long)(gpu.SecondLevelMib * 1024 * 1024)) { AccessesPerTurn = warpsPerBlock };
}
