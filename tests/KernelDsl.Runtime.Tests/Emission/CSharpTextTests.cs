using KernelDsl.Compiler.Emission.CSharp;
using KernelDsl.Compiler.Text;
using KernelDsl.Compiler.Tiles;
using KernelDsl.Runtime.Jit;
using KernelDsl.Runtime.Tests.Programs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using static KernelDsl.Runtime.Tests.Programs.Build;

namespace KernelDsl.Runtime.Tests.Emission;

/// <summary>Emitted C# is at home in any project.</summary>
public sealed class CSharpTextTests
{
    /// <summary>Types of a user that have the names of the framework's, around the emitted class.</summary>
    private const string Hostile = """
        namespace User
        {
            internal static class System { }
            internal static class Math { }
            internal static class KernelDsl { }
            internal static class Volatile { }
            internal struct Single { }
        }
        """;

    [Theory]
    [MemberData(nameof(ProgramSuites.Names), MemberType = typeof(ProgramSuites))]
    public void Emitted_class_compiles_among_hostile_names_without_a_warning(string name)
    {
        var unit = CSharpEmission.Emit(ProgramSuites.Find(name).Program, new CSharpOptions("Emitted", "User"));
        Assert.DoesNotContain("unsafe", unit.Text, StringComparison.Ordinal);
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, checkOverflow: true, generalDiagnosticOption: ReportDiagnostic.Error, warningLevel: 9,
            nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create(
            "User",
            new[] { unit.Text, Hostile }.Select(text => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.CSharp13))),
            KernelAssembly.References,
            options);
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning && !d.IsSuppressed));
    }

    [Fact]
    public void Statement_from_the_spec_carries_its_place()
    {
        var source = new SourceText("a/b.kdsl", "kernel k\n  y[i] = 1\n");
        var unit = CSharpEmission.Emit(Placed(source), new CSharpOptions("Emitted", Source: source));
        Assert.Contains("#line (2,3)-(2,11) 9999 \"a/b.kdsl\"\n", unit.Text, StringComparison.Ordinal);
        var statement = CSharpSyntaxTree.ParseText(unit.Text).GetRoot().DescendantNodes().Single(n => n.ToString() == "y[0L] = 1.0f;");
        var place = statement.GetLocation().GetMappedLineSpan();
        Assert.Equal(("a/b.kdsl", 1, 2), (place.Path, place.StartLinePosition.Line, place.StartLinePosition.Character));
    }

    [Fact]
    public void Places_are_off_by_default()
    {
        var source = new SourceText("a/b.kdsl", "kernel k\n  y[i] = 1\n");
        Assert.DoesNotContain("#line", CSharpEmission.Emit(Placed(source), new CSharpOptions("Emitted")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Program_that_is_not_well_typed_is_refused()
    {
        var y = Output("y", ElementType.F32, I(1));
        var program = Program("wrong", [], [y], Launch("wrong", [], new Store(y, I(0), I(1))));
        var error = Assert.Throws<InvalidOperationException>(() => CpuJit.Compile(program));
        Assert.Contains("a value stored in 'y' is I64, not F32", error.Message, StringComparison.Ordinal);
    }

    private static LoopProgram Placed(SourceText source)
    {
        var y = Output("y", ElementType.F32, I(1));
        var span = TextSpan.FromBounds(source.Text.IndexOf('y'), source.Text.IndexOf('y') + 8);
        return Program("placed", [], [y], Launch("placed", [], new Store(y, I(0), F(1)) { Source = span }));
    }
}
