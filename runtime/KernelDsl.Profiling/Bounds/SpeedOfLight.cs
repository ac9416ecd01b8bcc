using KernelDsl.Profiling.Caches;
using KernelDsl.Profiling.Counting;
using KernelDsl.Profiling.Gpus;
using KernelDsl.Profiling.Rules;
using KernelDsl.Profiling.Sass;

namespace KernelDsl.Profiling.Bounds;

/// <summary>
/// The bounds of a launch on a GPU. No launch is faster than the largest; every real one is slower, often by a factor, so that this is never a predicted time.
/// </summary>
/// <param name="Terms">All terms, the largest first.</param>
/// <param name="Waves">Rounds of blocks: blocks over what is resident at once, rounded up.</param>
/// <param name="TailShare">How much of the last full round of multiprocessors has work, 0 to 1: the loss of uneven division.</param>
/// <param name="HasSass">Whether instructions are those of the machine code; otherwise those of PTX stand for them, and the issue and pipe terms are estimates.</param>
public sealed record SpeedOfLight(ImmutableArray<BoundTerm> Terms, long Waves, double TailShare, bool HasSass)
{
    /// <summary>What every launch costs beside, in seconds; a low value of the usual 2 to 4 µs. No part of the bound.</summary>
    public const double LaunchSeconds = 2e-6;

    /// <summary>The binding term: the largest.</summary>
    public BoundTerm Binding => Terms[0];

    /// <summary>Computes the bounds.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="counters">What the launch executed.</param>
    /// <param name="occupancy">Of the launch on this GPU, with at least one block.</param>
    /// <param name="traffic">What the caches of this GPU moved; null leaves their terms out.</param>
    /// <param name="sass">The machine code for this GPU; null takes PTX instructions.</param>
    /// <param name="chainClocks">Clocks of the longest chain of dependent instructions of one block, where it is known.</param>
    /// <exception cref="ArgumentException">No block fits on a multiprocessor, or the launch has none.</exception>
    public static SpeedOfLight Of(
        GpuModel gpu, KernelCounters counters, Occupancy occupancy, CacheTraffic? traffic = null, SassReport? sass = null, double chainClocks = 0)
    {
        if (occupancy.BlocksPerSm == 0 || counters.Launch.Blocks == 0)
        {
            throw new ArgumentException("A bound needs a launch that can run: at least one block, and one that fits.", nameof(occupancy));
        }

        var sms = (long)gpu.Sms;
        var blocks = counters.Launch.Blocks;
        // Blocks are taken as equal, so that the busiest multiprocessor has this share of all work.
        var share = (double)Rounding.DivideUp(blocks, sms) / blocks;
        var waves = Rounding.DivideUp(blocks, sms * occupancy.BlocksPerSm);
        var sheet = new TermSheet(gpu, share);
        AddInstructions(sheet, gpu, counters, sass);
        AddMemory(sheet, gpu, counters, traffic);
        AddTensor(sheet, gpu, counters);
        AddLatency(sheet, gpu, counters, sass, waves, chainClocks);
        return new SpeedOfLight(
            [.. sheet.Terms.OrderByDescending(term => term.Seconds)], waves, (double)blocks / (Rounding.DivideUp(blocks, sms) * sms), sass is not null);
    }

    private static void AddInstructions(TermSheet sheet, GpuModel gpu, KernelCounters counters, SassReport? sass)
    {
        var mix = sass?.Mix ?? counters.Lines.GroupBy(line => PtxOpcode.ClassOf(line.Opcode)).ToDictionary(group => group.Key, group => group.Sum(line => line.WarpExecutions));
        double Of(InstructionClass kind) => mix.GetValueOrDefault(kind);
        var unit = sass is null ? "PTX instructions" : "SASS instructions";
        sheet.PerSm("issue", mix.Values.Sum(), gpu.Issue, unit + " / issue rate");
        sheet.PerSm("FMA pipe", 32 * Of(InstructionClass.Fma), gpu.Fma, unit + " · 32 / lanes");
        sheet.PerSm("ALU pipe", 32 * Of(InstructionClass.Alu), gpu.Integer, unit + " · 32 / lanes");
        sheet.PerSm("f16 pipe", 32 * Of(InstructionClass.Half), gpu.HalfFma / 2, unit + " · 32 / lanes");
        sheet.PerSm("f64 pipe", 32 * Of(InstructionClass.Double), gpu.DoubleFma, unit + " · 32 / lanes");
        sheet.PerSm("special functions", 32 * Of(InstructionClass.Special), gpu.Special, unit + " · 32 / lanes");
        sheet.PerSm("load/store issue", Of(InstructionClass.GlobalMemory) + Of(InstructionClass.SharedMemory), gpu.LoadStore, unit + " / rate");
    }

    private static void AddMemory(TermSheet sheet, GpuModel gpu, KernelCounters counters, CacheTraffic? traffic)
    {
        var global = counters.Global;
        var shared = counters.Shared;
        sheet.PerSm("shared memory", shared.Wavefronts, gpu.SharedBytes / SectorRule.LineBytes, "wavefronts / 1 per clock");
        sheet.PerSm("L1 data", shared.Wavefronts * (double)SectorRule.LineBytes + global.Sectors * (double)SectorRule.SectorBytes, gpu.SharedBytes,
            "shared wavefronts and global sectors / 128 B per clock");
        sheet.PerSm("L1 tags", global.TagWavefronts, 1, "tag wavefronts / 1 per clock");
        if (traffic is not null)
        {
            sheet.PerSm("L2 to L1", traffic.SecondLevelRead, gpu.FirstLevelFillBytes, "bytes of misses / fill rate");
            sheet.Add("L2", traffic.SecondLevelBytes / (gpu.SecondLevelBytes * sheet.ClocksPerSecond), gpu.SecondLevelShare, "bytes through L2 / its rate");
            sheet.Add("DRAM", traffic.DramBytes / (gpu.DramGbs * 1e9), gpu.DramShare, "bytes of L2 misses and write-backs / bandwidth");
        }
    }

    private static void AddTensor(TermSheet sheet, GpuModel gpu, KernelCounters counters)
    {
        var clocks = 0.0;
        foreach (var line in counters.Lines)
        {
            if (line.WarpExecutions > 0 && TensorShape.Of(line.Opcode) is { } shape && RateOf(gpu, shape) is > 0 and var rate)
            {
                clocks += line.WarpExecutions * shape.FlopsPerWarp / 2 / (rate * (shape.Warps == 1 ? gpu.MmaSyncShare : 1.0));
            }
        }

        sheet.PerSm("tensor cores", clocks, 1, "multiply-adds / peak of their type");
    }

    private static double RateOf(GpuModel gpu, TensorShape shape) => shape.Kind switch
    {
        TensorKind.Half => shape.HasHalfSums ? gpu.TensorHalfSums : gpu.TensorHalf,
        TensorKind.TensorFloat => gpu.TensorFloat,
        TensorKind.Float8 => shape.HasHalfSums ? gpu.TensorFloat8HalfSums : gpu.TensorFloat8,
        TensorKind.Integer => gpu.TensorInteger,
        TensorKind.Double => gpu.TensorDouble,
        _ => throw new InvalidOperationException($"The kind {shape.Kind} has no rate."),
    };

    private static void AddLatency(TermSheet sheet, GpuModel gpu, KernelCounters counters, SassReport? sass, long waves, double chainClocks)
    {
        // A warp issues at most one instruction a clock, and a block that loads waits at least for one load.
        var warps = counters.Launch.Blocks * counters.Launch.WarpsPerBlock;
        var own = (double)(sass?.WarpInstructions ?? counters.WarpInstructions) / warps;
        var load = counters.Lines.Any(line => line.Global is { Requests: > 0 } && PtxOpcode.ClassOf(line.Opcode) == InstructionClass.GlobalMemory)
            ? gpu.FirstLevelLatency.Value : 0;
        sheet.Clocks("latency", waves * Math.Max(own + load, chainClocks), chainClocks > own + load
            ? "waves · longest chain of a block"
            : "waves · (instructions of a warp at one a clock + one load)");
    }
}
