using KernelDsl.Tool.Arrays;
using KernelDsl.Tool.Inputs;

namespace KernelDsl.Tool.Tests.Inputs;

public sealed class ArrayConversionTests
{
    [Fact]
    public void Floats_round_to_the_parameter()
        => Assert.Equal([1.0, 65504.0], ArrayConversion.FromNpy("x", Arrays.Floats([2], 1.0001, 65504), ElementType.F16).Floats);

    [Fact]
    public void Integer_out_of_range_names_key_place_and_value()
    {
        var error = Assert.Throws<ToolException>(() => ArrayConversion.FromNpy("w", Arrays.Integers([2, 2], 1, 2, 9, 3), ElementType.I4));
        Assert.Equal("'w' has the value 9 at [1, 0]; i4 holds -8 to 7.", error.Message);
    }

    [Theory]
    [InlineData(NpyType.F4, ElementType.I32)]
    [InlineData(NpyType.I4, ElementType.F32)]
    [InlineData(NpyType.I4, ElementType.Bool)]
    [InlineData(NpyType.B1, ElementType.I32)]
    [InlineData(NpyType.F4, ElementType.Bool)]
    internal void Other_combinations_are_errors(NpyType given, ElementType wanted)
    {
        var error = Assert.Throws<ToolException>(() => ArrayConversion.FromNpy("x", new NpyArray(given, [1], new byte[8]), wanted));
        Assert.Contains(given.Name(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_of_0_and_1_are_truth_values_and_2_is_not()
    {
        Assert.Equal([0, 1], ArrayConversion.FromNpy("m", new NpyArray(NpyType.U1, [2], [0, 1]), ElementType.Bool).Integers);
        Assert.Throws<ToolException>(() => ArrayConversion.FromNpy("m", new NpyArray(NpyType.U1, [1], [2]), ElementType.Bool));
    }
}
