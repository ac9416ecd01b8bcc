using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Testing.Execution;

namespace KernelDsl.Runtime.Tests.Emission;

/// <summary>Each back end against the interpreter, on the same programs.</summary>
public sealed class BackEndTests(ProgramSuites suites) : IClassFixture<ProgramSuites>
{
    [Theory]
    [MemberData(nameof(ProgramSuites.Names), MemberType = typeof(ProgramSuites))]
    public void Jit_agrees_with_the_interpreter(string name) => ProgramSuites.Find(name).Check(suites.Jit(name));

    [SkippableTheory]
    [MemberData(nameof(ProgramSuites.Names), MemberType = typeof(ProgramSuites))]
    public void Cuda_on_the_host_agrees_with_the_interpreter(string name)
    {
        Skip.IfNot(HostCudaRunner.IsAvailable, "g++ is not on the path.");
        ProgramSuites.Find(name).Check(suites.Host(name));
    }

    /// <summary>The small programs for every architecture; of the others a few, because NVRTC takes its time.</summary>
    [SkippableTheory]
    [InlineData("sm_80")]
    [InlineData("sm_89")]
    [InlineData("sm_90")]
    public void Nvrtc_compiles_the_text_without_a_header(string architecture)
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out var compiler, out var probe), probe.Describe());
        foreach (var test in ProgramSuites.All.Take(architecture == "sm_80" ? 30 : 12))
        {
            var unit = CudaEmission.Emit(test.Program);
            var result = compiler!.Compile(unit.Text, $"{test.Program.Name}.cu", architecture, NvrtcOutput.Ptx, [.. CudaEmission.CompilerOptions]);
            Assert.All(unit.Plan.Stages, stage => Assert.Contains($".entry {stage.Function}(", result.Text, StringComparison.Ordinal));
            Assert.DoesNotContain("fma.rn", test.Program.Name == "matmul" ? result.Text : string.Empty, StringComparison.Ordinal);
        }
    }
}
