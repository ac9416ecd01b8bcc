using System.Diagnostics;
using System.Runtime.Loader;
using KernelDsl.Compiler;
using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Emission.CSharp;
using KernelDsl.Compiler.Scheduling;
using KernelDsl.Compiler.Text;
using KernelDsl.Runtime.Cpu;
using KernelDsl.Runtime.Jit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SourceText = KernelDsl.Compiler.Text.SourceText;

namespace KernelDsl.Runtime.Tests.Emission;

/// <summary>What emitted code does is found in the spec: stack traces name its lines.</summary>
public sealed class SourcePlaceTests
{
    private const string Path = "/specs/products.kdsl";

    private const string Spec = """
        kernel product(a: f32[i: M, k: K] csr, x: f32[k: K]) -> y: f32[i], n: f32[i] {
            let scaled[i] =
                2.0 *
                sum[k](
                    a *
                    x);
            n = sum[k](a);
            y = scaled * 3.0
                + n;
        }
        """;

    [Theory]
    [InlineData(OptimizationLevel.Debug)]
    [InlineData(OptimizationLevel.Release)]
    public void Exception_of_emitted_code_names_the_line_of_the_expression(OptimizationLevel level)
    {
        var error = Assert.Throws<KernelBoundsException>(() => Run(level, offsets: [0, 2, 99]));
        var frames = new StackTrace(error, fNeedFileInfo: true).GetFrames().Where(frame => frame.GetFileName() == Path).ToArray();

        // Offsets that lie make the loop of the first sum read past the end of what is stored.
        Assert.Equal(4, Assert.Single(frames).GetFileLineNumber());
    }

    [Fact]
    public void Every_statement_of_an_equation_lies_on_its_lines()
    {
        var source = new SourceText(Path, Spec);
        var text = CSharpEmission.Emit(Lower(source), new CSharpOptions("Emitted", Source: source)).Text;
        var tree = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.CSharp12));
        Assert.Empty(tree.GetDiagnostics());
        var bodies = tree.GetRoot().DescendantNodes().OfType<ForStatementSyntax>()
            .Where(loop => !loop.Ancestors().OfType<ForStatementSyntax>().Any());
        var places = bodies.SelectMany(loop => loop.DescendantNodesAndSelf().OfType<StatementSyntax>())
            .Where(statement => statement is not BlockSyntax)
            .Select(statement => (Statement: statement.ToString(), Place: statement.GetLocation().GetMappedLineSpan())).ToArray();
        Assert.NotEmpty(places);
        Assert.All(places, place => Assert.True(
            place.Place.Path == Path && place.Place.StartLinePosition.Line is >= 1 and <= 8, $"{place.Place}: {place.Statement}"));
        Assert.Contains(places, place => place.Place.StartLinePosition == new Microsoft.CodeAnalysis.Text.LinePosition(4, 12));
    }

    [Fact]
    public void Directives_take_less_than_two_thirds_of_the_text()
    {
        var source = new SourceText(Path, Spec);
        var text = CSharpEmission.Emit(Lower(source), new CSharpOptions("Emitted", Source: source)).Text;
        var directives = text.Split('\n').Where(line => line.StartsWith("#line", StringComparison.Ordinal)).Sum(line => line.Length);
        Assert.InRange(directives, 1, text.Length * 2 / 3);
    }

    private static KernelDsl.Compiler.Tiles.LoopProgram Lower(SourceText source)
    {
        var compilation = KernelCompilation.Create(source);
        Assert.Empty(compilation.Diagnostics);
        return PlainSchedule.Lower(
            compilation.Module.Kernels[0], new KernelInstance(ImmutableDictionary<string, ElementType>.Empty, ImmutableDictionary<string, long>.Empty));
    }

    private static void Run(OptimizationLevel level, int[] offsets)
    {
        var source = new SourceText(Path, Spec);
        var unit = CSharpEmission.Emit(Lower(source), new CSharpOptions("Emitted", IsPublic: true, Source: source));
        var tree = CSharpSyntaxTree.ParseText(
            Microsoft.CodeAnalysis.Text.SourceText.From(unit.Text, System.Text.Encoding.UTF8), new CSharpParseOptions(LanguageVersion.CSharp12), path: "Emitted.g.cs");
        var compilation = CSharpCompilation.Create(
            "Emitted", [tree], KernelAssembly.References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: level));
        using var image = new MemoryStream();
        using var symbols = new MemoryStream();
        var result = compilation.Emit(image, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        (image.Position, symbols.Position) = (0, 0);
        var assembly = new AssemblyLoadContext("places", isCollectible: true).LoadFromStream(image, symbols);
        var stages = assembly.GetType("Emitted")!.GetMethod("CreateStages")!.CreateDelegate<Func<CpuStage[]>>()();
        var kernel = new CpuKernel(unit.Plan, stages, new CpuOptions(MaximumDegree: 1));
        var arguments = new KernelArguments();
        arguments.Buffers["a__values"] = Buffer<float>(ElementType.F32, [1, 2, 3]);
        arguments.Buffers["a__offsets"] = Buffer<int>(ElementType.I32, offsets);
        arguments.Buffers["a__indices"] = Buffer<int>(ElementType.I32, [0, 1, 0]);
        arguments.Buffers["x"] = Buffer<float>(ElementType.F32, [1, 1]);
        arguments.Buffers["y"] = new HostBuffer(ElementType.F32, 2);
        arguments.Buffers["n"] = new HostBuffer(ElementType.F32, 2);
        (arguments.Integers["M"], arguments.Integers["K"], arguments.Integers["a_nnz"]) = (2, 2, 3);
        kernel.Run(arguments);
    }

    private static HostBuffer Buffer<T>(ElementType element, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var buffer = new HostBuffer(element, values.Length);
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).CopyTo(buffer.Bytes);
        return buffer;
    }
}
