using KernelDsl.Runtime.Cuda;
using KernelDsl.Testing.CudaPrograms;
using KernelDsl.Testing.Execution;

namespace KernelDsl.Profiling.Tests.CudaPrograms;

public sealed class CudaProgramTests
{
    public static TheoryData<string> All => [.. CudaProgramLibrary.All.Select(program => program.Name)];

    public static TheoryData<string> OnHost => [.. CudaProgramLibrary.All.Where(program => program.RunsOnHost).Select(program => program.Name)];

    [SkippableTheory]
    [MemberData(nameof(OnHost))]
    public void Program_computes_what_is_expected(string name)
    {
        Skip.IfNot(HostCudaRunner.IsAvailable, "There is no g++ on the path.");
        var program = CudaProgramLibrary.Find(name);
        Assert.All(program.Arguments.OfType<CudaArray>().Zip(HostCudaProgram.Run(program, program.Text)), item => Assert.True(item.First.Accepts(item.Second), item.First.Name));
    }

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void Nvrtc_compiles_the_program_without_a_header(string name)
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out var compiler, out var probe), probe.Describe());
        var program = CudaProgramLibrary.Find(name);
        foreach (var architecture in (string[])["sm_80", "sm_90"])
        {
            var result = compiler!.Compile(program.Text, name + ".cu", architecture, NvrtcOutput.Cubin, "--std=c++17", "--fmad=false");
            Assert.Contains($".text.{name}\0", System.Text.Encoding.Latin1.GetString(result.Code.AsSpan()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Array_that_differs_in_one_word_is_not_accepted()
    {
        var exact = CudaArray.Out("y", [1f, 2f]);
        Assert.True(exact.Accepts(exact.Expected.AsSpan()));
        Assert.False(exact.Accepts([exact.Expected[0], exact.Expected[1] + 1]));
        Assert.True((exact with { Tolerance = 1e-6 }).Accepts([exact.Expected[0], exact.Expected[1] + 1]));
        Assert.False((exact with { Tolerance = 1e-6 }).Accepts([exact.Expected[0], BitConverter.SingleToInt32Bits(float.NaN)]));
    }
}
