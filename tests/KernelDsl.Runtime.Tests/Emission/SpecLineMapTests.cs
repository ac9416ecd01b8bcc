using KernelDsl.Compiler;
using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Compiler.Scheduling;
using KernelDsl.Compiler.Text;
using KernelDsl.Plans;

namespace KernelDsl.Runtime.Tests.Emission;

public sealed class SpecLineMapTests
{
    private const string Spec = """
        kernel norm(x: f32[i: M, k: K], w: f32[k]) -> y: f32[i, k]
        {
            let square[i] = sum[k](x * x);

            y = x * w
                / sqrt(square);
        }
        """;

    [Fact]
    public void Lines_of_cuda_c_lead_to_the_definition_they_come_from()
    {
        var compilation = KernelCompilation.Create(new SourceText("norm.kdsl", Spec));
        var kernel = compilation.Module.Kernels[0];
        var instance = new KernelInstance(ImmutableDictionary<string, ElementType>.Empty, ImmutableDictionary<string, long>.Empty);
        var program = PlainSchedule.Lower(kernel, instance);
        var unit = CudaEmission.Emit(program, new CudaOptions(Source: compilation.Source));
        var lines = unit.Text.Split('\n');
        int LineWith(string text) => Array.FindIndex(lines, line => line.Contains(text, StringComparison.Ordinal)) + 1;
        Assert.Equal("norm.kdsl", unit.Lines!.File);
        Assert.Equal(3, unit.Lines.SpecLine(LineWith("sum_0 = sum_0 +")));
        Assert.Equal(5, unit.Lines.SpecLine(LineWith("sqrtf(")));
        Assert.Equal(0, unit.Lines.SpecLine(1));
        Assert.Equal(unit.Text, CudaEmission.Emit(program).Text);
        Assert.Null(CudaEmission.Emit(program).Lines);
    }

    [Fact]
    public void Map_survives_its_text()
    {
        var map = new SpecLineMap("a b\tc\n.kdsl", [new SpecLineStart(12, 3), new SpecLineStart(15, 0), new SpecLineStart(20, 4)]);
        var read = SpecLineMap.Parse(map.ToText())!;
        Assert.Equal("a bc.kdsl", read.File);
        Assert.Equal(map.Starts.ToArray(), read.Starts.ToArray());
        Assert.Equal([0, 3, 3, 0, 4, 4], ((int[])[11, 12, 14, 15, 20, 9999]).Select(read.SpecLine));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12:3")]
    [InlineData("12:x \tf")]
    [InlineData("12 \tf")]
    [InlineData("99999999999:1 \tf")]
    public void Text_that_is_no_map_is_none(string text) => Assert.Null(SpecLineMap.Parse(text));
}
