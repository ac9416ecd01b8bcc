namespace KernelDsl.Profiling.Counting;

/// <summary>How large a launch is.</summary>
/// <param name="GridX">Blocks along x.</param>
/// <param name="GridY">Blocks along y.</param>
/// <param name="GridZ">Blocks along z.</param>
/// <param name="BlockX">Threads of a block along x.</param>
/// <param name="BlockY">Threads of a block along y.</param>
/// <param name="BlockZ">Threads of a block along z.</param>
/// <param name="StaticSharedBytes">Shared memory that the kernel declares with a size, per block.</param>
/// <param name="DynamicSharedBytes">Shared memory that the launch adds, per block.</param>
public sealed record LaunchShape(
    int GridX, int GridY, int GridZ, int BlockX, int BlockY, int BlockZ, int StaticSharedBytes = 0, int DynamicSharedBytes = 0)
{
    private const int WarpLanes = 32;

    /// <summary>All blocks of the grid.</summary>
    public long Blocks => (long)GridX * GridY * GridZ;

    /// <summary>Threads of one block.</summary>
    public int ThreadsPerBlock => BlockX * BlockY * BlockZ;

    /// <summary>Warps of one block; the last may be partly empty.</summary>
    public int WarpsPerBlock => (ThreadsPerBlock + WarpLanes - 1) / WarpLanes;

    /// <summary>Shared memory of one block, without what the system reserves.</summary>
    public int SharedBytes => StaticSharedBytes + DynamicSharedBytes;
}
