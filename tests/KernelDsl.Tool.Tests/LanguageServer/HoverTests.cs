using System.Text.Json.Nodes;
using KernelDsl.Compiler.Navigation;
using KernelDsl.Testing;
using KernelDsl.Tool.LanguageServer.Features;

namespace KernelDsl.Tool.Tests.LanguageServer;

public sealed class HoverTests
{
    private const string Attention = """
        /// What it is.
        kernel f<T: f16 | f32, const D: 64 | 128>(q: T[b: B, i: M, d: D], k: T[b, j: N, d], window: int = 8) -> o: T[b, i, d] where M <= N, window >= 1 {
            let s[b, i, j] = sum[d](q * k) / sqrt(D)
                where j <= i + (N - M);
            o = sum[j](softmax[j](s) * k);
        }
        """;

    [Theory]
    [InlineData("kernel [||]f<", "kernel f<T: f16 | f32, const D: 64 | 128>", "What it is.", "`M <= N`")]
    [InlineData("f<[||]T: f16", "T: f16 | f32")]
    [InlineData("const [||]D: 64", "const D: 64 | 128", "`64`, `128`")]
    [InlineData("([||]q: T", "q: T[b: B, i: M, d: D]", "parameter", "f16 | f32")]
    [InlineData("q * [||]k) /", "k: T[b: B, j: N, d: D]")]
    [InlineData("[||]window: int", "window: i64 = 8", "`window >= 1`")]
    [InlineData("[||]o: T", "o: T[b: B, i: M, d: D]", "output")]
    [InlineData("let [||]s[", "let s[b: B, i: M, j: N]", "Floats", "Defined where `j <= i + (N - M)`", "sum[d](q * k)")]
    [InlineData("j: [||]N,", "N", "at least 1", "`M <= N`")]
    [InlineData("sum[[||]j]", "j: N", "from 0 to before `N`", "`k`, `s`")]
    [InlineData("[||]sum[d]", "sum[i, j](x)", "over nothing 0")]
    [InlineData("[||]sqrt(D)", "sqrt(x)", "square root")]
    [InlineData("T: [||]f16", "f16", "16 bits")]
    public void Hover_says_what_the_binder_knows(string place, params string[] parts) => AssertHover(Attention, place, parts);

    [Theory]
    [InlineData("kernel f(x: f32[p: ragged(start[e: E])]) -> y: f32[e] { y = sum[p](x); }", "sum[[||]p]", "ragged in groups of e by start", "group `e` holds the points from `start[e]`")]
    [InlineData("kernel f(k: f32[b: B, j: paged(table[b, page: P], len[b], 16)]) -> y: f32[b] { y = sum[j](k); }", "([||]k: f32", "paged(table, len, 16)", "`k: f32[k.pages, 16]`")]
    [InlineData("kernel f(a: f32[i: M, j: N] csr) -> y: f32[i] { y = sum[j](a); }", "([||]a: f32", "a: f32[i: M, j: N] csr", "`a.offsets: i32[M + 1]`")]
    [InlineData("kernel f(a: f32[i: M, j: N] csr) -> y: f32[i] { y = sum[j](a); }", "[||]csr)", "format csr", "Compressed rows")]
    [InlineData("kernel f(x: f32[g: {re, im}]) -> y: f32[] { y = x[g: im]; }", "g: [||]im]", "g: im", "{re, im}")]
    [InlineData("/// Twice.\nfn twice(x) = x + x; kernel f(x: f32[i: N]) -> y: f32[i] { y = twice(x); }", "y = [||]twice(", "fn twice(x) = x + x;", "Twice.")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { let s = x > 0; y = if s then x else 0; }", "if [||]s", "let s[i: N]", "Truth values")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = if x < inf then 1 else 0; }", "< [||]inf", "inf", "Infinity")]
    public void Hover_knows_every_kind_of_tensor_and_axis(string text, string place, params string[] parts) => AssertHover(text, place, parts);

    /// <summary>The mistake stands somewhere; what is around it is described all the same.</summary>
    [Theory]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { let s[i] = x * 2; y = s + ; }", "y = [||]s", "let s[i: N]", "Floats")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = x + nothing; }", "y = [||]x", "x: f32[i: N]", "parameter of `f`")]
    [InlineData("kernel f(x: f32[i: N) -> y: f32[i] { y = x; }", "y = [||]x", "x: f32[i: N", "tensor parameter")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = exp( }", "[||]exp", "exp(x)")]
    public void Hover_works_in_a_broken_file(string text, string place, params string[] parts) => AssertHover(text, place, parts);

    [Fact]
    public void Hover_is_plain_text_for_an_editor_without_markdown()
    {
        var editor = new Editor();
        editor.Request("initialize", JsonNode.Parse("""{"capabilities":{"textDocument":{"hover":{"contentFormat":["plaintext"]}}}}""")!.AsObject());
        editor.Notify("textDocument/didOpen", new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = Editor.Uri, ["version"] = 1, ["text"] = Attention } });
        var contents = editor.RequestAt("textDocument/hover", Attention, Attention.IndexOf("window", StringComparison.Ordinal))["result"]!["contents"]!;
        Assert.Equal("plaintext", contents["kind"]!.GetValue<string>());
        Assert.DoesNotContain("`", contents["value"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Hover_over_a_name_of_many_callers_describes_a_few()
    {
        var text = "fn g(x) = x * N; " + string.Join(' ', Enumerable.Range(0, 20).Select(i => $"kernel f{i}(x: f32[i: N]) -> y: f32[i] {{ y = g(x); }}"));
        var value = Editor.Open(text).RequestAt("textDocument/hover", text, text.IndexOf('N', StringComparison.Ordinal))["result"]!["contents"]!["value"]!.GetValue<string>();
        Assert.Contains("`f2`", value, StringComparison.Ordinal);
        Assert.DoesNotContain("`f3`", value, StringComparison.Ordinal);
        Assert.Contains("17 more", value, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_name_of_the_language_has_help()
    {
        var all = BuiltInNames.Functions.Select(n => (NavigationKind.BuiltInFunction, n)).Concat(BuiltInNames.Reductions.Select(n => (NavigationKind.Reduction, n)))
            .Concat(BuiltInNames.ElementTypes.Select(n => (NavigationKind.ElementType, n))).Concat(BuiltInNames.Formats.Select(n => (NavigationKind.Format, n)))
            .Concat(BuiltInNames.Constants.Select(n => (NavigationKind.Constant, n)));
        Assert.DoesNotContain(all, name => BuiltInHelp.Find(name.Item1, name.n) is null);
    }

    private static void AssertHover(string text, string place, string[] parts)
    {
        var mark = MarkedText.Parse(place);
        var at = text.IndexOf(mark.Text, StringComparison.Ordinal);
        Assert.True(at >= 0, $"'{mark.Text}' is not in the text");
        var cursor = at + mark.Span.Start;
        var value = Editor.Open(text).RequestAt("textDocument/hover", text, cursor)["result"]!["contents"]!["value"]!.GetValue<string>();
        Assert.All(parts, part => Assert.Contains(part, value, StringComparison.Ordinal));
    }
}
