using KernelDsl.Compiler.Text;
using KernelDsl.Testing;

namespace KernelDsl.Compiler.Tests.Syntax;

public sealed class TestingHelperTests
{
    [Fact]
    public void Marks_are_taken_out_and_their_spans_kept()
    {
        var marked = MarkedText.Parse("a [|b [|c|]|] d[||]");
        Assert.Equal("a b c d", marked.Text);
        Assert.Equal([new TextSpan(2, 3), new TextSpan(4, 1), new TextSpan(7, 0)], marked.Spans);
    }

    [Theory]
    [InlineData("a [|b")]
    [InlineData("a b|]")]
    public void Unpaired_mark_is_an_error(string text) => Assert.Throws<FormatException>(() => MarkedText.Parse(text));

    [Fact]
    public void Text_that_differs_from_its_baseline_fails_and_leaves_what_was_received()
    {
        if (Environment.GetEnvironmentVariable("KDSL_UPDATE_BASELINES") == "1")
        {
            return; // it would accept the difference
        }

        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "x.verified.txt"), "one\r\ntwo\r\n");
            Baseline.Verify(folder, "x", "one\ntwo");
            var error = Assert.Throws<BaselineException>(() => Baseline.Verify(folder, "x", "one\nthree"));
            Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
            Assert.Equal("one\nthree\n", File.ReadAllText(Path.Combine(folder, "x.received.txt")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
