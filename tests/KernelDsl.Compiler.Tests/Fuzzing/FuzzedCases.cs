namespace KernelDsl.Compiler.Tests.Fuzzing;

/// <summary>Small texts on which the front end once failed, or could have.</summary>
public sealed class FuzzedCases
{
    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("\ufeff")]
    [InlineData("kernel")]
    [InlineData("deterministic")]
    [InlineData("deterministic kernel")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] {\n y = a")] // a name at the very end once asked for a token after the last
    [InlineData("kernel f(x: f32[")]
    [InlineData("kernel f(x: f32[i: {")]
    [InlineData("kernel f() -> y: f32[] { y[")]
    [InlineData("kernel f() -> y: f32[] { (a, b")]
    [InlineData("kernel f() -> y: f32[] { y = 1,")]
    [InlineData("module")]
    [InlineData("module .")]
    [InlineData("schedule f { a (")]
    [InlineData("schedule f { a - ")]
    [InlineData("kernel f<T: T>(x: T[i: N]) -> y: T[i] { let w[i] = x; y = w; }")] // a type parameter that allows itself
    [InlineData("kernel f(x: f32[i: (N else 3)]) -> y: f32[i] { y = x; }")] // 'else' among sizes reached the lowering
    public void Small_text_is_taken(string text) => Assert.Null(FuzzingTests.Failure(text));
}
