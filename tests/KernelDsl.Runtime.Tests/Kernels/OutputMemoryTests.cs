namespace KernelDsl.Runtime.Tests.Kernels;

/// <summary>Where outputs lie: on each other, on themselves, between each other.</summary>
public sealed unsafe class OutputMemoryTests
{
    private const string Split = "kernel split(x: f32[i: N]) -> y: f32[i], z: f32[i] { y = x + 1; z = x + 2; }";
    private const string Copy = "kernel copy2(x: f32[i: M, j: N]) -> y: f32[i, j] { y = x + 1; }";

    private static KernelDevice Device => KernelDevice.Cpu;

    [Theory]
    [InlineData(0, 2, 0, 2)] // the same strided points
    [InlineData(0, 2, 2, 2)] // shifted by one point of the first
    [InlineData(0, 1, 3, 2)] // a contiguous one and a strided one
    [InlineData(0, 3, 1, 2)] // strides that meet at some points
    [InlineData(0, 2, 3, 3)]
    public void Strided_outputs_that_share_an_element_are_refused(int startY, int stepY, int startZ, int stepZ)
    {
        using var kernel = SpecKernel.Compile(Split);
        using var x = Device.Allocate<float>(5);
        using var memory = Device.Allocate<float>(32);
        var y = Device.Borrow<float>(memory.Address + (startY * 4), [5], [stepY]);
        var z = Device.Borrow<float>(memory.Address + (startZ * 4), [5], [stepZ]);
        var e = Assert.Throws<AliasedOutputException>(() => kernel.Run(x, y, z));
        Assert.Contains("output 'y' of kernel 'split' is the same memory as 'z'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 2, 1, 2)]
    [InlineData(0, 3, 16, 1)]
    [InlineData(12, -3, 16, 3)]
    [InlineData(8, -2, 1, 2)]
    public void Strided_outputs_between_each_other_are_right(int startY, int stepY, int startZ, int stepZ)
    {
        using var kernel = SpecKernel.Compile(Split);
        using var x = Device.Upload([10f, 20, 30, 40, 50]);
        using var memory = Device.Allocate<float>(32);
        var y = Device.Borrow<float>(memory.Address + (startY * 4), [5], [stepY]);
        var z = Device.Borrow<float>(memory.Address + (startZ * 4), [5], [stepZ]);
        kernel.Run(x, y, z);
        Assert.Equal([11f, 21, 31, 41, 51], y.ToArray());
        Assert.Equal([12f, 22, 32, 42, 52], z.ToArray());
    }

    [Fact]
    public void Columns_of_one_matrix_are_two_outputs()
    {
        using var kernel = SpecKernel.Compile("kernel halves(x: f32[i: M, j: N]) -> y: f32[i, j], z: f32[i, j] { y = x; z = -x; }");
        using var x = Device.Upload(new[,] { { 1f, 2 }, { 3, 4 } });
        using var wide = Device.Allocate<float>(2, 5);
        kernel.Run(x, wide.Slice(1, 0, 2), wide.Slice(1, 2, 2));
        Assert.Equal([1f, 2, -1, -2, 0, 3, 4, -3, -4, 0], wide.ToArray());
        Assert.Throws<AliasedOutputException>(() => kernel.Run(x, wide.Slice(1, 0, 2), wide.Slice(1, 1, 2)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(-1, 1)]
    public void Output_with_two_points_in_one_place_is_refused(int rows, int columns)
    {
        using var kernel = SpecKernel.Compile(Copy);
        using var x = Device.Allocate<float>(2, 3);
        using var memory = Device.Allocate<float>(16);
        var y = Device.Borrow<float>(memory.Address + 32, [2, 3], [rows, columns]);
        var e = Assert.Throws<AliasedOutputException>(() => kernel.Run(x, y));
        Assert.Contains("output 'y' of kernel 'copy2' is the same memory as 'y'", e.Message, StringComparison.Ordinal);
        kernel.Run(y, x);
    }

    [Fact]
    public void Output_whose_axes_interleave_without_meeting_is_taken()
    {
        using var kernel = SpecKernel.Compile(Copy);
        using var x = Device.Upload(new[,] { { 1f, 2, 3 }, { 4, 5, 6 } });
        using var memory = Device.Allocate<float>(8);

        // Places 0 2 4 and 3 5 7: the ranges of the rows overlap, the points do not.
        var y = Device.Borrow<float>(memory.Address, [2, 3], [3, 2]);
        kernel.Run(x, y);
        Assert.Equal([2f, 0, 3, 5, 4, 6, 0, 7], memory.ToArray());
    }

    [Fact]
    public void Strided_input_under_an_output_is_read_before()
    {
        using var kernel = SpecKernel.Compile(Copy);
        using var memory = Device.Upload(new[,] { { 1f, 2 }, { 3, 4 } });
        kernel.Run(memory.Permute(1, 0), memory);
        Assert.Equal([2f, 4, 3, 5], memory.ToArray());
        kernel.Run(memory, memory.Permute(1, 0));
        Assert.Equal([3f, 4, 5, 6], memory.ToArray());
    }

    [Fact]
    public void Part_of_an_input_is_no_output()
    {
        using var kernel = SpecKernel.Compile(Split);
        using var memory = Device.Allocate<float>(12);
        using var other = Device.Allocate<float>(4);
        Assert.Throws<AliasedOutputException>(() => kernel.Run(memory.Slice(0, 0, 4), memory.Slice(0, 3, 4), other));
        Assert.Throws<AliasedOutputException>(() => kernel.Run(memory.Slice(0, 3, 4), memory.Slice(0, 0, 4), other));
        kernel.Run(memory.Slice(0, 0, 4), memory.Slice(0, 4, 4), memory.Slice(0, 8, 4));
    }
}
