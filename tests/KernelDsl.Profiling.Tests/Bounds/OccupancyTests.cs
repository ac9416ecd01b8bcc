using KernelDsl.Profiling.Bounds;
using KernelDsl.Profiling.Gpus;

namespace KernelDsl.Profiling.Tests.Bounds;

public sealed class OccupancyTests
{
    private static readonly GpuModel s_a100 = GpuModel.Find("sm_80")!;
    private static readonly GpuModel s_ada = GpuModel.Find("sm_89")!;
    private static readonly GpuModel s_h100 = GpuModel.Find("sm_90a")!;

    [Theory]
    // The example of NVIDIA's Best Practices Guide (registers of compute capability 7.0 and 8.0 are alike): 37 registers.
    [InlineData(128, 37, 12, OccupancyLimit.Registers)]
    [InlineData(320, 37, 4, OccupancyLimit.Registers)]
    // 32 registers are the most for full occupancy.
    [InlineData(256, 32, 8, OccupancyLimit.Registers)]
    [InlineData(256, 33, 6, OccupancyLimit.Registers)]
    [InlineData(1024, 64, 1, OccupancyLimit.Registers)]
    [InlineData(1024, 65, 0, OccupancyLimit.Registers)]
    [InlineData(128, 255, 2, OccupancyLimit.Registers)]
    // Small blocks meet the limit of blocks: 32 warps of 64.
    [InlineData(32, 16, 32, OccupancyLimit.Blocks)]
    [InlineData(64, 16, 32, OccupancyLimit.Warps)]
    [InlineData(768, 0, 2, OccupancyLimit.Warps)]
    public void A100_without_shared_memory_holds(int threads, int registers, int blocks, OccupancyLimit limit)
    {
        var occupancy = Occupancy.Of(s_a100, threads, registers, 0);
        Assert.Equal((blocks, limit), (occupancy.BlocksPerSm, occupancy.Limit));
    }

    [Theory]
    [InlineData(12, 0.75)]
    [InlineData(4, 0.625)]
    public void Share_is_that_of_the_guides_example(int blocks, double share)
        => Assert.Equal(share, Occupancy.Of(s_a100, blocks == 12 ? 128 : 320, 37, 0).Share, 12);

    [Theory]
    // FlashAttention-2 with 255 registers and 128 threads: two blocks with 48 or 64 KiB, one with 96 KiB.
    [InlineData(48, 2, OccupancyLimit.Registers, 100)]
    [InlineData(64, 2, OccupancyLimit.Registers, 132)]
    [InlineData(96, 1, OccupancyLimit.SharedMemory, 100)]
    [InlineData(163, 1, OccupancyLimit.SharedMemory, 164)]
    [InlineData(164, 0, OccupancyLimit.SharedMemory, 0)]
    public void A100_with_shared_memory_in_KiB_holds(int kib, int blocks, OccupancyLimit limit, int carveOut)
    {
        var occupancy = Occupancy.Of(s_a100, 128, 255, kib * 1024);
        Assert.Equal((blocks, limit, carveOut), (occupancy.BlocksPerSm, occupancy.Limit, occupancy.CarveOutKib));
    }

    [Fact]
    public void H100_gives_one_block_at_most_227_KiB()
    {
        Assert.Equal(1, Occupancy.Of(s_h100, 384, 168, 227 * 1024).BlocksPerSm);
        Assert.Equal(0, Occupancy.Of(s_h100, 384, 168, 227 * 1024 + 1).BlocksPerSm);
    }

    [Fact]
    public void Ada_holds_48_warps()
        => Assert.Equal((1, 32, 2.0 / 3), Of(Occupancy.Of(s_ada, 1024, 32, 0)));

    [Fact]
    public void Shared_memory_is_given_in_units_of_128_bytes()
    {
        // With 1 KiB reserved, 4097 bytes are 5248, of which 164 KiB hold exactly 32; another 128 are 5376, and it holds 31.
        Assert.Equal(32, Occupancy.Of(s_a100, 64, 16, 4096).BlocksPerSm);
        Assert.Equal(32, Occupancy.Of(s_a100, 64, 16, 4097).ByShared);
        Assert.Equal(31, Occupancy.Of(s_a100, 64, 16, 4097 + 128).ByShared);
    }

    [Fact]
    public void What_shared_memory_leaves_is_first_level_cache()
        => Assert.Equal((192 - 100) * 1024, Occupancy.Of(s_a100, 128, 255, 48 * 1024).FirstLevelBytes(s_a100));

    [Fact]
    public void Without_shared_memory_all_is_first_level_cache()
        => Assert.Equal(192 * 1024, Occupancy.Of(s_a100, 128, 32, 0).FirstLevelBytes(s_a100));

    [Theory]
    [InlineData(0, 32, 0)]
    [InlineData(1025, 32, 0)]
    [InlineData(128, 256, 0)]
    [InlineData(128, 32, -1)]
    public void Launch_that_cannot_be_written_is_refused(int threads, int registers, int shared)
        => Assert.Throws<ArgumentOutOfRangeException>(() => Occupancy.Of(s_a100, threads, registers, shared));

    private static (int, int, double) Of(Occupancy occupancy) => (occupancy.BlocksPerSm, occupancy.WarpsPerSm, occupancy.Share);
}
