using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Generators.Analysis;
using KernelDsl.Generators.Tests.Harness;
using KernelDsl.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Diagnostic = Microsoft.CodeAnalysis.Diagnostic;
using DiagnosticSeverity = Microsoft.CodeAnalysis.DiagnosticSeverity;

namespace KernelDsl.Generators.Tests;

/// <summary>What the analyzer says of C# that uses generated classes; <c>[|…|]</c> marks the place.</summary>
public sealed class AnalyzerTests
{
    private const string Spec = """
        kernel scale<T: f16 | f32, const D: 64 | 128 = 64, const N = 3>(x: T[i: D * M]) -> y: T[i] { y = x * N; }
        kernel plain(x: f32[i: M]) -> y: f32[i] { y = x; }
        example scale small { T = f32, M = 2, D = 64, N = 5 }
        """;

    [Theory]
    [InlineData("KD7031", "App.Scale<[|double|]>.Compile(device);")]
    [InlineData("KD7031", "App.Scale<[|System.DateTime|]>? k = null; _ = k;")]
    [InlineData("KD7032", "App.Scale<float>.Compile(device, D: [|63|]);")]
    [InlineData("KD7032", "App.Scale<float>.Compile(device, [|63|]);")]
    [InlineData("KD7032", "const int Wrong = 65; App.Scale<float>.Run(device, x, x, D: [|Wrong|]);")]
    [InlineData("KD7032", "App.Scale<float>.Run(device, x, x, N: [|-1|]);")]
    [InlineData(null, "App.Scale<System.Half>.Compile(device, D: 128, N: 7); App.Scale<float>.Run(device, x, x); long free = 63; App.Scale<float>.Compile(device, D: free); App.Plain.Run(device, x, x);")]
    public async Task Use_that_cannot_work_is_reported_at_its_place(string? id, string body) => await Check(id, body, []);

    [Theory]
    [InlineData("KD7033", "[|App.Scale<float>.Compile(device, D: 64, N: 9)|];", "sm_80")]
    [InlineData("KD7033", "[|App.Plain.Run(device, x, x)|];", "")]
    [InlineData(null, "App.Scale<float>.Compile(device, D: 128, N: 3); App.Scale<float>.Compile(device, D: 64, N: 5); App.Scale<float>.Run(device, x, x); App.Plain.Compile(device);", "sm_80")]
    public async Task Sealed_program_needs_its_variants_in_the_pack(string? id, string body, string targets)
        => await Check(id, body, [("KernelDslPolicy", "Sealed"), ("KernelDslTargets", targets)]);

    [Fact]
    public async Task Missing_variant_is_named()
    {
        var (_, diagnostics) = await Analyze("App.Scale<float>.Compile(device, N: 9);", [("KernelDslPolicy", "sealed"), ("KernelDslTargets", "sm_80")]);
        Assert.Equal("Kernel 'scale' is not compiled ahead of time for T=f32, N=9, and KernelDslPolicy is Sealed.", Assert.Single(diagnostics).GetMessage(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Type_parameter_says_nothing_yet()
        => Assert.Empty((await Analyze("G<int>(device); static void G<T>(KernelDsl.Runtime.KernelDevice d) where T : unmanaged => App.Scale<T>.Compile(d);", [])).Diagnostics);

    [Fact]
    public void Diagnostics_are_those_of_the_catalogue()
    {
        var known = DiagnosticCatalogue.All.ToDictionary(d => d.Id, StringComparer.Ordinal);
        Assert.Equal(["KD7031", "KD7032", "KD7033"], new KernelUseAnalyzer().SupportedDiagnostics.Select(d => d.Id));
        Assert.All(new KernelUseAnalyzer().SupportedDiagnostics, d =>
        {
            Assert.Equal((known[d.Id].Title, known[d.Id].MessageFormat), (d.Title.ToString(System.Globalization.CultureInfo.InvariantCulture), d.MessageFormat.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            Assert.Equal(DiagnosticSeverity.Warning, d.DefaultSeverity);
        });
    }

    private static async Task Check(string? id, string marked, (string, string)[] settings)
    {
        if (id is null)
        {
            Assert.Empty((await Analyze(marked, settings)).Diagnostics);
            return;
        }

        var text = MarkedText.Parse(marked);
        var (offset, diagnostics) = await Analyze(text.Text, settings);
        var diagnostic = Assert.Single(diagnostics);
        Assert.Equal((id, offset + text.Span.Start, text.Span.Length), (diagnostic.Id, diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length));
    }

    private static async Task<(int Offset, ImmutableArray<Diagnostic> Diagnostics)> Analyze(string body, (string, string)[] settings)
    {
        const string Before = "class C { void M(KernelDsl.Runtime.KernelDevice device, KernelDsl.Runtime.TensorRef<float> x) { ";
        var properties = new Settings([("RootNamespace", "App"), ("ProjectDir", Project.Folder), .. settings]);
        var run = (Project.With(("s.kdsl", Spec)) with { Settings = properties, Sources = [Before + body + " } }"] }).Run();
        Assert.DoesNotContain(run.Problems, d => d.Severity == DiagnosticSeverity.Error && d.Id != "CS0315");
        var options = new AnalyzerOptions([], properties);
        var analyzed = run.Compilation.WithAnalyzers([new KernelUseAnalyzer()], options);
        return (Before.Length, await analyzed.GetAnalyzerDiagnosticsAsync());
    }
}
