using BenchmarkDotNet.Attributes;
using KernelDsl.Compiler;
using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Compiler.Scheduling;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Benchmarks;

/// <summary>How long the compiler takes for a file of many kernels.</summary>
[MemoryDiagnoser]
public class CompilerBenchmarks
{
    private SourceText _source = new(string.Empty, string.Empty);
    private BoundKernel[] _kernels = [];

    /// <summary>The number of kernels in the file.</summary>
    [Params(200)]
    public int Kernels { get; set; }

    /// <summary>Makes the file.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _source = new SourceText("bench.kdsl", KernelFiles.WithKernels(Kernels));
        var compilation = KernelCompilation.Create(_source);
        if (compilation.HasErrors || compilation.Module.Kernels.Length != Kernels)
        {
            throw new InvalidOperationException($"{compilation.Module.Kernels.Length} kernels; " + string.Join("\n", compilation.Diagnostics.Take(5)));
        }

        _kernels = [.. compilation.Module.Kernels];
    }

    /// <summary>Parses and binds the file, as <c>kdsl check</c> does.</summary>
    [Benchmark]
    public object Check() => KernelCompilation.Create(_source);

    /// <summary>Lowers every kernel of the bound file and emits its CUDA C.</summary>
    [Benchmark]
    public int LowerAndEmitCuda() => _kernels.Sum(kernel => CudaEmission.Emit(PlainSchedule.Lower(kernel, InstanceOf(kernel))).Text.Length);

    private static KernelInstance InstanceOf(BoundKernel kernel) => new(
        kernel.TypeParameters.ToImmutableDictionary(type => type.Name, type => type.Allowed[0]),
        kernel.Consts.ToImmutableDictionary(constant => constant.Name, constant => constant.Default ?? constant.Allowed.FirstOrDefault(2)));
}
