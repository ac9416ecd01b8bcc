using System.Runtime.Loader;
using KernelDsl.Generators.Tests.Harness;

namespace KernelDsl.Generators.Tests;

/// <summary>Generated classes are loaded and run on the CPU by a program that uses them.</summary>
public sealed class RunTests
{
    [Fact]
    public void Dense_kernel_runs_for_each_of_its_types_and_consts()
        => Assert.Equal([3f, 6f, 9f, 4f, 8f, 12f, 6f, 12f, 18f], Run(
            ("scale.kdsl", "kernel scale<T: f16 | f32, const N = 3>(x: T[i: M], more: float = 0) -> y: T[i] { y = x * N + more; }"),
            """
            using var x = device.Upload<float>(new float[] { 1, 2, 3 }, 3);
            using var y = device.Allocate<float>(3);
            App.Scale<float>.Run(device, x, y);
            var all = new System.Collections.Generic.List<float>(y.ToArray());
            var four = App.Scale<float>.Compile(device, N: 4);
            four.Launch(x, y);
            all.AddRange(y.ToArray());
            using var h = device.Upload<System.Half>(new[] { (System.Half)1, (System.Half)2, (System.Half)3 }, 3);
            using var g = device.Allocate<System.Half>(3);
            App.Scale<System.Half>.Run(device, h, g, N: 6);
            foreach (var value in g.ToArray()) { all.Add((float)value); }
            return all.ToArray();
            """));

    [Fact]
    public void Attention_of_the_library_runs()
    {
        // One key only: softmax is 1, and the output is the value.
        var result = Run(("causal.kdsl", LibrarySpecs.Text("attention/causal_attention.kdsl")), """
            var ones = new float[64];
            for (var i = 0; i < 64; i++) { ones[i] = i; }
            using var q = device.Upload<float>(ones, 1, 1, 1, 64);
            using var k = device.Upload<float>(ones, 1, 1, 1, 64);
            using var v = device.Upload<float>(ones, 1, 1, 1, 64);
            using var slope = device.Upload<float>(new float[] { 0 }, 1);
            using var o = device.Allocate<float>(1, 1, 1, 64);
            using var lse = device.Allocate<float>(1, 1, 1);
            App.Attention.CausalAttention<float>.Run(device, q, k, v, slope, 1, o, lse);
            return o.ToArray();
            """);
        Assert.Equal(Enumerable.Range(0, 64).Select(i => (float)i), result);
    }

    [Fact]
    public void Sparse_kernel_takes_its_matrix_as_one()
        => Assert.Equal([2f * 10 + 3 * 30, 5f * 20], Run(("sparse.kdsl", LibrarySpecs.Text("sparse/products.kdsl")), """
            using var values = device.Upload<float>(new float[] { 2, 3, 5 }, 3);
            using var offsets = device.Upload<int>(new[] { 0, 2, 3 }, 3);
            using var indices = device.Upload<int>(new[] { 0, 2, 1 }, 3);
            using var x = device.Upload<float>(new float[] { 10, 20, 30 }, 3);
            using var y = device.Allocate<float>(2);
            App.Sparse.Products.SpmvCsr<float>.Run(device, new KernelDsl.Runtime.CsrTensor<float>(2, 3, values, offsets, indices), x, y);
            return y.ToArray();
            """));

    [Fact]
    public void Ragged_tensor_takes_its_offsets_with_it()
        => Assert.Equal([3f, 0f, 3f], Run(("s.kdsl", "kernel sums(x: f32[p: ragged(start[s: S])]) -> y: f32[s] { y = sum[p](x); }"), """
            using var values = device.Upload<float>(new float[] { 1, 2, 3 }, 3);
            using var offsets = device.Upload<int>(new[] { 0, 2, 2, 3 }, 4);
            using var y = device.Allocate<float>(3);
            App.Sums.Run(device, new KernelDsl.Runtime.RaggedTensor<float>(values, offsets), y);
            return y.ToArray();
            """));

    [Fact]
    public void Size_that_no_shape_says_is_passed()
        => Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f, 21f], Run(("g.kdsl", "kernel grid(x: f32[i: H * W]) -> y: f32[i], s: f32[] { let z[h: H, w: W] = x[i: h * W + w]; y = x; s = sum[h, w](z); }"), """
            using var x = device.Upload<float>(new float[] { 1, 2, 3, 4, 5, 6 }, 6);
            using var y = device.Allocate<float>(6);
            using var s = device.Allocate<float>();
            App.Grid.Run(device, x, 2, y, s);
            return [.. y.ToArray(), .. s.ToArray()];
            """));

    [Fact]
    public void Type_that_the_spec_does_not_allow_is_refused()
    {
        var error = Assert.ThrowsAny<System.Reflection.TargetInvocationException>(() => Run(
            ("scale.kdsl", "kernel scale<T: f16 | f32>(x: T[i: M]) -> y: T[i] { y = x; }"), "App.Scale<double>.Compile(device); return new float[0];"));
        Assert.Contains("f64", error.InnerException!.Message, StringComparison.Ordinal);
    }

    private static float[] Run((string Path, string Text) spec, string body)
    {
        var source = $"public static class Program {{ public static float[] Run() {{ var device = KernelDsl.Runtime.KernelDevice.Cpu; {body} }} }}";
        var run = (Project.With(spec) with { Sources = [source] }).Run();
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Problems.Where(d => d.Id != "CS1591"));
        using var image = new MemoryStream();
        var result = run.Compilation.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        image.Position = 0;
        var assembly = new AssemblyLoadContext("generated", isCollectible: true).LoadFromStream(image);
        return (float[])assembly.GetType("Program")!.GetMethod("Run")!.Invoke(null, null)!;
    }
}
