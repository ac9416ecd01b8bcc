using KernelDsl.Testing;

namespace KernelDsl.Tool.Tests.LanguageServer;

public sealed class NavigationTests
{
    /// <summary>The marks are all places of one thing, its definition first in the text or not: each of them finds them all.</summary>
    [Theory]
    [InlineData("kernel f([|x|]: f32[i: N]) -> y: f32[i] { y = [|x|] * [|x|][i: 0] + sum[i]([|x|]); }")]
    [InlineData("kernel f(x: f32[[|i|]: N]) -> y: f32[[|i|]] { let s[[|i|]] = x[[|i|]: N - 1 - [|i|]]; y = s + max[[|i|]](s[[|i|]]); }")]
    [InlineData("kernel f(x: f32[i: [|N|], j: [|N|] + 1]) -> y: f32[i] where [|N|] > 2 { y = sum[j](x) / [|N|]; } example f odd { [|N|] = 3 }")]
    [InlineData("kernel f<[|T|]: f16 | f32>(x: [|T|][i: N]) -> y: [|T|][i] { y = x as [|T|]; } example f odd { [|T|] = f16, N = 3 }")]
    [InlineData("kernel f<const [|D|]: 2 | 4>(x: f32[i: N, d: [|D|]]) -> y: f32[i] { y = sum[d](x) / [|D|]; }")]
    [InlineData("kernel f(x: f32[i: N], [|a|]: float = 2) -> y: f32[i] { y = x * [|a|]; } example f e { N = 2, [|a|] = 3 } gradient f wrt x, [|a|];")]
    [InlineData("kernel f(x: f32[i: N]) -> [|y|]: f32[i], z: f32[i] { z = [|y|]; [|y|] = x; }")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = [|s|]; let [|s|] = x + ([|s|][i: i - 1] else 0); }")]
    [InlineData("kernel [|f|](x: f32[i: N]) -> y: f32[i] { y = x; } example [|f|] e { N = 2 } schedule [|f|] on cpu { tile i 4; } gradient [|f|] wrt x;")]
    [InlineData("fn g(x) = [|h|](x) + 1; fn [|h|](x) = x; kernel f(x: f32[i: N]) -> y: f32[i] { y = [|h|](x) + g(x); }")]
    [InlineData("fn g([|x|], z) = [|x|] + z + sum[i]([|x|][i: i]); kernel f(x: f32[i: N]) -> y: f32[i] { y = g(x, x); }")]
    [InlineData("kernel f(x: f32[g: {[|a|], b}, i: N]) -> y: f32[i] { y = x[g: [|a|]] + x[[|a|], i] + x[g: [|a|] + 1]; }")]
    [InlineData("kernel f(x: f32[g: {[|a|], b}, h: {b, a}]) -> y: f32[] { y = x[g: [|a|], h: a] + x[[|a|], b]; }")]
    [InlineData("kernel f([|a|]: f32[i: N], x: f32[g: {a, b}]) -> y: f32[i] { y = [|a|] * x[g: a]; }")]
    [InlineData("kernel f(x: f32[p: ragged([|start|][e: E])]) -> y: f32[e] { y = sum[p](x * (p - [|start|][e])); }")]
    [InlineData("kernel f(x: f32[[|p|]: ragged(start[e: E])]) -> y: f32[e] { y = sum[[|p|]](x); } example f odd { E = 3, [|p|] = 7 }")]
    [InlineData("kernel f(k: f32[b: B, j: paged([|table|][b, page: P], len[b], 16)]) -> y: f32[b] { y = sum[j](k * [|table|][page: 0]); }")]
    [InlineData("kernel f([|a|]: f32[i: M, j: N] csr) -> y: f32[i, j] like [|a|] { y = [|a|]; }")]
    [InlineData("kernel f(x: f32[b: B, j: N]) -> v: f32[b, r: 2], at: i32[b, r] { let (w, [|q|])[b, r] = topk[j, 2](x); v = w else 0; at = [|q|] else 0; }")]
    [InlineData("fn g(x) = sum[[|i|]](x); kernel f(x: f32[[|i|]: N]) -> y: f32[] { y = g(x); } kernel h(x: f32[i: N]) -> y: f32[] { y = sum[i](x); }")]
    public void Name_finds_all_its_places(string marked)
    {
        var text = MarkedText.Parse(marked);
        var editor = Editor.Open(text.Text);
        foreach (var span in text.Spans)
        {
            foreach (var offset in new[] { span.Start, span.End })
            {
                var answer = editor.RequestAt("textDocument/references", text.Text, offset, new() { ["context"] = new System.Text.Json.Nodes.JsonObject { ["includeDeclaration"] = true } });
                Assert.Equal(text.Spans.Select(s => (s.Start, s.End)), answer["result"]!.AsArray().Select(location => Editor.Span(text.Text, location!["range"]!)));
            }
        }
    }

    /// <summary>The cursor is at the empty mark; the definition is the other one.</summary>
    [Theory]
    [InlineData("kernel f([|x|]: f32[i: N]) -> y: f32[i] { y = [||]x; }")]
    [InlineData("kernel f(x: f32[i: [|N|]]) -> y: f32[i] { y = x / [||]N; }")]
    [InlineData("kernel f(x: f32[[|i|]: N]) -> y: f32[i] { y = sum[[||]i](x); }")]
    [InlineData("fn [|g|](x) = x; kernel f(x: f32[i: N]) -> y: f32[i] { y = g[||](x); }")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { let [|s|] = x; y = [||]s + ; }")]
    [InlineData("kernel f([|x|]: f32[i: N) -> y: f32[i] { y = [||]x; }")]
    public void Definition_is_where_the_name_is_introduced(string marked)
    {
        var text = MarkedText.Parse(marked);
        var cursor = text.Spans.Single(s => s.Length == 0);
        var definition = text.Spans.Single(s => s.Length > 0);
        var answer = Editor.Open(text.Text).RequestAt("textDocument/definition", text.Text, cursor.Start);
        Assert.Equal((definition.Start, definition.End), Editor.Span(text.Text, Assert.Single(answer["result"]!.AsArray())!["range"]!));
    }

    [Fact]
    public void Definition_of_a_name_that_a_function_takes_from_its_callers_is_in_each_of_them()
    {
        var text = MarkedText.Parse("fn g(x) = sum[[||]d](x); kernel a(x: f32[[|d|]: N]) -> y: f32[] { y = g(x); } kernel b(x: f32[[|d|]: N]) -> y: f32[] { y = g(x); } kernel c(x: f32[d: N]) -> y: f32[] { y = sum[d](x); }");
        var answer = Editor.Open(text.Text).RequestAt("textDocument/definition", text.Text, text.Spans[0].Start);
        Assert.Equal(text.Spans.Skip(1).Select(s => (s.Start, s.End)), answer["result"]!.AsArray().Select(l => Editor.Span(text.Text, l!["range"]!)));
    }

    [Theory]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = [||]exp(x); }")]
    [InlineData("kernel f(x: [||]f32[i: N]) -> y: f32[i] { y = x; }")]
    [InlineData("[||]kernel f(x: f32[i: N]) -> y: f32[i] { y = x; }")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = x; } [||] // x")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = x[||] + unknown; }", true)]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = x + unknown[||]; }")]
    public void Definition_is_missing_where_the_text_has_none(string marked, bool isThere = false)
    {
        var text = MarkedText.Parse(marked);
        var answer = Editor.Open(text.Text).RequestAt("textDocument/definition", text.Text, text.Span.Start);
        Assert.Null(answer["error"]);
        Assert.Equal(isThere, answer["result"] is not null);
    }

    [Fact]
    public void Highlights_tell_definitions_from_uses()
    {
        var text = MarkedText.Parse("kernel f([|x|]: f32[i: N]) -> y: f32[i] { y = [|x|] + [|x|]; }");
        var answer = Editor.Open(text.Text).RequestAt("textDocument/documentHighlight", text.Text, text.Spans[2].Start);
        Assert.Equal([3, 2, 2], answer["result"]!.AsArray().Select(h => h!["kind"]!.GetValue<int>()));
    }

    [Fact]
    public void References_leave_the_definition_out_when_asked_to()
    {
        var text = MarkedText.Parse("kernel f(x: f32[i: N]) -> y: f32[i] { y = [|x|]; }");
        var answer = Editor.Open(text.Text).RequestAt("textDocument/references", text.Text, text.Span.Start, new() { ["context"] = new System.Text.Json.Nodes.JsonObject { ["includeDeclaration"] = false } });
        Assert.Equal((text.Span.Start, text.Span.End), Editor.Span(text.Text, Assert.Single(answer["result"]!.AsArray())!["range"]!));
    }
}
