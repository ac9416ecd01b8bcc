using KernelDsl.Compiler.Tiles;
using KernelDsl.Runtime;
using KernelDsl.Runtime.Jit;
using KernelDsl.Testing.Execution;

namespace KernelDsl.Kernels.Tests.Harness;

/// <summary>All cases, compiled together: one assembly and one run of g++ cost much less than one for each.</summary>
public sealed class CompiledCases
{
    private static readonly Lazy<ImmutableArray<PreparedCase>> s_cases = new(() => OracleCases.All.SelectMany(c => c.Prepare()).ToImmutableArray());

    private static readonly Lazy<Dictionary<string, PreparedCase>> s_byName = new(() => All.ToDictionary(c => c.Name, StringComparer.Ordinal));

    private readonly Lazy<Dictionary<string, CompiledKernel>> _cpu = new(() => Compile(All, programs => CpuJit.CompileMany(programs)));
    private readonly Lazy<Dictionary<string, CompiledKernel>> _cuda = new(() => Compile(AsCuda, programs => HostCudaRunner.CompileMany(programs).CastArray<CompiledKernel>()));

    internal static ImmutableArray<PreparedCase> All => s_cases.Value;

    /// <summary>
    /// The cases that also run as CUDA text: g++ takes its time, and how each element type is stored and converted is tested with the emitters.
    /// </summary>
    internal static IEnumerable<PreparedCase> AsCuda => All.Where(c => c.Work.Kernel.TypeParameters.All(
        type => c.Work.Sizes.Types[type.Name] == (type.Allowed.Contains(ElementType.F32) ? ElementType.F32 : type.Allowed[0])));

    internal static PreparedCase Find(string name) => s_byName.Value[name];

    internal RunResult RunOnCpu(PreparedCase prepared) => Run("cpu", _cpu.Value[prepared.ProgramKey], prepared);

    internal RunResult RunAsCuda(PreparedCase prepared) => Run("cuda", _cuda.Value[prepared.ProgramKey], prepared);

    private static Dictionary<string, CompiledKernel> Compile(IEnumerable<PreparedCase> cases, Func<ImmutableArray<LoopProgram>, ImmutableArray<CompiledKernel>> compile)
    {
        var distinct = cases.DistinctBy(c => c.ProgramKey).ToArray();
        var kernels = compile(distinct.Select(c => PlainSchedule.Lower(c.Work.Kernel, c.Work.Instance)).ToImmutableArray());
        return distinct.Zip(kernels).ToDictionary(pair => pair.First.ProgramKey, pair => pair.Second, StringComparer.Ordinal);
    }

    private static RunResult Run(string name, CompiledKernel kernel, PreparedCase prepared)
    {
        using var device = new PrecompiledDevice(name, kernel);
        return device.Run(prepared.Work);
    }

    private sealed class PrecompiledDevice(string name, CompiledKernel kernel) : CompiledDevice
    {
        public override string Name => name;

        protected override CompiledKernel Compile(LoopProgram program, KernelCase work) => new Kept(kernel);

        /// <summary>Outlives the run that disposes of it.</summary>
        private sealed class Kept(CompiledKernel kernel) : CompiledKernel
        {
            public override string Name => kernel.Name;

            public override TimeSpan Run(KernelArguments arguments) => kernel.Run(arguments);
        }
    }
}
