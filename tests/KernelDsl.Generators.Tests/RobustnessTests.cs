using KernelDsl.Generators.Tests.Harness;

namespace KernelDsl.Generators.Tests;

/// <summary>Files that are listed twice, names that clash, and errors of our own.</summary>
public sealed class RobustnessTests
{
    private const string Spec = "kernel f(x: f32[i: N]) -> y: f32[i] { y = x; }";

    [Fact]
    public void Exception_is_an_error_of_its_file_and_hides_no_other()
    {
        var generator = new KernelDslGenerator(path =>
        {
            if (path.EndsWith("bad.kdsl", StringComparison.Ordinal))
            {
                throw new InvalidOperationException("the {seam}");
            }
        });
        var run = Project.With(("bad.kdsl", Spec), ("good.kdsl", Spec.Replace(" f(", " g(", StringComparison.Ordinal))).Run(generator);
        var diagnostic = Assert.Single(run.Diagnostics);
        Assert.Equal(("KD0001", DiagnosticSeverity.Error, Project.Folder + "bad.kdsl"), (diagnostic.Id, diagnostic.Severity, diagnostic.Location.GetLineSpan().Path));
        Assert.Contains("the {seam}", diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Equal(["G.Code.g.cs", "G.g.cs"], run.Hints.Order(StringComparer.Ordinal));
        Assert.Null(run.Result.Exception);
    }

    [Fact]
    public void Cancellation_is_no_error_and_the_next_run_is_whole()
    {
        using var cancel = new CancellationTokenSource();
        var isFirst = true;
        var project = Project.With(("a.kdsl", Spec));
        var driver = project.Driver(new KernelDslGenerator(_ =>
        {
            if (isFirst)
            {
                isFirst = false;
                cancel.Cancel();
                cancel.Token.ThrowIfCancellationRequested();
            }
        }));
        Assert.ThrowsAny<OperationCanceledException>(() => driver.RunGenerators(project.Compilation(), cancel.Token));
        var result = Assert.Single(driver.RunGenerators(project.Compilation()).GetRunResult().Results);
        Assert.Equal(2, result.GeneratedSources.Length);
        Assert.Empty(result.Diagnostics);
    }

    [Fact]
    public void File_listed_twice_is_compiled_once()
    {
        var once = Project.With(("specs/f.kdsl", Spec));
        var run = (once with { Specs = [.. once.Specs, .. once.Specs, new TextFile(Project.Folder + "other/../specs/./f.kdsl", Spec), new TextFile(Project.Folder + "specs\\f.kdsl", Spec)] }).Run();
        Assert.Empty(run.Diagnostics);
        Assert.Equal(["specs/F.Code.g.cs", "specs/F.g.cs"], run.Hints.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Class_name_that_is_taken_is_an_error_at_the_later_file()
    {
        var run = Project.With(("b/gelu.kdsl", Spec), ("a/gelu.kdsl", "\n" + Spec)).Run();
        var diagnostic = Assert.Single(run.Diagnostics);
        Assert.Equal("KD7030", diagnostic.Id);
        Assert.StartsWith($"{Project.Folder}b/gelu.kdsl(1,8): error KD7030: The class 'App.F' is already made of a kernel in '{Project.Folder}a/gelu.kdsl'.", diagnostic.ToString(), StringComparison.Ordinal);
        Assert.Equal(["a/F.Code.g.cs", "a/F.g.cs"], run.Hints.Order(StringComparer.Ordinal));
        Assert.Empty(run.Problems);
    }

    [Fact]
    public void Two_kernels_of_one_class_name_in_a_file_are_an_error_at_the_second()
    {
        var run = Project.With(("f.kdsl", "kernel ab_c(x: f32[i: N]) -> y: f32[i] { y = x; }\nkernel abC(x: f32[i: N]) -> y: f32[i] { y = x; }")).Run();
        Assert.Contains("f.kdsl(2,8): error KD7030", Assert.Single(run.Diagnostics).ToString(), StringComparison.Ordinal);
        Assert.Empty(run.Problems);
    }

    [Fact]
    public void Classes_of_one_name_in_two_modules_have_files_of_their_own()
    {
        var run = Project.With(("a.kdsl", "module A;\n" + Spec), ("b.kdsl", "module B;\n" + Spec), ("c.kdsl", "module C;\n" + Spec.Replace(" f(", " F(", StringComparison.Ordinal))).Run();
        Assert.Empty(run.Diagnostics);
        Assert.Equal(["F.Code.g.cs", "F.g.cs", "b.F.Code.g.cs", "b.F.g.cs", "c.F.Code.g.cs", "c.F.g.cs"], run.Hints.Order(StringComparer.Ordinal));
        Assert.Empty(run.Problems);
    }

    [Fact]
    public void Spec_outside_the_project_has_a_hint_without_a_folder()
    {
        var project = Project.With() with { Specs = [new TextFile("/elsewhere/[x]/odd name$.kdsl", Spec)] };
        Assert.Equal(["F.Code.g.cs", "F.g.cs"], project.Run().Hints.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("KernelDslNamespace", "My.class.Kernels", "My.@class.Kernels.F")]
    [InlineData("RootNamespace", "", "F")]
    [InlineData("RootNamespace", "1st.my-app", "_1st.my_app.F")]
    public void Namespace_is_that_of_the_project(string property, string value, string expected)
    {
        var run = (Project.With(("f.kdsl", Spec)) with { Settings = new Settings((property, value), ("ProjectDir", Project.Folder)) }).Run();
        Assert.Contains($"new global::{expected}(", run.Text("F.g.cs"), StringComparison.Ordinal);
        Assert.Empty(run.Problems);
    }

    [Theory]
    [InlineData("internal", "internal sealed partial class F")]
    [InlineData("public", "public sealed partial class F")]
    public void Accessibility_is_that_of_the_project(string value, string expected)
        => Assert.Contains(expected, (Project.With(("f.kdsl", Spec)) with { Settings = new Settings(("KernelDslAccessibility", value)) }).Run().Text("F.g.cs"), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "", false, false)]
    [InlineData("true", "", true, true)]
    [InlineData("", "sm_80", false, true)]
    [InlineData("false", "sm_80", false, true)]
    public void Cuda_text_is_embedded_where_the_project_says(string embed, string targets, bool hasText, bool hasKey)
    {
        var code = (Project.With(("f.kdsl", Spec)) with { Settings = new Settings(("KernelDslEmbedCuda", embed), ("KernelDslTargets", targets)) }).Run().Text("F.Code.g.cs");
        Assert.Equal(hasText, code.Contains("__global__", StringComparison.Ordinal));
        Assert.Equal(hasKey, System.Text.RegularExpressions.Regex.IsMatch(code, "\"[0-9a-f]{64}\"(\\);|,)"));
        Assert.Equal(hasText, code.Contains("\tf.kdsl\n", StringComparison.Ordinal)); // The lines of the spec beside the text.
    }

    [Fact]
    public void Cuda_text_is_embedded_and_registered_where_the_cuda_runtime_is_referenced()
    {
        var backend = CSharpCompilation.Create("KernelDsl.Runtime.Cuda", [CSharpSyntaxTree.ParseText("namespace KernelDsl.Runtime.Cuda { public static class CudaBackend { public static void Register() { } } }")], Project.DefaultReferences, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var run = (Project.With(("f.kdsl", Spec)) with { References = [.. Project.DefaultReferences, backend.ToMetadataReference()] }).Run();
        Assert.Contains("KernelDsl.Registration.g.cs", run.Hints);
        Assert.Contains("__global__", run.Text("F.Code.g.cs"), StringComparison.Ordinal);
        Assert.Empty(run.Problems);
    }
}
