using System.Globalization;
using System.Numerics.Tensors;
using KernelDsl.Runtime.Tests.Kernels;

namespace KernelDsl.Runtime.Tests.Tensors;

/// <summary>Sizes of 0 and 1, no axes, values that refer to nothing, and words that do not depend on where they are read.</summary>
public sealed class TensorEdgeTests
{
    private static KernelDevice Device => KernelDevice.Cpu;

    [Fact]
    public void Tensor_without_axes_is_one_value()
    {
        using var kernel = SpecKernel.Compile("kernel total(x: f32[i: N]) -> s: f32[] { s = sum[i](x); }");
        using var x = Device.Upload([1f, 2, 3]);
        using var s = Device.Allocate<float>();
        Assert.Equal((0, 1L), (s.Rank, s.Length));
        kernel.Run(x, s);
        Assert.Equal([6f], s.ToArray());
        using var other = Device.Upload([5f]);
        kernel.Run(x, other.Select(0, 0));
        Assert.Equal([6f], other.ToArray());
        Assert.Contains("'s' has 0 axes ([]), but the tensor given has 1 axis ([1])", Assert.Throws<KernelShapeException>(() => kernel.Run(x, other)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => s.Slice(0, 0, 1));
        Assert.Equal(6f, s.AsRef().AsTensorSpan()[0]);
    }

    [Fact]
    public void Axis_of_size_0_is_named_unless_the_spec_takes_it()
    {
        using var kernel = SpecKernel.Compile("kernel row_sums(x: f32[i: M, j: N]) -> s: f32[i] { s = sum[j](x); }");
        using var x = Device.Allocate<float>(3, 0);
        using var s = Device.Allocate<float>(3);
        Assert.Contains("kernel 'row_sums': extent N must be at least 1", Assert.Throws<KernelArgumentException>(() => kernel.Run(x, s)).Message, StringComparison.Ordinal);
        Assert.Empty(x.ToArray());
        x.CopyFrom([]);
        x.Clear();
        Assert.Empty(x.Permute(1, 0).ToArray());
        Assert.Equal(0, x.AsRef().AsTensorSpan().FlattenedLength);
        using var empty = Device.Upload(new float[0, 4]);
        Assert.Equal([0L, 4L], empty.Shape.ToArray());
    }

    [Fact]
    public void Sparse_value_that_refers_to_nothing_names_its_array()
    {
        using var kernel = SpecKernel.Compile("kernel spmv(a: f32[i: M, j: N] csr, x: f32[j]) -> y: f32[i] { y = sum[j](a * x); }");
        using var x = Device.Allocate<float>(2);
        CsrTensor<float> nothing = default;
        var e = Assert.Throws<KernelArgumentException>(() => kernel.Run(launch =>
        {
            launch.Shape(0, nothing.Rows, nothing.Columns);
            launch.Tensor(1, nothing.Values);
        }));
        Assert.StartsWith("KD8001: kernel 'spmv' needs the buffer 'a.values' (f32", e.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(nothing.Validate);
    }

    [Fact]
    public void Sparse_shape_that_does_not_fit_speaks_in_the_words_of_the_spec()
    {
        using var kernel = SpecKernel.Compile("kernel spmv(a: f32[i: M, j: N] csr, x: f32[j]) -> y: f32[i] { y = sum[j](a * x); }");
        using var values = Device.Allocate<float>(3);
        using var indices = Device.Allocate<int>(3);
        using var offsets = Device.Allocate<int>(3);
        using var x = Device.Allocate<float>(5);
        using var y = Device.Allocate<float>(2);
        Says("kernel 'spmv': 'N' is 4 in 'a' (axis 1 'j') and 5 in 'x' (axis 0 'j')", 2, 4, offsets, indices);
        Says("the size is 3 in 'a.offsets' (axis 0 'offset'), but must be M + 1 = 5 with M = 4", 4, 5, offsets, indices);
        Says("3 in 'a.values' (axis 0 'stored') and 2 in 'a.indices' (axis 0 'stored')", 2, 5, offsets, indices.Slice(0, 0, 2));
        Says("'a.indices' has 1 axis ([stored: a.nnz]), but the tensor given has 2 axes ([3, 1])", 2, 5, offsets, indices.Reshape(3, 1));

        void Says(string expected, long rows, long columns, TensorRef<int> o, TensorRef<int> i)
        {
            var e = Assert.Throws<KernelShapeException>(() => kernel.Run(launch =>
            {
                launch.Shape(0, rows, columns);
                launch.Tensor<float>(1, values);
                launch.Tensor(2, o);
                launch.Tensor(3, i);
                launch.Tensor<float>(4, x);
                launch.Tensor<float>(5, y);
            }));
            Assert.True(e.Message.Contains(expected, StringComparison.Ordinal), e.Message);
        }
    }

    [Fact]
    public unsafe void Messages_are_the_same_in_every_culture()
    {
        var numbers = stackalloc float[8];
        var address = (nint)numbers;
        var before = CultureInfo.CurrentCulture;
        try
        {
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat.NegativeSign = "minus";
            CultureInfo.CurrentCulture = culture;
            Says("[-2]", () => Device.Allocate<float>(-2));
            Says("[-1]", () => Device.Borrow<float>(address + 16, [3], [-1]).Reshape(3));
            Says("[-1]", () => _ = Device.Borrow<float>(address + 16, [3], [-1]).AsSpan().Length);
            Says("from -1 on", () => Device.Borrow<float>(address, [3]).Slice(0, -1, 1));
            Says("P = -4", () => SpecKernel.Compile("kernel k<const P = 2>(x: f32[i: N]) -> y: f32[i] { y = x * P; }", consts: [-4]));
            using var offsets = Device.Upload([0, -3, 2]);
            using var values = Device.Allocate<float>(2);
            Says("offset 1 is -3", () => new RaggedTensor<float>(values, offsets).Validate());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        static void Says(string expected, Action call) => Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(call).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Strides_that_together_leave_the_address_space_are_refused()
    {
        var half = long.MaxValue / 16;
        Assert.Contains("too large", Assert.Throws<KernelShapeException>(() => Device.Borrow<float>(64, [2, 2, 2], [half, half, half])).Message, StringComparison.Ordinal);
        Assert.Contains("too large", Assert.Throws<KernelShapeException>(() => Device.Borrow<float>(64, [2], [long.MinValue / 8])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_the_machine_has_is_refused_before_it_is_touched()
        => Assert.Throws<DeviceMemoryException>(() => Device.Allocate<byte>(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes + (1L << 28)));

    [Fact]
    public void Odd_tensor_spans_keep_each_element_at_its_place()
    {
        var data = Enumerable.Range(0, 40).Select(i => (double)i).ToArray();

        using var tensor = Device.Upload(new ReadOnlyTensorSpan<double>(data, [3, 4], [13, 3]));
        Assert.Equal([0d, 3, 6, 9, 13, 16, 19, 22, 26, 29, 32, 35], tensor.ToArray());
        var target = new double[40];
        tensor.CopyTo(new TensorSpan<double>(target, [3, 4], [13, 3]));
        Assert.Equal(tensor.ToArray(), Enumerable.Range(0, 12).Select(i => target[(i / 4 * 13) + (i % 4 * 3)]));
        Assert.Equal(12 - 1, target.Count(value => value != 0));
        var view = tensor.Slice(0, 1, 2).Permute(1, 0).AsTensorSpan();
        Assert.Equal(32, view[2, 1]);
    }
}
