using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;
using KernelDsl.Testing;

namespace KernelDsl.Compiler.Tests.Syntax;

/// <summary>Inputs made to exhaust the stack, the memory or the patience of a compiler.</summary>
public sealed class SyntaxLimitTests
{
    private const string Start = "kernel f(x: f32[i: N]) -> y: f32[i] { y = ";

    public static TheoryData<string, string, int> Bombs => new()
    {
        { "KD1012", "(", 100_000 },
        { "KD1012", "x[", 100_000 },
        { "KD1012", "[[[[", 100_000 },
        { "KD1012", "exp(", 100_000 },
        { "KD1012", "sum[i](", 100_000 },
        { "KD1013", "-", 100_000 },
        { "KD1013", "!~", 100_000 },
        { "KD1013", "if ", 100_000 },
        { "KD1013", "if x then x else ", 50_000 },
        { "KD1013", "x else ", 100_000 },
        { "KD1014", "x + ", 100_000 },
        { "KD1014", "x < ", 100_000 },
        { "KD1014", "x as f32 as f32 * ", 50_000 },
        { "KD1006", "{", 100_000 },
        { "KD1006", "}", 100_000 },
        { "KD1006", ";", 100_000 },
        { "KD1007", "x ", 100_000 },
        { "KD1007", "é ", 100_000 },
        { "KD1001", "$ ", 100_000 },
        { "KD1001", "\ufffd", 500_000 },
        { "KD1002", "/* ", 100_000 },
        { "KD1010", "x =\n", 100_000 },
        { "KD1007", "x\ny = ", 100_000 },
        { "KD1015", "x + ", 2_500_000 },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Bomb_is_answered_by_an_error_soon(string id, string part, int count)
    {
        var text = Start + string.Concat(Enumerable.Repeat(part, count));
        var (found, milliseconds) = ParseOnSmallStack(text);
        for (var again = 0; again < 3 && milliseconds >= 1000; again++)
        {
            (_, milliseconds) = ParseOnSmallStack(text); // the machine may be busy with something else
        }

        Assert.Contains(id, found);
        Assert.InRange(found.Count, 1, 101);
        Assert.True(milliseconds < 1000, $"{milliseconds} ms");
    }

    [Theory]
    [InlineData("(", ")", 64)]
    [InlineData("-", "", 256)]
    [InlineData("if x then x else ", "", 128)]
    [InlineData("x else ", "", 256)]
    [InlineData("x + ", "", 500)]
    [InlineData("x ^ x as f32 * ", "", 166)]
    public void What_the_limits_allow_is_parsed_on_a_small_stack(string before, string after, int count)
    {
        var text = Start + string.Concat(Enumerable.Repeat(before, count)) + "x" + string.Concat(Enumerable.Repeat(after, count)) + "; }";
        Assert.Empty(ParseOnSmallStack(text).Ids);
    }

    [Fact]
    public void Deepest_mixture_that_the_limits_allow_is_parsed_on_a_small_stack()
    {
        const string level = "a || b && c == d | e ^ f & g << h + i * -(";
        var text = Start + string.Concat(Enumerable.Repeat(level, 55)) + "(((((((((x" + new string(')', 64) + "; }";
        Assert.Empty(ParseOnSmallStack(text).Ids);
    }

    [Fact]
    public void Limits_hold_for_each_statement_and_signature_on_its_own()
    {
        var part = string.Concat(Enumerable.Repeat("x + ", 450)) + "x";
        Assert.Empty(ParseOnSmallStack($"{Start}{part}; y = {part}; }} fn g(x) = {part};").Ids);
        Assert.Equal(["KD1014", "KD1014"], ParseOnSmallStack($"{Start}{part} + {part}; y = x; }} fn g(x) = {part} + {part}; fn h(x) = x;").Ids);
    }

    [Fact]
    public void Text_of_the_largest_size_is_parsed()
    {
        var kernel = File.ReadAllText(CorpusFiles.In(CorpusFiles.Listings)[0]);
        kernel = kernel[kernel.IndexOf("///", StringComparison.Ordinal)..];
        var text = string.Concat(Enumerable.Repeat(kernel, (1 << 20) / kernel.Length));
        Assert.Empty(Parsed.Text(text).Diagnostics);
    }

    [Fact]
    public void Many_threads_may_parse_at_once()
    {
        var texts = CorpusFiles.All.Select(File.ReadAllText).ToArray();
        var expected = texts.Select(t => SyntaxDump.Of(Parsed.Text(t).Module)).ToArray();
        Parallel.For(0, 200, i => Assert.Equal(expected[i % texts.Length], SyntaxDump.Of(Parsed.Text(texts[i % texts.Length]).Module)));
    }

    // Windows gives a main thread 1 MiB.
    private static (List<string> Ids, long Milliseconds) ParseOnSmallStack(string text)
    {
        List<string> ids = [];
        double milliseconds = 0;
        var thread = new Thread(
            () =>
            {
                var begin = ThreadTime.Milliseconds;
                var compilation = KernelCompilation.Create(new SourceText("test.kdsl", text));
                milliseconds = ThreadTime.Milliseconds - begin;
                ids = [.. compilation.Diagnostics.Select(d => d.Id).Where(id => id.StartsWith("KD1", StringComparison.Ordinal))];
                Assert.NotNull(SyntaxDump.Of(compilation.Syntax));
            },
            maxStackSize: 1 << 20);
        thread.Start();
        thread.Join();
        return (ids, (long)milliseconds);
    }
}
