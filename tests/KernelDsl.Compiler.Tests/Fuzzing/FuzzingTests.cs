using System.Globalization;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Formatting;
using KernelDsl.Compiler.Tests.Syntax;
using KernelDsl.Compiler.Text;
using KernelDsl.Testing;

namespace KernelDsl.Compiler.Tests.Fuzzing;

/// <summary>
/// No text, however broken, gives an exception, a hang, or a diagnostic outside the text.
/// <c>KDSL_FUZZ_COUNT</c> sets the number of texts and <c>KDSL_FUZZ_SEED</c> the first seed.
/// Every bug found here becomes a small named case in <see cref="FuzzedCases"/>.
/// </summary>
public sealed class FuzzingTests
{
    private const int DefaultCount = 2_500;

    private static readonly Func<SourceText, ImmutableArray<Diagnostic>> Pipeline = source => WholeCompiler.Run(source);

    [Fact]
    public void No_mutated_spec_breaks_the_front_end()
    {
        var mutator = new SpecMutator(CorpusFiles.All.Select(File.ReadAllText));
        var first = Setting("KDSL_FUZZ_SEED", 0);
        var last = first + Setting("KDSL_FUZZ_COUNT", DefaultCount);
        var clean = 0;
        for (var seed = first; seed < last; seed++)
        {
            var text = mutator.Mutate(seed);
            if (Failure(text) is not null && Failure(text) is { } failure) // once more, as the machine may have been busy
            {
                Assert.Fail($"seed {seed}: {failure}\n{text}");
            }

            var diagnostics = Parsed.Of(new SourceText("fuzz.kdsl", text)).Diagnostics;
            clean += diagnostics.IsEmpty ? 1 : 0;
        }

        // Else the mutations would test little but the first error.
        Assert.InRange(clean, (last - first) / 100, (last - first) * 9 / 10);
    }

    [Fact]
    public void Mutations_are_the_same_for_the_same_seed()
    {
        var texts = CorpusFiles.All.Select(File.ReadAllText).ToArray();
        var (one, other) = (new SpecMutator(texts), new SpecMutator(texts));
        var mutated = Enumerable.Range(0, 200).Select(one.Mutate).ToArray();
        Assert.Equal(Enumerable.Range(0, 200).Select(other.Mutate), mutated);
        Assert.True(mutated.Distinct().Count() > 180);
    }

    /// <summary>What is wrong with how a text is taken; null where nothing is.</summary>
    internal static string? Failure(string text)
    {
        var source = new SourceText("fuzz.kdsl", text);
        var begin = ThreadTime.Milliseconds;
        try
        {
            var diagnostics = Pipeline(source);
            return Parsed.Of(source).Diagnostics.IsEmpty && !IsFormattedOnce(source) ? "formatting changes the tokens, or changes its own result"
                : ThreadTime.Milliseconds - begin > 1000 ? $"{ThreadTime.Milliseconds - begin:0} ms"
                : diagnostics.FirstOrDefault(d => d.Span.Start < 0 || d.Span.Length < 0 || d.Span.End > text.Length) is { } outside
                    ? $"{outside.Id} is outside the text, at {outside.Span}"
                : null;
        }
        catch (Exception e)
        {
            return e.ToString();
        }
    }

    private static bool IsFormattedOnce(SourceText source)
    {
        var once = Formatter.TryFormat(source);
        return once is not null && Formatter.TryFormat(new SourceText(source.Path, once)) == once;
    }

    private static int Setting(string name, int fallback)
        => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : fallback;
}
