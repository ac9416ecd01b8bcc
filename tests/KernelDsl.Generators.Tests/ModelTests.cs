using System.Collections;
using System.Reflection;
using KernelDsl.Generators.Tests.Harness;
using Microsoft.CodeAnalysis.Text;

namespace KernelDsl.Generators.Tests;

/// <summary>What the steps hand on is plain data: it holds no compilation alive, and compares by value.</summary>
public sealed class ModelTests
{
    private static readonly Type[] s_forbidden =
        [typeof(ISymbol), typeof(SyntaxNode), typeof(SyntaxTree), typeof(Compilation), typeof(Location), typeof(AdditionalText), typeof(SourceText), typeof(Diagnostic), typeof(Compiler.KernelCompilation)];

    [Fact]
    public void Outputs_of_all_steps_are_plain_data()
    {
        var run = Project.With([.. LibrarySpecs.All.Take(4), ("broken.kdsl", "kernel f(x: f32[i: N]) -> y: f32[i] { y = z; }")]).Run();
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        Assert.Equal(11, run.Result.TrackedSteps.Keys.Count(key => typeof(Steps).GetFields(BindingFlags.Public | BindingFlags.Static).Any(f => (string?)f.GetRawConstantValue() == key)));
        foreach (var (step, runs) in run.Result.TrackedSteps.Where(step => typeof(Steps).GetFields().Any(f => (string?)f.GetRawConstantValue() == step.Key)))
        {
            foreach (var (value, _) in runs.SelectMany(r => r.Outputs))
            {
                Visit(value, step, seen);
            }
        }

        Assert.True(seen.Count > 50, $"{seen.Count}");
    }

    [Fact]
    public void Arrays_compare_by_their_items()
    {
        var (a, b, c) = (new EquatableArray<string>(["x", "y"]), new EquatableArray<string>(["x", "y"]), new EquatableArray<string>(["x", "z"]));
        Assert.True(a.Equals(b) && a.GetHashCode() == b.GetHashCode());
        Assert.False(a.Equals(c));
        Assert.True(default(EquatableArray<string>).Equals(EquatableArray<string>.Empty));
    }

    private static void Visit(object? value, string path, HashSet<object> seen)
    {
        if (value is null || value is string || value.GetType().IsPrimitive || value.GetType().IsEnum || (!value.GetType().IsValueType && !seen.Add(value)))
        {
            return;
        }

        var type = value.GetType();
        Assert.DoesNotContain(s_forbidden, forbidden => forbidden.IsAssignableFrom(type));
        if (value is IEnumerable items)
        {
            foreach (var item in items)
            {
                Visit(item, path + "[]", seen);
            }

            return;
        }

        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            Visit(field.GetValue(value), $"{path}.{field.Name}", seen);
        }
    }
}
