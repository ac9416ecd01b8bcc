using System.Numerics.Tensors;

namespace KernelDsl.Runtime.Tests.Tensors;

public sealed class TensorRefTests
{
    private static KernelDevice Device => KernelDevice.Cpu;

    [Fact]
    public void Views_show_the_same_elements()
    {
        using var tensor = Device.Upload(Enumerable.Range(0, 24).Select(i => (short)i).ToArray(), 2, 3, 4);
        Assert.Equal([12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23], tensor.Select(0, 1).ToArray().Select(v => (int)v));
        Assert.Equal([1, 2, 5, 6, 9, 10, 13, 14, 17, 18, 21, 22], tensor.Slice(2, 1, 2).ToArray().Select(v => (int)v));
        var turned = tensor.Permute(2, 0, 1);
        Assert.Equal([4L, 2L, 3L], turned.Shape.ToArray());
        Assert.Equal([0, 4, 8, 12, 16, 20, 1, 5], turned.ToArray().Take(8).Select(v => (int)v));
        Assert.Equal([6L, 4L], tensor.Reshape(6, 4).Shape.ToArray());
        Assert.True(tensor.Select(1, 0).Slice(1, 0, 0).ToArray().Length == 0);
    }

    [Fact]
    public void Strided_copies_agree_with_a_plain_loop()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var rank = random.Next(0, 5);
            var shape = Enumerable.Range(0, rank).Select(_ => (long)random.Next(1, 5)).ToArray();
            var count = (int)shape.Aggregate(1L, (a, b) => a * b);
            using var tensor = Device.Upload(Enumerable.Range(0, count).Select(i => (double)i).ToArray(), shape);
            var view = rank == 0 ? tensor.Reshape() : tensor.Permute(Enumerable.Range(0, rank).OrderBy(_ => random.Next()).ToArray());
            if (rank > 0)
            {
                var axis = random.Next(rank);
                var start = random.NextInt64(view.Shape[axis]);
                view = view.Slice(axis, start, random.NextInt64(1, view.Shape[axis] - start + 1));
            }

            var expected = Plain(tensor, view);
            Assert.Equal(expected, view.ToArray());
            var fresh = expected.Select(v => v + 1000).ToArray();
            view.CopyFrom(fresh);
            Assert.Equal(fresh, view.ToArray());
            Assert.Equal(count - expected.Length, tensor.ToArray().Count(v => v < 1000));
        }
    }

    [Fact]
    public unsafe void Borrowed_memory_may_run_backwards_and_repeat()
    {
        float* memory = stackalloc float[] { 1, 2, 3 };
        var backwards = Device.Borrow<float>((nint)(memory + 2), [3], [-1]);
        Assert.Equal([3f, 2, 1], backwards.ToArray());
        var repeated = Device.Borrow<float>((nint)memory, [2, 3], [0, 1]);
        Assert.Equal([1f, 2, 3, 1, 2, 3], repeated.ToArray());
        Assert.Equal([1f, 2, 3], Device.Borrow<float>((nint)memory, [3]).ToArray());
    }

    [Fact]
    public void Impossible_borrowings_are_refused()
    {
        Assert.Contains("the address is 0", Assert.Throws<KernelShapeException>(() => Device.Borrow<float>(0, [2])).Message, StringComparison.Ordinal);
        Assert.Contains("not aligned", Assert.Throws<KernelShapeException>(() => Device.Borrow<float>(3, [2])).Message, StringComparison.Ordinal);
        Assert.Contains("2 sizes and 1 strides", Assert.Throws<KernelShapeException>(() => Device.Borrow<float>(64, [2, 2], [1])).Message, StringComparison.Ordinal);
        Assert.Contains("too large", Assert.Throws<KernelShapeException>(() => Device.Borrow<float>(64, [2, 2], [long.MaxValue, 1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_views_are_refused()
    {
        using var tensor = Device.Allocate<float>(2, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Slice(2, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Slice(1, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Slice(1, long.MaxValue, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Select(0, 2));
        Assert.Throws<ArgumentException>(() => tensor.Permute(0, 0));
        Assert.Throws<KernelShapeException>(() => tensor.Reshape(5));
        Assert.Throws<KernelShapeException>(() => tensor.Permute(1, 0).Reshape(6));
        Assert.Throws<InvalidOperationException>(() => default(TensorRef<float>).Length);
    }

    [Fact]
    public void Tensor_spans_go_in_and_out_also_strided()
    {
        var data = new float[] { 1, 2, 3, 4, 5, 6 };
        using var tensor = Device.Upload(new ReadOnlyTensorSpan<float>(data, [2, 2], [3, 1]));
        Assert.Equal([1f, 2, 4, 5], tensor.ToArray());
        var target = new float[6];
        tensor.CopyTo(new TensorSpan<float>(target, [2, 2], [3, 1]));
        Assert.Equal([1f, 2, 0, 4, 5, 0], target);
        Assert.Throws<KernelShapeException>(() => tensor.CopyTo(new TensorSpan<float>(target, [2, 3])));
        var span = tensor.Permute(1, 0).AsTensorSpan();
        Assert.Equal(4f, span[0, 1]);
        span[0, 1] = 9;
        Assert.Equal([1f, 2, 9, 5], tensor.ToArray());
    }

    private static double[] Plain(TensorRef<double> whole, TensorRef<double> view)
    {
        var memory = whole.AsSpan();
        var offset = (view.Address - whole.Address) / sizeof(double);
        var result = new double[view.Length];
        for (var i = 0L; i < result.Length; i++)
        {
            var (rest, place) = (i, (long)offset);
            for (var axis = view.Rank - 1; axis >= 0; axis--)
            {
                place += rest % view.Shape[axis] * view.Strides[axis];
                rest /= view.Shape[axis];
            }

            result[i] = memory[(int)place];
        }

        return result;
    }
}
