using KernelDsl.Generators.Tests.Harness;

namespace KernelDsl.Generators.Tests;

/// <summary>Names that a spec may have and C# is not ready for.</summary>
public sealed class HygieneTests
{
    /// <summary>Types of a user with the names of the framework's, around the generated classes.</summary>
    private const string Around = """
        namespace App
        {
            internal static class Math { }
            internal static class KernelDsl { }
            internal struct Half { }
            internal struct Single { }
            internal class ReadOnlySpan { }
            internal class GeneratedCode { }
            internal class TensorRef { }
            internal class InvalidOperationException { }
        }
        """;

    public static TheoryData<string> Specs =>
    [
        "kernel System(x: f32[i: N]) -> y: f32[i] { y = x; }\nkernel user(x: f32[i: N]) -> y: f32[i] { y = x; }",
        "kernel Kernel<Kernel: f32 | f64>(x: Kernel[i: N]) -> y: Kernel[i] { y = x; }",
        "kernel task<Task: f32 | f64>(Task_: Task[i: N]) -> task: Task[i] { task = Task_; }",
        "kernel run<const Run = 1, const Launch = 2>(launch: f32[i: N], device: f32[i]) -> y: f32[i] { y = launch + device + Run + Launch; }",
        "kernel compile<Compile: f32, Launch: f64>(class: Compile[i: N], void: Launch[i]) -> namespace: Launch[i] { namespace = class + void; }",
        "kernel dispose(await: f32[i: N], var: int, record: float = 2, this: int = 3) -> value: f32[i] { value = await * var + record + this; }",
        "kernel equals<t: f32 | f16, u: f32>(x: t[i: N], X: u[i], x_: t[i]) -> X_: t[i] { X_ = x + X + x_; }",
        "kernel create<CreateDefinition: f32, s_definition: f64>(x: CreateDefinition[i: N], y: s_definition[i]) -> z: s_definition[i] { z = x + y; }",
        "kernel α_β<Γ: f32 | f64, const Δ = 2>(ξ: Γ[i: N]) -> ψ: Γ[i] { ψ = ξ * Δ; }",
        "kernel _(x: f32[_i: N]) -> y: f32[_i] { y = x; }\nkernel __2(x: f32[i: N]) -> y: f32[i] { y = x; }",
        "kernel f(a_b: f32[i: N], aB: f32[i], AB: f32[i], device_: f32[i]) -> ab: f32[i] { ab = a_b + aB + AB + device_; }",
        "/// <summary> & \"\"\" */ \u2028 }\n/// --> ]]> \t {0}\nkernel documented(x: f32[i: N]) -> y: f32[i] where N > 1, N <\n 1 << 40 { y = x; }",
        "kernel size<const size = 3>(x: f32[i: size * abs]) -> y: f32[i] where abs > 0 { y = x; }",
        "kernel sizes(x: f32[i: H * W], k: i4[i]) -> y: f32[i] where W % 2 == 0 { y = x + k; }",
        "kernel long_expression(x: f32[i: N]) -> y: f32[i] { y = " + string.Join(" + ", Enumerable.Repeat("sin(x)", 300)) + "; }",
    ];

    [Theory]
    [MemberData(nameof(Specs))]
    public void Class_compiles_without_a_warning_among_hostile_names(string spec)
    {
        var run = (Project.With(("f.kdsl", spec)) with { Sources = [Around] }).Run();
        Assert.DoesNotContain(run.Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.Empty(run.Problems);
        Assert.NotEmpty(run.Hints);
        Assert.DoesNotContain(run.Result.GeneratedSources, source => source.SourceText.ToString().Contains("unsafe", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("module System;\n")]
    [InlineData("module KernelDsl.Runtime;\n")]
    [InlineData("module class.new;\n")]
    public void Modules_may_have_any_name(string module)
    {
        var run = Project.With(("f.kdsl", module + "kernel f<T: f32 | f16>(x: T[i: N]) -> y: T[i] { y = x; }")).Run();
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Problems);
    }

    [Fact]
    public void Every_public_member_is_documented()
    {
        var run = Project.With([.. LibrarySpecs.All]).Run();
        Assert.DoesNotContain(run.Compilation.GetDiagnostics(), d => d.Id is "CS1591" or "CS1573" or "CS1570" or "CS1574" or "CS1712");
    }
}
