using KernelDsl.Profiling.Bounds;
using KernelDsl.Profiling.Counting;
using KernelDsl.Profiling.Gpus;
using KernelDsl.Profiling.Sass;
using static KernelDsl.Profiling.Pages.ReportColumn;

namespace KernelDsl.Profiling.Pages;

/// <summary>The tables of a stage.</summary>
internal static class ReportTables
{
    private const string Absent = "—";

    /// <summary>All functions of a kernel.</summary>
    public static ReportTable Overview(ProfileReport report)
    {
        var gpus = report.Stages.FirstOrDefault()?.Gpus ?? [];
        return new(
            "Functions",
            [new("function"), Number("launches"), Number("PTX warp instructions"), Number("active lanes of 32"), .. gpus.SelectMany(gpu => new[] { Number($"bound {gpu.Gpu.Name}"), new ReportColumn("binding resource") })],
            [
                .. report.Stages.Select(stage => Row(stage.Counters.Kernel,
                [
                    Numbers.Count(stage.Launches), Numbers.Count(stage.Counters.WarpInstructions), Numbers.Of(stage.Counters.ActiveLanesPerWarp, 1),
                    .. stage.Gpus.SelectMany(gpu => gpu.Bound is { } bound ? new[] { Numbers.Time(gpu.AllLaunches), bound.Binding.Resource } : ["does not fit", Absent]),
                ])),
                Row("all",
                [
                    Numbers.Count(report.Stages.Sum(stage => stage.Launches)), Numbers.Count(report.Stages.Sum(stage => stage.Counters.WarpInstructions)), Absent,
                    .. gpus.SelectMany((_, g) => new[] { Numbers.Time(report.Stages.Sum(stage => stage.Gpus[g].AllLaunches)), Absent }),
                ]),
            ],
            "A bound is a time that no GPU of the kind can beat, summed over the launches; it is no prediction.");
    }

    public static ReportTable Summary(StageProfile stage) => new(
        "Bounds",
        [new("GPU"), Number("bound"), new("binding resource"), Number("at usual rates"), Number("waves"), Number("tail"), Number("occupancy")],
        [.. stage.Gpus.Select(gpu => Row(gpu.Gpu.Name, gpu.Bound is { } bound
            ? [Numbers.Time(bound.Binding.Seconds), bound.Binding.Resource, Numbers.Time(bound.Terms.Max(term => term.UsualSeconds)), Numbers.Count(bound.Waves), Numbers.Percent(bound.TailShare), Numbers.Percent(gpu.Occupancy.Share)]
            : ["does not fit", gpu.Occupancy.Limit.ToString(), Absent, Absent, Absent, Numbers.Percent(0)]))],
        $"{(stage.Launches > 1 ? $"The busiest of {stage.Launches} launches. " : "")}A bound is a time that no launch can beat; a launch costs some {Numbers.Time(SpeedOfLight.LaunchSeconds)} beside. Tail: how full the last round of blocks is.");

    public static ReportTable Launch(StageProfile stage)
    {
        var counters = stage.Counters;
        var launch = counters.Launch;
        return new(stage.Launches > 1 ? $"{stage.Launches} launches, sizes of the busiest" : "Launch", [new("what"), Number("value")],
        [
            ["grid", $"{launch.GridX} × {launch.GridY} × {launch.GridZ}"],
            ["block", $"{launch.BlockX} × {launch.BlockY} × {launch.BlockZ}"],
            ["shared memory of a block", $"{Numbers.Count(launch.StaticSharedBytes)} + {Numbers.Count(launch.DynamicSharedBytes)} B"],
            ["PTX warp instructions", Numbers.Count(counters.WarpInstructions)],
            ["active lanes of 32", Numbers.Of(counters.ActiveLanesPerWarp)],
            ["floating-point operations", Numbers.Count((long)counters.ScalarFlops)],
            ["tensor core operations", Numbers.Count((long)counters.TensorFlops)],
        ]);
    }

    public static ReportTable Terms(GpuProfile gpu) => new(
        $"Terms of the bound on {gpu.Gpu.Name}",
        [new("resource"), Number("bound"), Number("at usual rates"), new("basis")],
        [.. (gpu.Bound?.Terms ?? []).Select(term => Row(term.Resource, [Numbers.Time(term.Seconds), Numbers.Time(term.UsualSeconds), term.Basis]))],
        gpu.Bound is { HasSass: false } ? "Without machine code, PTX instructions stand for it: issue and pipes are estimates." : null);

    public static ReportTable Mix(StageProfile stage)
    {
        var mixes = Mixes(stage);
        return new("Instruction mix", [new("class"), .. mixes.Select(mix => Number(mix.Name))],
            [.. Enum.GetValues<InstructionClass>().Where(kind => mixes.Any(mix => mix.Counts.ContainsKey(kind))).Select(kind =>
                Row(ClassName(kind), mixes.Select(mix => Numbers.Count(mix.Counts.GetValueOrDefault(kind))).ToArray()))],
            "Warp instructions.");
    }

    /// <summary>The mix of PTX, and of the machine code of each GPU that has some.</summary>
    public static ImmutableArray<(string Name, IReadOnlyDictionary<InstructionClass, long> Counts)> Mixes(StageProfile stage)
    {
        IReadOnlyDictionary<InstructionClass, long> ptx = stage.Counters.Lines.GroupBy(line => PtxOpcode.ClassOf(line.Opcode)).ToDictionary(group => group.Key, group => group.Sum(line => line.WarpExecutions));
        return [("PTX", ptx), .. stage.Gpus.Where(gpu => gpu.Sass is not null).Select(gpu => ($"SASS {gpu.Gpu.Architecture}", gpu.Sass!.Mix))];
    }

    public static string ClassName(InstructionClass kind) => kind switch
    {
        InstructionClass.Fma => "FMA (f32, integer multiply-add)",
        InstructionClass.Alu => "ALU (integer, logic, moves)",
        InstructionClass.Half => "f16 arithmetic",
        InstructionClass.Double => "f64 arithmetic",
        InstructionClass.Special => "special functions",
        InstructionClass.Tensor => "tensor cores",
        InstructionClass.GlobalMemory => "global and local memory",
        InstructionClass.SharedMemory => "shared memory",
        InstructionClass.ConstantMemory => "constants and parameters",
        InstructionClass.WarpExchange => "exchange between lanes",
        InstructionClass.Synchronisation => "barriers and waits",
        InstructionClass.Control => "control",
        InstructionClass.Uniform => "uniform path",
        InstructionClass.Other => "other",
        _ => throw new InvalidOperationException($"The class {kind} has no name."),
    };

    public static ReportTable Global(StageProfile stage)
    {
        var lines = stage.Counters.Lines.Where(line => line.Global is not null).OrderByDescending(line => line.Global!.Sectors);
        return new("Global memory",
            [new("instruction"), Number("PTX line"), Number("CUDA C line"), Number("spec line"), Number("requests"), Number("sectors"), Number("ideal"), Number("sectors/request"), Number("bytes")],
            [.. lines.Select(line => Cells(line.Opcode, Place(line), line.Global!)), Cells("total", [Absent, Absent, Absent], stage.Counters.Global)],
            "A sector has 32 bytes. Ideal: the fewest sectors that hold the bytes.");

        static ImmutableArray<string> Cells(string name, string[] place, GlobalCounters global) =>
        [
            name, .. place, Numbers.Count(global.Requests), Numbers.Count(global.Sectors), Numbers.Count(global.IdealSectors), Numbers.Of(global.SectorsPerRequest),
            Numbers.Count(global.Bytes),
        ];
    }

    public static ReportTable Shared(StageProfile stage)
    {
        var lines = stage.Counters.Lines.Where(line => line.Shared is not null).OrderByDescending(line => line.Shared!.Wavefronts);
        return new("Shared memory",
            [new("instruction"), Number("PTX line"), Number("CUDA C line"), Number("spec line"), Number("requests"), Number("wavefronts"), Number("ideal"), Number("bank conflicts")],
            [.. lines.Select(line => Cells(line.Opcode, Place(line), line.Shared!)), Cells("total", [Absent, Absent, Absent], stage.Counters.Shared)],
            "A wavefront is one pass of 128 bytes; conflicts are the passes beyond the ideal.");

        static ImmutableArray<string> Cells(string name, string[] place, SharedCounters shared) =>
            [name, .. place, Numbers.Count(shared.Requests), Numbers.Count(shared.Wavefronts), Numbers.Count(shared.IdealWavefronts), Numbers.Count(shared.Conflicts)];
    }

    public static ReportTable Caches(StageProfile stage) => new(
        "Caches (model)",
        [new("GPU"), Number("L1 read"), Number("L1 hit"), Number("L2 read"), Number("L2 written"), Number("L2 hit"), Number("DRAM read"), Number("DRAM written"), Number("left in L2")],
        [.. stage.Gpus.Select(gpu => Row(gpu.Gpu.Name, gpu.Traffic is { } traffic
            ? [Numbers.Bytes(traffic.FirstLevelRead), Numbers.Percent(traffic.FirstLevelHitRate), Numbers.Bytes(traffic.SecondLevelRead), Numbers.Bytes(traffic.SecondLevelWritten), Numbers.Percent(traffic.SecondLevelHitRate), Numbers.Bytes(traffic.DramRead), Numbers.Bytes(traffic.DramWritten), Numbers.Bytes(traffic.DirtyLeft)]
            : [.. Enumerable.Repeat(Absent, 8)]))],
        "Replayed in a fixed order of blocks through LRU caches; L1 starts empty, L2 as the launch before left it.");

    public static ReportTable Occupancies(StageProfile stage) => new(
        "Occupancy",
        [new("GPU"), Number("registers"), Number("spills"), Number("blocks/SM"), Number("warps/SM"), Number("share"), new("limit"), Number("by warps"), Number("by blocks"), Number("by registers"), Number("by shared"), Number("shared KiB")],
        [.. stage.Gpus.Select(gpu => Row(gpu.Gpu.Name, Cells(gpu.Occupancy, gpu.Sass?.Resources)))],
        stage.Gpus.Any(gpu => gpu.Sass?.Resources is null) ? "Where registers are not known they limit nothing here." : null);

    private static string[] Cells(Occupancy occupancy, ResourceUse? resources) =>
    [
        resources is null ? Absent : Numbers.Count(resources.Registers),
        resources is null ? Absent : Numbers.Bytes(resources.SpillStoreBytes + (long)resources.SpillLoadBytes),
        Numbers.Count(occupancy.BlocksPerSm), Numbers.Count(occupancy.WarpsPerSm), Numbers.Percent(occupancy.Share), occupancy.Limit switch
        {
            OccupancyLimit.SharedMemory => "shared memory",
            var limit => limit.ToString().ToLowerInvariant(),
        },
        Numbers.Count(occupancy.ByWarps), Numbers.Count(occupancy.ByBlocks), occupancy.ByRegisters == int.MaxValue ? Absent : Numbers.Count(occupancy.ByRegisters),
        Numbers.Count(occupancy.ByShared), Numbers.Count(occupancy.CarveOutKib),
    ];

    public static ReportTable Figures(GpuModel gpu) => new(
        $"Figures of {gpu.Name}", [new("figure"), Number("value"), new("unit"), new("trust"), new("source")],
        [.. gpu.Figures.Select(item => Row(item.Name, [item.Figure.Value.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture), item.Unit, item.Figure.Mark.ToString().ToLowerInvariant(), item.Figure.Source]))]);

    private static string[] Place(LineCounters line) => [Numbers.Count(line.PtxLine), line.Cuda is { } cuda ? Numbers.Count(cuda.Line) : Absent, line.Spec is { } spec ? Numbers.Count(spec.Line) : Absent];

    private static ImmutableArray<string> Row(string first, string[] rest) => [first, .. rest];
}
