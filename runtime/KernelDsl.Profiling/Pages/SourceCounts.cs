using KernelDsl.Profiling.Counting;

namespace KernelDsl.Profiling.Pages;

/// <summary>What happened at one line of a source: all PTX instructions that stand for it, summed.</summary>
internal sealed record SourceCounts(
    int Line, long Instructions, long ActiveLanes, long Requests, long Sectors, long IdealSectors, long SharedWavefronts, long Conflicts)
{
    public static IReadOnlyDictionary<int, SourceCounts> ByPtx(IEnumerable<LineCounters> lines) => Group(lines, line => line.PtxLine);

    public static IReadOnlyDictionary<int, SourceCounts> ByCuda(IEnumerable<LineCounters> lines, string file) => BySource(lines, file, line => line.Cuda);

    public static IReadOnlyDictionary<int, SourceCounts> BySpec(IEnumerable<LineCounters> lines, string file) => BySource(lines, file, line => line.Spec);

    private static IReadOnlyDictionary<int, SourceCounts> BySource(IEnumerable<LineCounters> lines, string file, Func<LineCounters, SourceLine?> source)
        => Group(lines.Where(line => source(line) is { } place && place.File == file), line => source(line)!.Value.Line);

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
