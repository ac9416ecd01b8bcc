using KernelDsl.Runtime.Jit;
using KernelDsl.Runtime.Tests.Programs;
using KernelDsl.Testing.Execution;

namespace KernelDsl.Runtime.Tests.Emission;

public sealed class HandBuiltTests(HandBuiltTests.HostKernels host) : IClassFixture<HandBuiltTests.HostKernels>
{
    public static TheoryData<string> Names => [.. HandBuilt.All.Select(c => c.Program.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Jit_agrees_with_the_interpreter(string name)
    {
        var program = Find(name);
        program.Check(CpuJit.Compile(program.Program));
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Cuda_on_the_host_agrees_with_the_interpreter(string name)
    {
        Skip.IfNot(HostCudaRunner.IsAvailable, "g++ is not on the path.");
        Find(name).Check(host.Find(name));
    }

    private static ProgramCase Find(string name) => HandBuilt.All.Single(c => c.Program.Name == name);

    /// <summary>All programs, compiled together.</summary>
    public sealed class HostKernels
    {
        private readonly Lazy<ImmutableArray<HostCudaRunner>> _kernels = new(() => HostCudaRunner.CompileMany(HandBuilt.All.Select(c => c.Program).ToImmutableArray()));

        internal CompiledKernel Find(string name) => _kernels.Value.Single(k => k.Name == name);
    }
}
