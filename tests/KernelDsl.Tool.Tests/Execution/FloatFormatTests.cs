using KernelDsl.Tool.Execution;

namespace KernelDsl.Tool.Tests.Execution;

public sealed class FloatFormatTests
{
    public static TheoryData<ElementType> Narrow => [ElementType.F16, ElementType.BF16, ElementType.F8E4M3, ElementType.F8E5M2];

    [Theory]
    [MemberData(nameof(Narrow))]
    public void Every_pattern_of_bits_survives(ElementType type)
    {
        var format = FloatFormat.Of(type)!;
        for (uint bits = 0; bits < 1u << format.Bits; bits++)
        {
            var value = format.Decode(bits);
            if (double.IsNaN(value))
            {
                Assert.True(double.IsNaN(format.Decode(format.Encode(value))));
            }
            else if (double.IsFinite(value) || !format.Saturates)
            {
                Assert.Equal(bits, format.Encode(value));
            }
        }
    }

    [Fact]
    public void Half_agrees_with_the_runtime_on_random_values()
    {
        var random = new Random(3);
        for (var i = 0; i < 100_000; i++)
        {
            var value = (random.NextDouble() - 0.5) * Math.ScaleB(1, random.Next(-30, 20));
            Assert.Equal((double)(Half)value, FloatFormat.F16.Round(value));
            Assert.Equal((double)(float)value, FloatFormat.F32.Round(value));
        }
    }

    [Fact]
    public void Rounding_is_once_and_to_even()
    {
        // Through f32 this would round up to a tie and then to even the wrong way.
        var value = 1 + Math.ScaleB(1, -8) + Math.ScaleB(1, -40);
        Assert.Equal(1 + Math.ScaleB(1, -7), FloatFormat.BF16.Round(value));
        Assert.Equal(1, FloatFormat.BF16.Round(1 + Math.ScaleB(1, -8)));
        Assert.Equal(448, FloatFormat.F8E4M3.LargestFinite);
        Assert.Equal(448, FloatFormat.F8E4M3.Round(1e9));
        Assert.Equal(57344, FloatFormat.F8E5M2.LargestFinite);
        Assert.Equal(65504, FloatFormat.F16.LargestFinite);
        Assert.Equal(double.NegativeInfinity, FloatFormat.F16.Round(-65520));
    }

    [Theory]
    [InlineData(ElementType.I4, -8, 7)]
    [InlineData(ElementType.U4, 0, 15)]
    [InlineData(ElementType.I2, -2, 1)]
    [InlineData(ElementType.I16, -32768, 32767)]
    [InlineData(ElementType.U8, 0, 255)]
    [InlineData(ElementType.I64, long.MinValue, long.MaxValue)]
    public void Integers_survive_packing(ElementType type, long minimum, long maximum)
    {
        long[] values = [minimum, maximum, 0, 1, minimum, 1, maximum];
        var packed = BufferPacking.Pack(new HostArray(type, [7], values));
        Assert.Equal(values, BufferPacking.Unpack(packed, [7]).Integers);
    }

    [Fact]
    public void First_small_element_is_in_the_low_bits()
        => Assert.Equal(0xE1, BufferPacking.Pack(new HostArray(ElementType.I4, [2], [1L, -2L])).Bytes[0]);
}
