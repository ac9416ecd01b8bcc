using KernelDsl.Runtime.Launching;

namespace KernelDsl.Runtime.Tests.Launching;

public sealed class HostExpressionTests
{
    [Theory]
    [InlineData("B H * M *", 2 * 3 * 5)]
    [InlineData("7 neg 2 /", -4)]
    [InlineData("7 neg 2 %", 1)]
    [InlineData("B 0 /", 0)]
    [InlineData("B H < M B ?:", 5)]
    [InlineData("B H > M B ?:", 2)]
    [InlineData("B H min M max", 5)]
    [InlineData("B 2 == H 3 != ||", 1)]
    [InlineData("B 2 == H 3 != &&", 0)]
    [InlineData("B !", 0)]
    [InlineData("1 H << 1 -", 7)]
    [InlineData("B float 0.5f f* integer", 1)]
    [InlineData("B float 2f f<=", 1)]
    [InlineData("$min 1 +", 12)]
    public void Expression_gives_the_value(string text, long expected)
        => Assert.Equal(expected, HostExpression.Parse(text, ["B", "H", "M", "min"]).Evaluate([2, 3, 5, 11]));

    [Theory]
    [InlineData("")]
    [InlineData("B H")]
    [InlineData("B *")]
    [InlineData("nothing")]
    public void Text_that_is_no_expression_is_refused(string text) => Assert.Throws<FormatException>(() => HostExpression.Parse(text, ["B", "H"]));
}
