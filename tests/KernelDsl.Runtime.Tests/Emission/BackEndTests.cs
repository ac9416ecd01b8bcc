using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Runtime.Tests.Programs;
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

    /// <summary>To machine code, because only the assembler behind NVRTC checks the text of inline PTX.</summary>
    [SkippableTheory]
    [InlineData("sm_80")]
    [InlineData("sm_89")]
    [InlineData("sm_90")]
    public void Nvrtc_compiles_the_text_without_a_header(string architecture)
    {
        var compiler = Load();
        foreach (var test in HandBuilt.All)
        {
            var unit = CudaEmission.Emit(test.Program);
            var result = compiler.Compile(unit.Text, $"{test.Program.Name}.cu", architecture, NvrtcOutput.Cubin, [.. CudaEmission.CompilerOptions]);
            var symbols = System.Text.Encoding.Latin1.GetString(result.Code.AsSpan());
            Assert.All(unit.Plan.Stages, stage => Assert.Contains($".text.{stage.Function}\0", symbols, StringComparison.Ordinal));
        }
    }

    [SkippableFact]
    public void Nvrtc_knows_every_function_that_emitted_text_calls()
    {
        var compiler = Load();
        foreach (var test in OperationMatrix.All)
        {
            var unit = CudaEmission.Emit(test.Program);
            var result = compiler.Compile(unit.Text, $"{test.Program.Name}.cu", "sm_80", NvrtcOutput.Ptx, [.. CudaEmission.CompilerOptions]);
            Assert.All(unit.Plan.Stages, stage => Assert.Contains($".entry {stage.Function}(", result.Text, StringComparison.Ordinal));
            Assert.DoesNotContain(".extern", result.Text, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void Products_and_sums_are_not_contracted()
    {
        var unit = CudaEmission.Emit(HandBuilt.Matmul().Program);
        var text = Load().Compile(unit.Text, "matmul.cu", "sm_80", NvrtcOutput.Ptx, [.. CudaEmission.CompilerOptions]).Text;
        Assert.Contains("mul.f32", text.Replace("mul.rn.f32", "mul.f32", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("fma.rn", text, StringComparison.Ordinal);
    }

    private static NvrtcCompiler Load()
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out var compiler, out var probe), probe.Describe());
        return compiler!;
    }
}
