using KernelDsl.Generators.Tests.Harness;
using KernelDsl.Testing;

namespace KernelDsl.Generators.Tests;

/// <summary>What the class of a kernel looks like. <c>KDSL_UPDATE_BASELINES=1</c> writes the files again.</summary>
public sealed class BaselineTests
{
    /// <summary>Every kind of parameter, the element types that are not C#'s, and sizes that no shape says.</summary>
    private const string Odd = """
        module Odd.Shapes;

        /// Adds "a" & <b> where they are,
        /// with a second line.
        kernel odd_shapes<T: f32 | f64, Q: i4 | u4, const class: 1 | 2 = 1>(
            device: T[i: class * N, j: {re, im}], flat: f16[p: U * V], bits: Q[i, j], flag: bool, scale: T, launch: bf16[i], bias: float = 1 / sqrt(class), seed: i32 = 3)
          -> out_value: T[i, j], rows: f8e4m3[u: U, v: V]
          where N > 1
        {
            let row[i] = launch;
            out_value = (if flag then device + scale else row) + bias + bits + seed;
            rows = 0 * sum[p](flat);
        }
        """;

    [Theory]
    [InlineData("attention/causal_attention.kdsl", "attention/CausalAttention")]
    [InlineData("attention/paged_decode.kdsl", "attention/PagedDecodeAttention")]
    [InlineData("attention/varlen_attention.kdsl", "attention/VarlenAttention")]
    [InlineData("sparse/sparse.kdsl", "sparse/Sddmm")]
    [InlineData("sparse/products.kdsl", "sparse/SpmmBsr")]
    [InlineData("activation/activations.kdsl", "activation/Dropout")]
    public void Class_of_a_library_kernel_is_as_agreed(string spec, string hint)
        => Baseline.Verify("Baselines", hint.Split('/')[1] + ".bindings", Project.With((spec, LibrarySpecs.Text(spec))).Run().Text(hint + ".g.cs"));

    [Fact]
    public void Class_with_every_kind_of_parameter_is_as_agreed()
    {
        var run = Project.With(("odd.kdsl", Odd)).Run();
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Problems);
        Baseline.Verify("Baselines", "OddShapes.bindings", run.Text("OddShapes.g.cs"));
    }

    [Fact]
    public void Code_of_a_small_kernel_is_as_agreed()
    {
        var run = Project.With(("small.kdsl", "kernel small<const N = 3>(x: f32[i: M]) -> y: f32[i] {\n    y = x * N;\n}\n")).Run();
        Baseline.Verify("Baselines", "Small.code", run.Text("Small.Code.g.cs"));
    }
}
