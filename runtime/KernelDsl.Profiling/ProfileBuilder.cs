using KernelDsl.Profiling.Caches;
using KernelDsl.Profiling.Counting;
using KernelDsl.Profiling.Gpus;
using KernelDsl.Profiling.Sass;

namespace KernelDsl.Profiling;

/// <summary>Makes a report of the launches of one run, in their order: each finds the second-level cache as the one before left it.</summary>
/// <param name="gpus">The GPUs of the report.</param>
/// <param name="sass">The machine code of a launch on a GPU; null when not at hand.</param>
public sealed class ProfileBuilder(ImmutableArray<GpuModel> gpus, Func<GpuModel, KernelCounters, SassReport?> sass)
{
    private readonly List<Stage> _stages = [];
    private readonly GpuProfile?[] _before = new GpuProfile?[gpus.Length];

    /// <summary>Launches so far.</summary>
    public int Launches { get; private set; }

    /// <summary>Adds a launch; its streams are not kept.</summary>
    /// <param name="counters">What was executed.</param>
    /// <param name="streams">The accesses of each block, in the order of block numbers; null when not recorded.</param>
    public void Add(KernelCounters counters, IReadOnlyList<BlockStream>? streams)
    {
        Launches++;
        var stage = _stages.Find(known => known.Sum.Kernel == counters.Kernel);
        if (stage is null)
        {
            _stages.Add(stage = new Stage(counters with { Lines = [.. counters.Lines.Select(line => line with { WarpExecutions = 0, ActiveLanes = 0, Global = null, Shared = null })] }, gpus.Length));
        }

        stage.Launches++;
        stage.Sum = stage.Sum.Plus(counters);
        var isBusiest = counters.WarpInstructions >= stage.Most;
        for (var g = 0; g < gpus.Length; g++)
        {
            var profile = GpuProfile.Create(gpus[g], counters, streams, sass(gpus[g], counters), _before[g]);
            _before[g] = profile;
            stage.Seconds[g] += profile.Bound?.Binding.Seconds ?? 0;
            stage.Gpus[g] = isBusiest ? profile with { SecondLevel = null } : stage.Gpus[g];
        }

        if (isBusiest)
        {
            (stage.Most, stage.Sum) = (counters.WarpInstructions, stage.Sum with { Launch = counters.Launch });
        }
    }

    /// <summary>The report.</summary>
    /// <param name="name">The kernel.</param>
    public ProfileReport Build(string name)
        => new(name, [.. _stages.Select(stage => new StageProfile(stage.Sum, stage.Launches, [.. stage.Gpus.Select((gpu, g) => gpu! with { AllLaunches = stage.Seconds[g] })]))]);

    private sealed class Stage(KernelCounters sum, int gpus)
    {
        public KernelCounters Sum { get; set; } = sum;

        public int Launches { get; set; }

        public long Most { get; set; } = -1;

        public double[] Seconds { get; } = new double[gpus];

        public GpuProfile?[] Gpus { get; } = new GpuProfile?[gpus];
    }
}
