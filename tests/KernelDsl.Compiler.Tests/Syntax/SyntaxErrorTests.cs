using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Testing;

namespace KernelDsl.Compiler.Tests.Syntax;

public sealed class SyntaxErrorTests
{
    public static TheoryData<int> Specs => [.. Enumerable.Range(0, SyntaxErrorSpecs.All.Count)];

    [Theory]
    [MemberData(nameof(Specs))]
    public void One_mistake_gives_one_diagnostic_at_its_place(int index)
    {
        var (id, text) = SyntaxErrorSpecs.All[index];
        var marked = MarkedText.Parse(text);
        var diagnostics = Parsed.Text(marked.Text).Diagnostics;
        Assert.True(diagnostics.Length == 1, $"{text}\n{string.Join("\n", diagnostics)}");
        Assert.Equal((id, marked.Span), (diagnostics[0].Id, diagnostics[0].Span));
    }

    [Fact]
    public void Messages_are_the_agreed_ones()
    {
        var lines = SyntaxErrorSpecs.All
            .Where(spec => spec.Marked.Length < 200)
            .Select(spec => $"{spec.Marked.ReplaceLineEndings("⏎")}\n    {Parsed.Text(MarkedText.Parse(spec.Marked).Text).Diagnostics[0]}");
        Baseline.Verify("Baselines", "messages", string.Join("\n", lines).Replace("\ud800", "\\ud800", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_kind_of_syntax_error_has_a_spec()
    {
        // Too many errors needs more than one mistake; see SyntaxRecoveryTests.
        var missing = SyntaxDiagnostics.All.Select(d => d.Id).Except(SyntaxErrorSpecs.All.Select(s => s.Id));
        Assert.Equal(["KD1016"], missing);
    }

    [Fact]
    public void Catalogue_has_unique_ids_in_order_and_texts_in_every_field()
    {
        var all = DiagnosticCatalogue.All;
        Assert.Equal(all.Select(d => d.Id).Distinct().Count(), all.Length);
        Assert.All(all, d => Assert.Matches("^KD[0-9]{4}$", d.Id));
        Assert.All(all, d => Assert.False(string.IsNullOrWhiteSpace(d.Title) || string.IsNullOrWhiteSpace(d.MessageFormat) || string.IsNullOrWhiteSpace(d.Help)));
        Assert.Equal(SyntaxDiagnostics.All.OrderBy(d => d.Id, StringComparer.Ordinal), SyntaxDiagnostics.All);
    }
}
