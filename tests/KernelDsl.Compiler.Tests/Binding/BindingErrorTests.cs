using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Tests.Syntax;
using KernelDsl.Compiler.Text;
using KernelDsl.Testing;

namespace KernelDsl.Compiler.Tests.Binding;

public sealed class BindingErrorTests
{
    private static readonly IReadOnlyList<(string Id, string Marked)> s_all = [.. NameErrorSpecs.All, .. TypeErrorSpecs.All];

    public static TheoryData<int> Specs => [.. Enumerable.Range(0, s_all.Count)];

    [Theory]
    [MemberData(nameof(Specs))]
    public void One_mistake_gives_one_diagnostic_at_its_place(int index)
    {
        var (id, text) = s_all[index];
        var marked = MarkedText.Parse(text);
        var compilation = Compile(marked.Text);
        Assert.True(compilation.Diagnostics.Length == 1, $"{id} {Short(text)}\n{string.Join("\n", compilation.Diagnostics)}");
        var diagnostic = compilation.Diagnostics[0];
        Assert.True((id, marked.Span) == (diagnostic.Id, diagnostic.Span), $"{id} {Short(text)}\n{diagnostic}\nat '{compilation.Source.ToString(diagnostic.Span)}'");
    }

    [Fact]
    public void Messages_are_the_agreed_ones()
    {
        var lines = s_all.Where(spec => spec.Marked.Length < 400)
            .Select(spec => $"{spec.Marked.ReplaceLineEndings("⏎")}\n    {string.Join("\n    ", Compile(MarkedText.Parse(spec.Marked).Text).Diagnostics.Select(d => d.ToString()))}");
        Baseline.Verify("Baselines", "messages", string.Join("\n", lines));
    }

    internal static KernelCompilation Compile(string text) => KernelCompilation.Create(new SourceText("test.kdsl", text));

    private static string Short(string text) => text.Length < 400 ? text : text[..400] + "…";
}
