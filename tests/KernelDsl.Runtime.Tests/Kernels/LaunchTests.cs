namespace KernelDsl.Runtime.Tests.Kernels;

public sealed class LaunchTests
{
    private const string Product = "kernel product(a: f32[i: M, k: K], b: f32[k, j: N]) -> c: f32[i, j] { c = sum[k](a * b); }";
    private const string Tiled = "kernel tiled<const D: 2 | 4>(x: f32[i: M, d: D]) -> y: f32[i] { y = sum[d](x) * D; }";
    private const string Power = "kernel power<const P = 2>(x: f32[i: M]) -> y: f32[i] { y = x * P; }";
    private const string Window = "kernel pool<const S: 1 | 2 = 2>(x: f32[t: T]) -> y: f32[o: T / S] { y = x[t: o * S]; }";

    private static KernelDevice Device => KernelDevice.Cpu;

    [Fact]
    public void Launch_computes_the_spec()
    {
        using var kernel = SpecKernel.Compile(Product);
        using var a = Device.Upload(new[,] { { 1f, 2 }, { 3, 4 }, { 5, 6 } });
        using var b = Device.Upload(new[,] { { 1f, 0, 2, 1 }, { 0, 1, 1, 3 } });
        using var c = Device.Allocate<float>(3, 4);
        kernel.Run(a, b, c);
        Assert.Equal([1f, 2, 4, 7, 3, 4, 10, 15, 5, 6, 16, 23], c.ToArray());
    }

    [Theory]
    [InlineData(new long[] { 3, 2 }, new long[] { 5, 4 }, new long[] { 3, 4 }, "KD8010: kernel 'product': 'K' is 2 in 'a' (axis 1 'k') and 5 in 'b' (axis 0 'k')")]
    [InlineData(new long[] { 3, 2 }, new long[] { 2, 4 }, new long[] { 4, 3 }, "KD8010: kernel 'product': 'M' is 3 in 'a' (axis 0 'i') and 4 in 'c' (axis 0 'i')")]
    [InlineData(new long[] { 3, 2 }, new long[] { 2, 4, 1 }, new long[] { 3, 4 }, "KD8009: kernel 'product': 'b' has 2 axes ([k: K, j: N]), but the tensor given has 3 axes ([2, 4, 1])")]
    [InlineData(new long[] { 6 }, new long[] { 2, 4 }, new long[] { 3, 4 }, "'a' has 2 axes ([i: M, k: K]), but the tensor given has 1 axis ([6])")]
    [InlineData(new long[] { 3, 0 }, new long[] { 0, 4 }, new long[] { 3, 4 }, "extent K must be at least 1")]
    public void Shapes_that_do_not_fit_name_tensor_axis_and_sizes(long[] a, long[] b, long[] c, string expected)
    {
        using var kernel = SpecKernel.Compile(Product);
        using var first = Device.Allocate<float>(a);
        using var second = Device.Allocate<float>(b);
        using var third = Device.Allocate<float>(c);
        var e = Assert.ThrowsAny<KernelArgumentException>(() => kernel.Run(first, second, third));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Computed_extent_is_explained_with_its_values()
    {
        using var kernel = SpecKernel.Compile(Window);
        using var x = Device.Allocate<float>(9);
        using var y = Device.Allocate<float>(5);
        var e = Assert.Throws<KernelShapeException>(() => kernel.Run(x, y));
        Assert.Contains("the size is 5 in 'y' (axis 0 'o'), but must be T / S = 4 with T = 9, S = 2", e.Message, StringComparison.Ordinal);
        using var same = Device.Allocate<float>(9);
        kernel.Run(launch => launch.Const(0, 1), x, same);
    }

    [Fact]
    public void Consts_follow_from_shapes_defaults_or_the_call()
    {
        using var tiled = SpecKernel.Compile(Tiled);
        using var x = Device.Upload(new[,] { { 1f, 2, 3, 4 } });
        using var y = Device.Allocate<float>(1);
        tiled.Run(x, y);
        Assert.Equal([40f], y.ToArray());
        using var three = Device.Allocate<float>(1, 3);
        Assert.Contains("KD8014: kernel 'tiled' cannot have D = 3; the spec allows 2, 4", Assert.Throws<KernelArgumentException>(() => tiled.Run(three, y)).Message, StringComparison.Ordinal);
        Assert.Throws<KernelArgumentException>(() => SpecKernel.Compile(Tiled, consts: [5]));
        using var two = SpecKernel.Compile(Tiled, consts: [2]);
        var e = Assert.Throws<KernelShapeException>(() => two.Run(x, y));
        Assert.Contains("'D' is 2 for this call and 4 in 'x' (axis 1 'd')", e.Message, StringComparison.Ordinal);
        using var power = SpecKernel.Compile(Power);
        power.Run(y, x.Select(0, 0).Slice(0, 0, 1));
        Assert.Equal(80f, x.ToArray()[0]);
        power.Run(launch => launch.Const(0, 3), y, x.Select(0, 0).Slice(0, 0, 1));
        Assert.Equal(120f, x.ToArray()[0]);
    }

    [Fact]
    public void Output_that_is_an_input_is_typed()
    {
        using var kernel = SpecKernel.Compile(Product);
        using var a = Device.Allocate<float>(2, 2);
        using var b = Device.Allocate<float>(4, 2);
        var e = Assert.Throws<AliasedOutputException>(() => kernel.Run(a, b.Slice(0, 0, 2), b.Slice(0, 1, 2)));
        Assert.Contains("KD8008: output 'c' of kernel 'product' is the same memory as 'b'", e.Message, StringComparison.Ordinal);
        kernel.Run(a, b.Slice(0, 0, 2), b.Slice(0, 2, 2));
        kernel.Run(a, a, b.Slice(0, 0, 2));
    }

    [Fact]
    public void Disposed_empty_and_foreign_tensors_are_typed()
    {
        using var kernel = SpecKernel.Compile(Product);
        using var a = Device.Allocate<float>(2, 2);
        using var c = Device.Allocate<float>(2, 2);
        var dead = Device.Allocate<float>(2, 2);
        dead.Dispose();
        Assert.Throws<TensorDisposedException>(() => kernel.Run(a, dead, c));
        Assert.Equal("KD8001", Assert.Throws<KernelArgumentException>(() => kernel.Run(a, default, c)).Diagnostic.Id);
        Assert.Equal("KD8001", Assert.Throws<KernelArgumentException>(() => kernel.Run(a, a)).Diagnostic.Id);
        using var other = KernelDevice.OpenCpu(new Cpu.CpuOptions(1));
        using var far = other.Allocate<float>(2, 2);
        Assert.Equal("KD8013", Assert.Throws<WrongDeviceException>(() => kernel.Run(a, far, c)).Diagnostic.Id);
        kernel.Run(a, a, c);
        kernel.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kernel.Run(a, a, c));
    }

    [Fact]
    public void Strided_tensors_give_what_their_copies_give()
    {
        using var kernel = SpecKernel.Compile(Product);
        using var a = Device.Upload(Enumerable.Range(0, 60).Select(i => (float)i).ToArray(), 5, 12);
        using var b = Device.Upload(Enumerable.Range(0, 12).Select(i => (float)(i * i)).ToArray(), 3, 4);
        using var wide = Device.Allocate<float>(3, 10);
        var (left, right) = (a.Slice(1, 2, 4), b.Permute(1, 0));
        kernel.Run(left, right, wide.Slice(1, 3, 5).Permute(1, 0));
        using var c = Device.Allocate<float>(5, 3);
        using var leftCopy = Device.Upload(left.ToArray(), 5, 4);
        using var rightCopy = Device.Upload(right.ToArray(), 4, 3);
        kernel.Run(leftCopy, rightCopy, c);
        Assert.Equal(c.Permute(1, 0).ToArray(), wide.Slice(1, 3, 5).ToArray());
        Assert.Equal(15, wide.ToArray().Count(v => v == 0));
    }

    [Fact]
    public void Failed_launch_leaves_the_kernel_usable()
    {
        using var kernel = SpecKernel.Compile("kernel gather(x: f32[i: M], at: f32[j: N]) -> y: f32[j] where M >= 1 { y = x[i: 0] * at; }");
        using var x = Device.Upload([2f]);
        using var y = Device.Allocate<float>(3);
        using var wrong = Device.Allocate<float>(2, 2);
        for (var i = 0; i < 100; i++)
        {
            Assert.Throws<KernelShapeException>(() => kernel.Run(x, wrong, y));
        }

        using var at = Device.Upload([1f, 2, 3]);
        kernel.Run(x, at, y);
        Assert.Equal([2f, 4, 6], y.ToArray());
    }

    [Theory]
    [InlineData("if t == 0 then 0 else (if x > best[t: t - 1] then t else at[t: t - 1])")]
    [InlineData("if t != 0 then (if x > best[t: t - 1] then t else at[t: t - 1]) else 0")]
    [InlineData("if !(0 == t) && x > best[t: t - 1] then t else at[t: t - 1] else 0")]
    public void Step_that_is_not_the_first_has_one_before(string at)
    {
        using var kernel = SpecKernel.Compile($"kernel running(x: f32[t: T]) -> best: f32[t], at: i32[t] {{ best = max(best[t: t - 1] else x, x); at = {at}; }}");
        using var x = Device.Upload([1f, 3, 2, 3, 5, 4]);
        using var best = Device.Allocate<float>(6);
        using var places = Device.Allocate<int>(6);
        kernel.Run(launch =>
        {
            launch.Tensor<float>(0, x);
            launch.Tensor<float>(1, best);
            launch.Tensor<int>(2, places);
        });
        Assert.Equal([1f, 3, 3, 3, 5, 5], best.ToArray());
        Assert.Equal([0, 1, 1, 1, 4, 4], places.ToArray());
    }

    [Fact]
    public void Unknown_device_says_what_is_known()
    {
        var e = Assert.Throws<KernelDeviceException>(() => KernelDevice.Open("quantum:0"));
        Assert.Contains("KD8022: the device 'quantum:0' cannot be opened: no package for 'quantum' is referenced; known are cpu", e.Message, StringComparison.Ordinal);
        using var cpu = KernelDevice.Open("cpu");
        Assert.Equal("cpu", cpu.Name);
    }
}
