using KernelDsl.Profiling.Counting;

namespace KernelDsl.Profiling.Pages;

/// <summary>What happened at one line of a source: all PTX instructions that stand for it, summed.</summary>
internal sealed record SourceCounts(
    int Line, long Instructions, long ActiveLanes, long Requests, long Sectors, long IdealSectors, long SharedWavefronts, long Conflicts)
{
    public static IReadOnlyDictionary<int, SourceCounts> ByPtx(KernelCounters counters) => Group(counters.Lines, line => line.PtxLine);

    public static IReadOnlyDictionary<int, SourceCounts> ByCuda(KernelCounters counters, string file) => BySource(counters, file, line => line.Cuda);

    public static IReadOnlyDictionary<int, SourceCounts> BySpec(KernelCounters counters, string file) => BySource(counters, file, line => line.Spec);

    private static IReadOnlyDictionary<int, SourceCounts> BySource(KernelCounters counters, string file, Func<LineCounters, SourceLine?> source)
        => Group(counters.Lines.Where(line => source(line) is { } place && place.File == file), line => source(line)!.Value.Line);

    private static Dictionary<int, SourceCounts> Group(IEnumerable<LineCounters> lines, Func<LineCounters, int> place)
        => lines.GroupBy(place).ToDictionary(group => group.Key, group => new SourceCounts(
            group.Key,
            group.Sum(line => line.WarpExecutions),
            group.Sum(line => line.ActiveLanes),
            group.Sum(line => line.Global?.Requests ?? 0),
            group.Sum(line => line.Global?.Sectors ?? 0),
            group.Sum(line => line.Global?.IdealSectors ?? 0),
            group.Sum(line => line.Shared?.Wavefronts ?? 0),
            group.Sum(line => line.Shared?.Conflicts ?? 0)));
}
