using System.Globalization;
using System.Text.RegularExpressions;
using KernelDsl.Profiling.Counting;
using KernelDsl.Profiling.Sass;

namespace KernelDsl.Profiling.Tests.Sass;

/// <summary>Output of NVRTC, ptxas and nvdisasm 12.4 for programs of <c>KernelDsl.Testing/CudaPrograms</c>.</summary>
internal static class SassSamples
{
    public static string Text(string name)
    {
        using var stream = typeof(SassSamples).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"No sample {name}.");
        return new StreamReader(stream).ReadToEnd();
    }

    public static SassFunction Function(string sample) => Assert.Single(SassFunction.Parse(Text(sample + ".sass")));

    public static ResourceUse Resources(string sample) => Assert.Single(ResourceUse.Parse(Text(sample + ".ptxas")));

    /// <summary>The instructions of a PTX text with one function, each executed as often as <paramref name="executions"/> says of its line.</summary>
    public static KernelCounters Counters(string name, string ptx, LaunchShape launch, Func<int, string, long> executions)
    {
        var lines = ImmutableArray.CreateBuilder<LineCounters>();
        SourceLine? place = null;
        var rows = ptx.Split('\n');
        for (var i = 0; i < rows.Length; i++)
        {
            if (Regex.Match(rows[i], @"^\s*\.loc\s+\d+\s+(\d+)") is { Success: true } location)
            {
                place = new SourceLine(name + ".cu", int.Parse(location.Groups[1].Value, CultureInfo.InvariantCulture));
            }
            else if (Regex.Match(rows[i], @"^\s*(?:@!?%p\d+\s+)?([a-z][a-z0-9_.:]*)[^:]*;\s*(?://.*)?$") is { Success: true } found)
            {
                var count = executions(i + 1, found.Groups[1].Value);
                lines.Add(new LineCounters(i + 1, found.Groups[1].Value) { Cuda = place, WarpExecutions = count, ActiveLanes = 32 * count });
            }
        }

        return new KernelCounters(name, launch, lines.ToImmutable());
    }
}
