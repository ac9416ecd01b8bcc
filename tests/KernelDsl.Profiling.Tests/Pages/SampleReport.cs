using KernelDsl.Profiling.Caches;
using KernelDsl.Profiling.Counting;
using KernelDsl.Profiling.Gpus;
using KernelDsl.Profiling.Sass;
using KernelDsl.Profiling.Tests.Rules;
using KernelDsl.Profiling.Tests.Sass;
using KernelDsl.Testing.CudaPrograms;

namespace KernelDsl.Profiling.Tests.Pages;

/// <summary>A report of the tile product with made-up counts, and of a kernel whose every name is hostile.</summary>
internal static class SampleReport
{
    public const string Hostile = "<script>alert(\"1\")</script>&amp;'--><!--\u0001\ud800\u001b[31m";

    public static ProfileReport Matmul()
    {
        var launch = new LaunchShape(30, 40, 1, 16, 16, 1, 2112);
        var ptx = SassSamples.Text("matmul_tiled.sm_80.ptx");
        var counted = SassSamples.Counters("matmul_tiled", ptx, launch, (_, opcode) => opcode.Contains("shared", StringComparison.Ordinal) ? 123_456 : 9600);
        var counters = counted with { Lines = [.. counted.Lines.Select(WithMemory)] };
        var streams = Enumerable.Range(0, 1200).Select(Stream).ToArray();
        var sass = SassReport.Of(SassSamples.Function("matmul_tiled.sm_80"), counters, SassSamples.Resources("matmul_tiled.sm_80"));
        return new ProfileReport(counters.Kernel, [new StageProfile(counters, 1, [.. GpuModel.All.Select(gpu => GpuProfile.Create(gpu, counters, streams, gpu.Architecture == "sm_80" ? sass : null))])])
        {
            Cuda = new ProfileSource("matmul_tiled.cu", CudaProgramLibrary.Find("matmul_tiled").Text),
            Ptx = new ProfileSource("matmul_tiled.ptx", ptx),
        };
    }

    public static ProfileReport OfHostileNames()
    {
        var counters = new KernelCounters(Hostile, new LaunchShape(1, 1, 1, 32, 1, 1),
        [
            new LineCounters(1, "ld.global" + Hostile)
            {
                Spec = new SourceLine(Hostile, 1), Cuda = new SourceLine(Hostile, 1), WarpExecutions = 1, ActiveLanes = 32, Global = new GlobalCounters(1, 4, 4, 1, 128),
            },
        ]);
        var source = new ProfileSource(Hostile, Hostile + "\n" + Hostile);
        return new ProfileReport(Hostile, [new StageProfile(counters, 1, [GpuProfile.Create(GpuModel.All[0] with { Name = Hostile }, counters)])]) { Spec = source, Cuda = source, Ptx = source, Notes = [Hostile] };
    }

    private static LineCounters WithMemory(LineCounters line) => line switch
    {
        { Opcode: var opcode, WarpExecutions: var count } when opcode.StartsWith("ld.global", StringComparison.Ordinal) || opcode.StartsWith("st.global", StringComparison.Ordinal)
            => line with { Global = new GlobalCounters(count, 7 * count, 4 * count, 2 * count, 128 * count) },
        { Opcode: var opcode, WarpExecutions: var count } when opcode.Contains(".shared", StringComparison.Ordinal)
            => line with { Shared = new SharedCounters(count, 3 * count, count, 128 * count) },
        _ => line,
    };

    private static BlockStream Stream(int block)
    {
        var stream = new BlockStream();
        for (var i = 0; i < 64; i++)
        {
            stream.Add(Lanes.Strided(4, (block * 48 + i) * 128), Lanes.All, 4, i % 4 == 3 ? CacheAccess.Store : CacheAccess.Load);
        }

        return stream;
    }
}
