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
    [InlineData("B H -", -1)]
    [InlineData("B H <= B B <= && B H < && H B > && H H >= && B H != && B B == &&", 1)]
    [InlineData("B H > B B < || H B <= || B H >= || B H == || B B != ||", 0)]
    [InlineData("B H &", 2)]
    [InlineData("B H |", 3)]
    [InlineData("B H ^", 1)]
    [InlineData("B ~", -3)]
    [InlineData("7 neg 1 >>", -4)]
    [InlineData("7 neg abs", 7)]
    [InlineData("2.5f fneg fabs 4f f* ffloor integer", 10)]
    [InlineData("7f 2f f/ ffloor integer", 3)]
    [InlineData("7f 2f f/ fceil integer", 4)]
    [InlineData("16f fsqrt 3f f+ 1f f- integer", 6)]
    [InlineData("3f flog fexp 0.5f f+ ffloor integer", 3)]
    [InlineData("7f fneg 4f f% integer", 1)]
    [InlineData("7f 4f fmin 2f fmax integer", 4)]
    [InlineData("1f 2f f< 2f 1f f> && 2f 2f f>= && 2f 2f f== && 1f 2f f!= &&", 1)]
    public void Expression_gives_the_value(string text, long expected)
        => Assert.Equal(expected, HostExpression.Parse(text, ["B", "H", "M", "min"]).Evaluate([2, 3, 5, 11]));

    [Theory]
    [InlineData("")]
    [InlineData("B H")]
    [InlineData("B *")]
    [InlineData("nothing")]
    public void Text_that_is_no_expression_is_refused(string text) => Assert.Throws<FormatException>(() => HostExpression.Parse(text, ["B", "H"]));
}
