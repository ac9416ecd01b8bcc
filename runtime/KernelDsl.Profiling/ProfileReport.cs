using KernelDsl.Profiling.Counting;

namespace KernelDsl.Profiling;

/// <summary>A text of sources to show beside counts.</summary>
/// <param name="File">The name as <c>.loc</c> gives it, for CUDA C and specs; any for PTX.</param>
/// <param name="Text">The text.</param>
public sealed record ProfileSource(string File, string Text);

/// <summary>One function of a kernel over all its launches.</summary>
/// <param name="Counters">What was executed, summed over the launches; the sizes are those of the busiest.</param>
/// <param name="Launches">How often it was launched.</param>
/// <param name="Gpus">The busiest launch as each GPU would have it.</param>
public sealed record StageProfile(KernelCounters Counters, int Launches, ImmutableArray<GpuProfile> Gpus);

/// <summary>What a page shows.</summary>
/// <param name="Name">The kernel.</param>
/// <param name="Stages">Its functions in the order of their first launches.</param>
public sealed record ProfileReport(string Name, ImmutableArray<StageProfile> Stages)
{
    /// <summary>The spec, or null.</summary>
    public ProfileSource? Spec { get; init; }

    /// <summary>The CUDA C, or null.</summary>
    public ProfileSource? Cuda { get; init; }

    /// <summary>The PTX, or null.</summary>
    public ProfileSource? Ptx { get; init; }

    /// <summary>Things a reader has to know, such as that a tool is absent.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The instructions of all functions.</summary>
    internal IEnumerable<LineCounters> Lines => Stages.SelectMany(stage => stage.Counters.Lines);

    /// <summary>What on a page is counted, what is a model, and what is a bound.</summary>
    public const string Honesty =
        "Counted: executions, lanes, sectors and wavefronts, from a run of the PTX on the CPU with the rules of docs/profiling.md. "
        + "Model: caches, and machine instructions as often as the PTX lines they stand for. "
        + "Bound: every time; no launch is faster than its bound, and real ones are slower. Nothing here was measured on a GPU.";
}
