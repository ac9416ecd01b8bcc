using KernelDsl.Profiling.Bounds;
using KernelDsl.Profiling.Caches;
using KernelDsl.Profiling.Counting;
using KernelDsl.Profiling.Gpus;

namespace KernelDsl.Profiling.Tests.Bounds;

public sealed class SpeedOfLightTests
{
    private static readonly GpuModel s_a100 = GpuModel.Find("sm_80")!;
    private static readonly GpuModel s_h100 = GpuModel.Find("sm_90")!;
    private static readonly LaunchShape s_launch = new(1080, 1, 1, 128, 1, 1);

    [Fact]
    public void Copy_of_a_gigabyte_is_bound_by_memory()
    {
        var counters = Counters(s_launch, new LineCounters(1, "ld.global.v4.f32") { WarpExecutions = 1000, Global = new GlobalCounters(1000, 16000, 16000, 1000, 512000) });
        var bound = Of(s_a100, counters, new CacheTraffic(500_000_000, 0, 500_000_000, 500_000_000, 0, 500_000_000, 500_000_000, 0));
        Assert.Equal("DRAM", bound.Binding.Resource);
        // 1e9 bytes at 1555 GB/s; at 92 % usually.
        Assert.Equal(1 / 1.555, bound.Binding.Seconds * 1000, 9);
        Assert.Equal(1 / 1.555 / 0.92, bound.Binding.UsualSeconds * 1000, 9);
    }

    [Fact]
    public void Arithmetic_is_bound_by_its_pipe()
    {
        // 108 · 64 · 1000 clocks of multiply-adds: 32 lanes of 64 take half a clock for each warp.
        var bound = Of(s_a100, Counters(s_launch, new LineCounters(1, "fma.rn.f32") { WarpExecutions = 108 * 2000, ActiveLanes = 108 * 2000 * 32 }));
        Assert.Equal("FMA pipe", bound.Binding.Resource);
        Assert.Equal(1000 / 1410e6, bound.Binding.Seconds, 12);
    }

    [Theory]
    // m16n8k16 has 2048 multiply-adds; A100 does 1024 a clock, so 2 clocks; H100 2048 with wgmma and two thirds with mma.sync, so 1.5.
    [InlineData("sm_80", 2.0)]
    [InlineData("sm_90", 1.5)]
    [InlineData("sm_89", 8.0)]
    public void Matrix_products_are_bound_by_tensor_cores(string architecture, double clocksOfEach)
    {
        var gpu = GpuModel.Find(architecture)!;
        var sms = (long)gpu.Sms;
        var launch = new LaunchShape((int)sms * 4, 1, 1, 128, 1, 1);
        var bound = Of(gpu, Counters(launch, new LineCounters(1, "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32") { WarpExecutions = sms * 1000 }));
        Assert.Equal("tensor cores", bound.Binding.Resource);
        Assert.Equal(1000 * clocksOfEach / (gpu.MaxClockMhz * 1e6), bound.Binding.Seconds, 12);
    }

    [Fact]
    public void Warpgroup_products_reach_the_whole_peak()
    {
        var launch = new LaunchShape(132, 1, 1, 128, 1, 1);
        var bound = Of(s_h100, Counters(launch, new LineCounters(1, "wgmma.mma_async.sync.aligned.m64n128k16.f32.f16.f16") { WarpExecutions = 132 * 4 * 100 }));
        // 64 · 128 · 16 multiply-adds by four warps together: 64 clocks at 2048.
        Assert.Equal(100 * 64 / 1980e6, bound.Terms.Single(term => term.Resource == "tensor cores").Seconds, 12);
    }

    [Fact]
    public void Bank_conflicts_bind_shared_memory()
    {
        var line = new LineCounters(1, "ld.shared.f32") { WarpExecutions = 10800, ActiveLanes = 10800 * 32, Shared = new SharedCounters(10800, 10800 * 32, 10800, 10800 * 128) };
        var bound = Of(s_a100, Counters(s_launch, line));
        Assert.Equal(3200 / 1410e6, bound.Terms.Single(term => term.Resource == "shared memory").Seconds, 12);
        Assert.Contains(bound.Binding.Resource, (string[])["shared memory", "L1 data"]);
    }

    [Fact]
    public void One_block_more_than_multiprocessors_costs_a_second_round()
    {
        double Seconds(int blocks) => Of(s_a100, Counters(
            new LaunchShape(blocks, 1, 1, 128, 1, 1), new LineCounters(1, "fma.rn.f32") { WarpExecutions = blocks * 4 * 1000L })).Terms.Single(term => term.Resource == "FMA pipe").Seconds;
        Assert.Equal(2.0, Seconds(109) / Seconds(108), 9);
        Assert.Equal(1.0, Seconds(216) / Seconds(109), 9);
    }

    [Fact]
    public void Tail_share_tells_how_full_the_last_round_is()
        => Assert.Equal(109.0 / 216, Of(s_a100, Counters(new LaunchShape(109, 1, 1, 128, 1, 1), new LineCounters(1, "fma.rn.f32") { WarpExecutions = 436 })).TailShare, 12);

    [Fact]
    public void Single_warp_is_bound_by_its_own_length()
    {
        var bound = Of(s_a100, Counters(new LaunchShape(1, 1, 1, 32, 1, 1), new LineCounters(1, "add.s32") { WarpExecutions = 5000 }));
        Assert.Equal("latency", bound.Binding.Resource);
        Assert.Equal(5000 / 1410e6, bound.Binding.Seconds, 12);
    }

    [Fact]
    public void Known_chain_is_a_bound_for_each_wave()
    {
        // One register-free block of 1024 threads needs half of the warps: two fit, so 432 blocks are two waves.
        var launch = new LaunchShape(432, 1, 1, 1024, 1, 1);
        var bound = SpeedOfLight.Of(s_a100, Counters(launch, new LineCounters(1, "add.f32") { WarpExecutions = 432 * 32 }), Occupancy.Of(s_a100, 1024, 32, 0), chainClocks: 10_000);
        Assert.Equal((2, 20_000 / 1410e6), (bound.Waves, bound.Binding.Seconds));
    }

    [Fact]
    public void Terms_fall()
        => Assert.Equal(
            Of(s_a100, Mixed()).Terms.Select(term => term.Seconds).OrderDescending(), Of(s_a100, Mixed()).Terms.Select(term => term.Seconds));

    [Fact]
    public void Launch_that_does_not_fit_has_no_bound()
        => Assert.Throws<ArgumentException>(() => SpeedOfLight.Of(s_a100, Mixed(), Occupancy.Of(s_a100, 128, 32, 165 * 1024)));

    [Fact]
    public void Every_figure_has_a_source_and_a_sensible_value()
        => Assert.All(GpuModel.All.SelectMany(gpu => gpu.Figures), item => Assert.True(item.Figure is { Value: >= 0, Source.Length: > 2 }, item.Name));

    [Theory]
    // What the peaks on the cards say, in TFLOPS: 2 · SMs · clock · rate.
    [InlineData("sm_80", 312, 19.5)]
    [InlineData("sm_89", 165.2, 82.6)]
    [InlineData("sm_90", 989.4, 61.8)]
    public void Rates_give_the_stated_peaks(string architecture, double tensor, double single)
    {
        var gpu = GpuModel.Find(architecture)!;
        Assert.Equal(1, 2 * gpu.Sms * gpu.ClockMhz * 1e-6 * gpu.TensorHalf / tensor, 0.01);
        Assert.Equal(1, 2 * gpu.Sms * gpu.ClockMhz * 1e-6 * gpu.Fma / single, 0.01);
    }

    private static KernelCounters Mixed() => Counters(s_launch,
        new LineCounters(1, "fma.rn.f32") { WarpExecutions = 100 }, new LineCounters(2, "ex2.approx.f32") { WarpExecutions = 300 },
        new LineCounters(3, "bar.sync") { WarpExecutions = 10 });

    private static KernelCounters Counters(LaunchShape launch, params ImmutableArray<LineCounters> lines) => new("k", launch, lines);

    private static SpeedOfLight Of(GpuModel gpu, KernelCounters counters, CacheTraffic? traffic = null)
        => SpeedOfLight.Of(gpu, counters, Occupancy.Of(gpu, counters.Launch.ThreadsPerBlock, 32, 0), traffic);
}
