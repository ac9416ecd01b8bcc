namespace KernelDsl.Profiling.Caches;

/// <summary>The caches of a replay, and how blocks share them.</summary>
/// <param name="Sms">How many multiprocessors, each with a first level of its own.</param>
/// <param name="BlocksPerSm">Blocks that are resident on one of them.</param>
/// <param name="FirstLevelBytes">Unified memory less the carve-out for shared memory; 0 for no first level.</param>
/// <param name="SecondLevelBytes">Capacity of the second level that one sees; on GPUs whose halves keep copies between C/2 and C.</param>
public sealed record CacheSettings(int Sms, int BlocksPerSm, long FirstLevelBytes, long SecondLevelBytes)
{
    /// <summary>Lines of a set of the first level.</summary>
    public int FirstLevelWays { get; init; } = 4;

    /// <summary>Lines of a set of the second level.</summary>
    public int SecondLevelWays { get; init; } = 16;

    /// <summary>Warp accesses that a block makes before the next block of its multiprocessor has its turn; about one for each warp.</summary>
    public int AccessesPerTurn { get; init; } = 8;

    /// <summary>Whether the set of a line follows from a hash of its address, as in GPUs, rather than from the low bits.</summary>
    public bool HasHashedSets { get; init; } = true;

    /// <summary>Second-level contents of the launch before; null for a cold start.</summary>
    public SectoredCache? WarmSecondLevel { get; init; }
}

/// <summary>What a launch moved, in bytes.</summary>
/// <param name="FirstLevelRead">Asked of the first level by loads, as whole sectors.</param>
/// <param name="FirstLevelHit">Of these, what it had.</param>
/// <param name="SecondLevelRead">Read from the second level, by misses of the first and by what passes it.</param>
/// <param name="SecondLevelWritten">Written to the second level, by stores and atomic operations.</param>
/// <param name="SecondLevelHit">Of the bytes read there, what the second level had.</param>
/// <param name="DramRead">Read from memory.</param>
/// <param name="DramWritten">Written back to memory by evictions.</param>
/// <param name="DirtyLeft">Still waiting in the second level at the end: written to memory later, by somebody's eviction.</param>
public sealed record CacheTraffic(
    long FirstLevelRead, long FirstLevelHit, long SecondLevelRead, long SecondLevelWritten, long SecondLevelHit, long DramRead, long DramWritten, long DirtyLeft)
{
    /// <summary>All bytes between the levels.</summary>
    public long SecondLevelBytes => SecondLevelRead + SecondLevelWritten;

    /// <summary>All bytes between the second level and memory while the kernel ran.</summary>
    public long DramBytes => DramRead + DramWritten;

    /// <summary>The share of first-level reads that hit, 0 to 1; 0 without reads.</summary>
    public double FirstLevelHitRate => FirstLevelRead == 0 ? 0 : (double)FirstLevelHit / FirstLevelRead;

    /// <summary>The share of second-level reads that hit, 0 to 1; 0 without reads.</summary>
    public double SecondLevelHitRate => SecondLevelRead == 0 ? 0 : (double)SecondLevelHit / SecondLevelRead;
}
