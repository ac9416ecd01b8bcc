namespace KernelDsl.Runtime.Tests.Tensors;

public sealed class DeviceTensorTests
{
    private static KernelDevice Device => KernelDevice.Cpu;

    [Fact]
    public void New_tensor_is_zero_and_takes_host_data()
    {
        using var tensor = Device.Allocate<float>(2, 3);
        Assert.Equal(new float[6], tensor.ToArray());
        tensor.CopyFrom([1, 2, 3, 4, 5, 6]);
        Assert.Equal([1, 2, 3, 4, 5, 6], tensor.AsSpan().ToArray());
        Assert.Equal([2L, 3L], tensor.Shape.ToArray());
        Assert.Equal("f32[2, 3] on cpu", tensor.ToString());
        tensor.Clear();
        Assert.Equal(new float[6], tensor.ToArray());
    }

    [Fact]
    public void Arrays_of_two_to_four_axes_keep_their_shape()
    {
        using var two = Device.Upload(new[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        using var three = Device.Upload(new double[2, 1, 2] { { { 1, 2 } }, { { 3, 4 } } });
        using var four = Device.Upload(new long[1, 1, 1, 2] { { { { 7, 8 } } } });
        Assert.Equal([2L, 3L], two.Shape.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], two.ToArray());
        Assert.Equal([2L, 1L, 2L], three.Shape.ToArray());
        Assert.Equal([1d, 2, 3, 4], three.ToArray());
        Assert.Equal(4, four.Rank);
    }

    [Fact]
    public void Upload_without_shape_has_one_axis_and_wrong_lengths_are_refused()
    {
        using var tensor = Device.Upload([1f]);
        Assert.Equal([1L], tensor.Shape.ToArray());
        var e = Assert.Throws<KernelArgumentException>(() => Device.Upload([1f, 2f, 3f], 2, 2));
        Assert.Contains("KD8020: the tensor of shape [2, 2] has 4 elements, but the host memory has 3", e.Message, StringComparison.Ordinal);
        Assert.Throws<KernelArgumentException>(() => tensor.CopyFrom([1f, 2f]));
        Assert.Throws<KernelArgumentException>(() => tensor.CopyTo(new float[2]));
    }

    [Fact]
    public void Second_dispose_and_use_after_dispose_are_typed()
    {
        var tensor = Device.Allocate<float>(2, 3);
        TensorRef<float> borrowed = tensor;
        var part = borrowed.Slice(0, 1, 1);
        tensor.Dispose();
        Assert.True(tensor.IsDisposed);
        var twice = Assert.Throws<TensorDisposedTwiceException>(tensor.Dispose);
        Assert.Equal("KD8012", twice.Diagnostic.Id);
        Assert.Contains("f32 tensor of shape [2, 3] was disposed twice", twice.Message, StringComparison.Ordinal);
        Assert.Equal("KD8011", Assert.Throws<TensorDisposedException>(() => tensor.ToArray()).Diagnostic.Id);
        Assert.Throws<TensorDisposedException>(() => borrowed.CopyFrom(new float[6]));
        Assert.Throws<TensorDisposedException>(() => part.ToArray());
        Assert.Throws<TensorDisposedException>(() => _ = tensor.Address);
        Assert.Throws<TensorDisposedException>(tensor.Clear);
    }

    [Theory]
    [InlineData(new long[] { -1 }, "negative")]
    [InlineData(new long[] { long.MaxValue, 2 }, "too many elements")]
    [InlineData(new long[] { 1L << 40, 1L << 40, 0 }, "too many elements")]
    public void Impossible_shapes_are_refused(long[] shape, string expected)
        => Assert.Contains(expected, Assert.Throws<KernelShapeException>(() => Device.Allocate<float>(shape)).Message, StringComparison.Ordinal);

    [Fact]
    public void More_memory_than_there_is_is_typed()
        => Assert.Equal("KD8026", Assert.Throws<DeviceMemoryException>(() => Device.Allocate<double>(1L << 50)).Diagnostic.Id);

    [Fact]
    public void Type_that_is_no_element_is_typed()
        => Assert.Contains("'Guid' is not the type", Assert.Throws<KernelTypeException>(() => Device.Allocate<Guid>(2)).Message, StringComparison.Ordinal);

    [Fact]
    public void Small_integers_are_packed()
    {
        Int4[] values = [(Int4)(-8), (Int4)7, (Int4)(-1)];
        using var tensor = Device.Upload(values);
        Assert.Equal(values, tensor.ToArray());
        using var bytes = Device.Allocate<byte>(2);
        unsafe
        {
            bytes.CopyFrom(new ReadOnlySpan<byte>((void*)tensor.Address, 2));
        }

        Assert.Equal([0x78, 0x0F], bytes.ToArray());
        using var unsigned = Device.Upload([(UInt4)15, (UInt4)0]);
        Assert.Equal([(UInt4)15, (UInt4)0], unsigned.ToArray());
        using var two = Device.Upload([(Int2)(-2), (Int2)1, (Int2)0, (Int2)(-1), (Int2)1]);
        Assert.Equal([-2, 1, 0, -1, 1], two.ToArray().Select(v => (int)v));
        Assert.Throws<KernelArgumentException>(() => tensor.AsSpan());
        Assert.Throws<KernelShapeException>(() => tensor.Slice(0, 1, 1));
        Assert.Throws<OverflowException>(() => (Int4)8);
    }

    [Fact]
    public void Narrow_floats_convert_as_the_kernels_do()
    {
        Assert.Equal(1.0078125f, (float)(BFloat16)1.00781f);
        Assert.Equal(448f, (float)(Float8E4M3)1000f);
        Assert.Equal(57344f, (float)(Float8E5M2)1e9);
        Assert.True(float.IsNaN((BFloat16)float.NaN));
        Assert.False((BFloat16)float.NaN == (BFloat16)float.NaN);
        Assert.True(((BFloat16)float.NaN).Equals((BFloat16)float.NaN));
        Assert.Equal("0.5", ((BFloat16)0.5f).ToString(null, System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(((BFloat16)1f).CompareTo((BFloat16)2f) < 0);
    }

    [Fact]
    public void Finalizer_frees_what_nobody_disposed()
    {
        var released = 0;
        Abandon(() => Interlocked.Increment(ref released));
        for (var i = 0; i < 20 && Volatile.Read(ref released) == 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(1, released);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Abandon(Action release) => _ = new TensorStorage(Device, 64, 4, _ => release());
    }

    [Fact]
    public void Memory_in_use_is_freed_when_the_last_user_leaves()
    {
        var released = 0;
        var storage = new TensorStorage(Device, 64, 4, _ => released++);
        Assert.True(storage.TryEnter());
        Assert.True(storage.TryEnter());
        Assert.True(storage.TryDispose());
        Assert.False(storage.TryEnter());
        Assert.Equal(0, released);
        storage.Leave();
        storage.Leave();
        Assert.Equal(1, released);
        Assert.False(storage.TryDispose());
    }
}
