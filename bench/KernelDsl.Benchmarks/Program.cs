using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

if (args is ["kernels", var count, var path])
{
    File.WriteAllText(path, KernelDsl.Benchmarks.KernelFiles.WithKernels(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture)));
    return;
}

if (args is ["generator", var specs, var mode])
{
    KernelDsl.Benchmarks.GeneratorTiming.Run(int.Parse(specs, System.Globalization.CultureInfo.InvariantCulture), isDesignTime: mode == "design", embedsCuda: mode == "cuda");
    return;
}

var job = Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance);
var artifacts = Path.Combine(KernelDsl.Benchmarks.KernelFiles.Library(), "..", "..", "artifacts", "benchmarks");
BenchmarkSwitcher.FromAssembly(typeof(KernelDsl.Benchmarks.CompilerBenchmarks).Assembly)
    .Run(args.Length == 0 ? ["--filter", "*"] : args, DefaultConfig.Instance.AddJob(job).WithArtifactsPath(artifacts));
