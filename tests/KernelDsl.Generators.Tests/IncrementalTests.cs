using KernelDsl.Generators.Tests.Harness;

namespace KernelDsl.Generators.Tests;

/// <summary>What runs again after an edit: the steps' reasons.</summary>
public sealed class IncrementalTests
{
    private const string A = "/// Doubles.\nkernel double_it(x: f32[i: N]) -> y: f32[i] {\n    y = 2 * x;\n}\n";
    private const string B = "module Two;\nkernel add_one(x: f32[i: N]) -> y: f32[i] { y = x + 1; }\nkernel add_two(x: f32[i: N]) -> y: f32[i] { y = x + 2; }\n";

    private static readonly Project s_project = Project.With(("a.kdsl", A), ("b.kdsl", B)) with { Sources = ["class C { }"] };

    [Fact]
    public void First_run_makes_everything_new()
    {
        var steps = Reasons(s_project, s_project with { Specs = [] }, isReversed: true);
        Assert.All(steps[Steps.Bindings], reason => Assert.Equal(IncrementalStepRunReason.New, reason));
        Assert.Equal(3, steps[Steps.Bindings].Length);
        Assert.Equal(3, steps[Steps.Code].Length);
    }

    [Fact]
    public void Edit_of_csharp_runs_nothing_again()
    {
        var steps = Reasons(s_project, s_project with { Sources = ["class C { int x; }"] });
        foreach (var step in (string[])[Steps.Options, Steps.Files, Steps.Specs, Steps.Kernels, Steps.Names, Steps.Bindings, Steps.Codes, Steps.Code, Steps.References, Steps.Registration])
        {
            Assert.All(steps[step], reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        }
    }

    [Fact]
    public void Same_text_read_again_changes_nothing()
    {
        var steps = Reasons(s_project, s_project.Edit("a.kdsl", A).Edit("b.kdsl", B));
        Assert.All(steps[Steps.Files], reason => Assert.Equal(IncrementalStepRunReason.Unchanged, reason));
        Assert.All(steps[Steps.Specs].Concat(steps[Steps.Bindings]).Concat(steps[Steps.Code]), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void Edit_of_one_spec_compiles_that_one_alone()
    {
        var steps = Reasons(s_project, s_project.Edit("a.kdsl", A.Replace("2 * x", "3 * x", StringComparison.Ordinal)));
        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], steps[Steps.Files]);
        Assert.Equal([IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Cached], steps[Steps.Specs]);
        Assert.All(steps[Steps.Bindings], reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        Assert.Equal(1, steps[Steps.Code].Count(reason => reason == IncrementalStepRunReason.Modified));
        Assert.Equal(2, steps[Steps.Code].Count(reason => reason == IncrementalStepRunReason.Cached));
    }

    [Fact]
    public void Edit_of_one_kernel_of_a_spec_leaves_the_other_ones_outputs()
    {
        var steps = Reasons(s_project, s_project.Edit("b.kdsl", B.Replace("x + 2", "x + 3", StringComparison.Ordinal)));
        Assert.Equal(1, steps[Steps.Code].Count(reason => reason is IncrementalStepRunReason.Modified));
        Assert.All(steps[Steps.Bindings], reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void Comment_at_the_end_changes_no_output()
    {
        var steps = Reasons(s_project, s_project.Edit("a.kdsl", A + "// done\n"));
        Assert.Contains(IncrementalStepRunReason.Modified, steps[Steps.Files]);
        Assert.All(steps[Steps.Bindings].Concat(steps[Steps.Code]), reason => Assert.Contains(reason, (IncrementalStepRunReason[])[IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged]));
    }

    [Fact]
    public void Comment_at_the_start_moves_places_only()
    {
        var steps = Reasons(s_project, s_project.Edit("a.kdsl", "// begin\n" + A));
        Assert.All(steps[Steps.Bindings], reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        Assert.Equal(1, steps[Steps.Code].Count(reason => reason == IncrementalStepRunReason.Modified));
    }

    [Fact]
    public void New_error_is_reported_without_touching_other_specs()
    {
        var steps = Reasons(s_project, s_project.Edit("a.kdsl", A.Replace("2 * x", "2 * z", StringComparison.Ordinal)));
        Assert.Contains(IncrementalStepRunReason.New, steps[Steps.Diagnostics]);
        Assert.Equal(2, steps[Steps.Code].Count(reason => reason == IncrementalStepRunReason.Cached));
        Assert.Equal(2, steps[Steps.Bindings].Count(reason => reason == IncrementalStepRunReason.Cached));
    }

    [Fact]
    public void Design_time_makes_no_code()
    {
        var run = s_project.Run(isDesignTime: true);
        Assert.Equal(3, run.Hints.Count());
        Assert.DoesNotContain(run.Hints, hint => hint.EndsWith(".Code.g.cs", StringComparison.Ordinal));
        Assert.Empty(run.Problems);
        Assert.False(run.Result.TrackedSteps.ContainsKey(Steps.Codes));
    }

    private static Dictionary<string, IncrementalStepRunReason[]> Reasons(Project first, Project second, bool isReversed = false)
    {
        var (before, after) = isReversed ? (second, first) : (first, second);
        var driver = before.Driver().RunGenerators(before.Compilation());
        driver = driver.ReplaceAdditionalTexts(after.Specs).RunGenerators(after.Compilation());
        return Assert.Single(driver.GetRunResult().Results).TrackedSteps.ToDictionary(
            step => step.Key, step => step.Value.SelectMany(run => run.Outputs).Select(output => output.Reason).ToArray(), StringComparer.Ordinal);
    }
}
