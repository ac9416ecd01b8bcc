using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelDsl.Runtime.Tests.Kernels;

namespace KernelDsl.Runtime.Tests.Tensors;

/// <summary>All values of narrow types, through memory and through a kernel that only moves them.</summary>
public sealed class ElementEdgeTests
{
    private static KernelDevice Device => KernelDevice.Cpu;

    [Fact]
    public void Every_pattern_of_sixteen_bits_comes_back()
    {
        Returns<Half, ushort>(ElementType.F16, 1 << 16, bits => (ushort)bits, value => (float)BitConverter.UInt16BitsToHalf(value));
        Returns<BFloat16, ushort>(ElementType.BF16, 1 << 16, bits => (ushort)bits, value => BFloat16.FromBits(value));
        Returns<short, ushort>(ElementType.I16, 1 << 16, bits => (ushort)bits, value => (short)value);
    }

    [Fact]
    public void Every_pattern_of_eight_bits_comes_back()
    {
        Returns<Float8E4M3, byte>(ElementType.F8E4M3, 256, bits => (byte)bits, value => Float8E4M3.FromBits(value));

        // Stores of 8-bit floats saturate: ±infinity is the one value that a kernel does not keep.
        Returns<Float8E5M2, byte>(ElementType.F8E5M2, 256, bits => (byte)((bits & 0x7F) == 0x7C ? bits - 1 : bits), value => Float8E5M2.FromBits(value));
        Returns<sbyte, byte>(ElementType.I8, 256, bits => (byte)bits, value => (sbyte)value);
        Returns<byte, byte>(ElementType.U8, 256, bits => (byte)bits, value => value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(17)]
    public void Packed_integers_of_any_length_go_through_a_kernel(int length)
    {
        Packed<Int4>(ElementType.I4, length, i => (i % 16) - 8);
        Packed<UInt4>(ElementType.U4, length, i => i % 16);
        Packed<Int2>(ElementType.I2, length, i => (i % 4) - 2);
    }

    [Fact]
    public unsafe void Truth_values_of_other_languages_are_true_when_any_bit_is()
    {
        var bytes = stackalloc byte[] { 0, 1, 2, 128, 255 };
        var flags = Device.Borrow<bool>((nint)bytes, [5]);
        using var kernel = SpecKernel.Compile("kernel choose(b: bool[i: N]) -> y: i32[i], n: bool[i], c: bool[i] { y = if b then 7 else 3; n = !b; c = b; }");
        using var y = Device.Allocate<int>(5);
        using var not = Device.Allocate<byte>(5);
        using var copy = Device.Allocate<byte>(5);
        kernel.Run(launch =>
        {
            launch.Tensor(0, flags);
            launch.Tensor<int>(1, y);
            launch.Tensor(2, Device.Borrow<bool>(not.Address, [5]));
            launch.Tensor(3, Device.Borrow<bool>(copy.Address, [5]));
        });
        Assert.Equal([3, 7, 7, 7, 7], y.ToArray());
        Assert.Equal([1, 0, 0, 0, 0], not.ToArray());
        Assert.Equal([0, 1, 1, 1, 1], copy.ToArray());
    }

    private static void Packed<T>(ElementType element, int length, Func<int, int> valueAt)
        where T : unmanaged
    {
        using var kernel = SpecKernel.Compile($"kernel move(x: {element.Name()}[i: N]) -> y: {element.Name()}[i] {{ y = x; }}");
        var values = Enumerable.Range(0, length).Select(i => Unsafe.BitCast<sbyte, T>((sbyte)valueAt(i))).ToArray();
        using var x = Device.Upload(values);
        using var y = Device.Allocate<T>(length);
        Assert.Equal(values, x.ToArray());
        if (length > 0)
        {
            Move(kernel, x.AsRef(), y.AsRef());
            Assert.Equal(values, y.ToArray());
        }
    }

    private static void Returns<T, TBits>(ElementType element, int count, Func<int, TBits> bitsOf, Func<TBits, float> valueOf)
        where T : unmanaged
        where TBits : unmanaged
    {
        using var kernel = SpecKernel.Compile($"kernel move(x: {element.Name()}[i: N]) -> y: {element.Name()}[i] {{ y = x; }}");
        var bits = Enumerable.Range(0, count).Select(bitsOf).ToArray();
        using var x = Device.Upload(MemoryMarshal.Cast<TBits, T>(bits).ToArray());
        using var y = Device.Allocate<T>(count);
        Assert.Equal(bits, MemoryMarshal.Cast<T, TBits>(x.ToArray()).ToArray());
        Move(kernel, x.AsRef(), y.AsRef());
        var moved = MemoryMarshal.Cast<T, TBits>(y.ToArray()).ToArray();
        Assert.All(bits.Zip(moved), pair => Assert.True(
            pair.First.Equals(pair.Second) || (float.IsNaN(valueOf(pair.First)) && float.IsNaN(valueOf(pair.Second))), $"{element} {pair.First} became {pair.Second}"));
    }

    private static void Move<T>(SpecKernel kernel, TensorRef<T> x, TensorRef<T> y)
        where T : unmanaged
        => kernel.Run(launch =>
        {
            launch.Tensor(0, x);
            launch.Tensor(1, y);
        });
}
