using KernelDsl.Compiler.Tiles;
using KernelDsl.Runtime;
using KernelDsl.Runtime.Jit;
using KernelDsl.Testing.Execution;

namespace KernelDsl.Kernels.Tests.Harness;

/// <summary>All cases, compiled together: one assembly and one run of g++ cost much less than one for each.</summary>
public sealed class CompiledCases
{
    private static readonly Lazy<ImmutableArray<PreparedCase>> s_cases = new(() => OracleCases.All.SelectMany(c => c.Prepare()).ToImmutableArray());

    private readonly Lazy<ImmutableArray<CompiledKernel>> _cpu = new(() => CpuJit.CompileMany(Programs()));
    private readonly Lazy<ImmutableArray<HostCudaRunner>> _cuda = new(() => HostCudaRunner.CompileMany(Programs()));

    internal static ImmutableArray<PreparedCase> All => s_cases.Value;

    internal RunResult RunOnCpu(PreparedCase prepared) => Run("cpu", _cpu.Value[All.IndexOf(prepared)], prepared);

    internal RunResult RunAsCuda(PreparedCase prepared) => Run("cuda", _cuda.Value[All.IndexOf(prepared)], prepared);

    private static ImmutableArray<LoopProgram> Programs() => All.Select(c => PlainSchedule.Lower(c.Work.Kernel, c.Work.Instance)).ToImmutableArray();

    private static RunResult Run(string name, CompiledKernel kernel, PreparedCase prepared)
    {
        using var device = new PrecompiledDevice(name, kernel);
        return device.Run(prepared.Work);
    }

    private sealed class PrecompiledDevice(string name, CompiledKernel kernel) : CompiledDevice
    {
        public override string Name => name;

        protected override CompiledKernel Compile(LoopProgram program) => new Kept(kernel);

        /// <summary>Outlives the run that disposes of it.</summary>
        private sealed class Kept(CompiledKernel kernel) : CompiledKernel
        {
            public override string Name => kernel.Name;

            public override TimeSpan Run(KernelArguments arguments) => kernel.Run(arguments);
        }
    }
}
