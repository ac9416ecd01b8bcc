using KernelDsl.Generators.Tests.Harness;

namespace KernelDsl.Generators.Tests;

/// <summary>What is wrong with a spec is reported by the build, at the place.</summary>
public sealed class DiagnosticTests
{
    [Theory]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] {\n    y = zz;\n}\n", "KD2001", 1, 8, 10)]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] {\r\n\ty = zz;\r\n}\r\n", "KD2001", 1, 5, 7)]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { /* \U0001F600 */ y = zz; }", "KD2001", 0, 51, 53)]
    [InlineData("\ufeffkernel f(x: f32[i: N]) -> y: f32[i] { y = zz; }", "KD2001", 0, 43, 45)]
    public void Error_is_at_its_place(string text, string id, int line, int start, int end)
    {
        var diagnostic = Assert.Single(Project.With(("specs/f.kdsl", text)).Run().Diagnostics);
        Assert.Equal((id, DiagnosticSeverity.Error), (diagnostic.Id, diagnostic.Severity));
        var place = diagnostic.Location.GetLineSpan();
        Assert.Equal(Project.Folder + "specs/f.kdsl", place.Path);
        Assert.Equal((line, start, line, end), (place.StartLinePosition.Line, place.StartLinePosition.Character, place.EndLinePosition.Line, place.EndLinePosition.Character));
        Assert.Equal("zz", text.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length));
    }

    [Fact]
    public void Diagnostic_is_shown_as_msbuild_reads_it()
    {
        var diagnostic = Assert.Single(Project.With(("f.kdsl", "kernel f(x: f32[i: N]) -> y: f32[i] {\n    y = zz;\n}\n")).Run().Diagnostics);
        Assert.StartsWith($"{Project.Folder}f.kdsl(2,9): error KD2001: ", diagnostic.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_and_advice_keep_their_severity_and_do_not_stop_the_kernel()
    {
        var text = "kernel f<T: f16 | bf16 | f32 | f64 | f8e4m3, U: f16 | bf16 | f32 | f64 | f8e4m3, V: f16 | bf16 | f32>(a: T[i: M], b: U[i], c: V[i], unused: f32[i]) -> y: T[i] { y = a * b * c; }\n"
            + "example f small { T = f32, U = f16, V = f32, M = 4 }";
        var run = Project.With(("f.kdsl", text)).Run();
        Assert.Equal(
            [("KD6001", DiagnosticSeverity.Warning), ("KD6005", DiagnosticSeverity.Info)],
            run.Diagnostics.OrderBy(d => d.Id, StringComparer.Ordinal).Select(d => (d.Id, d.Severity)));
        Assert.Empty(run.Problems);
        Assert.Equal(["T=f32,U=f16,V=f32"], run.Text("F.Code.g.cs").Split('\n').Select(line => line.Trim(' ', '"', ',')).Where(line => line.StartsWith("T=", StringComparison.Ordinal)));
    }

    [Fact]
    public void Kernel_with_an_error_has_its_class_and_hides_no_other()
    {
        var run = (Project.With(("f.kdsl", "kernel bad(x: f32[i: N]) -> y: f32[i] { y = zz; }\nkernel good(x: f32[i: N]) -> y: f32[i] { y = x; }"), ("g.kdsl", "kernel other(x: f32[i: N]) -> y: f32[i] { y = x; }")) with
        {
            Sources = ["class C { void M(KernelDsl.Runtime.KernelDevice d, KernelDsl.Runtime.TensorRef<float> x) { App.Bad.Run(d, x, x); App.Good.Run(d, x, x); App.Other.Compile(d).Launch(x, x); } }"],
        }).Run();
        Assert.Equal("KD2001", Assert.Single(run.Diagnostics).Id);
        Assert.Empty(run.Problems);
        Assert.Equal(["Bad.g.cs", "Good.Code.g.cs", "Good.g.cs", "Other.Code.g.cs", "Other.g.cs"], run.Hints.Order(StringComparer.Ordinal));
        Assert.Contains("throw new global::System.InvalidOperationException(\"The spec of kernel 'bad' has errors.\")", run.Text("Bad.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Kernel_whose_signature_is_broken_has_no_class_and_hides_no_other()
    {
        var run = Project.With(("f.kdsl", "kernel bad(x: f32[i: N) -> y: f32[i] { y = x; }\nkernel good(x: f32[i: N]) -> y: f32[i] { y = x; }")).Run();
        Assert.NotEmpty(run.Diagnostics);
        Assert.Equal(["Good.Code.g.cs", "Good.g.cs"], run.Hints.Order(StringComparer.Ordinal));
        Assert.Empty(run.Problems);
    }

    [Theory]
    [InlineData("")]
    [InlineData("kernel")]
    [InlineData("kernel f(")]
    [InlineData("\0\u0001 ;;; }}} \ud800")]
    public void Any_text_is_answered(string text)
    {
        var run = Project.With(("a.kdsl", text), ("b.kdsl", "kernel other(x: f32[i: N]) -> y: f32[i] { y = x; }")).Run();
        Assert.Null(run.Result.Exception);
        Assert.Contains("Other.g.cs", run.Hints);
        Assert.DoesNotContain(run.Diagnostics, d => d.Id == "KD0001");
    }
}
