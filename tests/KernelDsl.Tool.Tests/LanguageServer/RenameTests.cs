using System.Text;
using System.Text.Json.Nodes;
using KernelDsl.Testing;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.Tests.LanguageServer;

public sealed class RenameTests
{
    [Theory]
    [InlineData("kernel f([||]x: f32[i: N]) -> y: f32[i] { y = x[i: 0] + sum[i](x); }", "long_name", "kernel f(long_name: f32[i: N]) -> y: f32[i] { y = long_name[i: 0] + sum[i](long_name); }")]
    [InlineData("kernel f(x: f32[i: [||]N]) -> y: f32[i] { y = x / N; } example f e { N = 3 }", "M", "kernel f(x: f32[i: M]) -> y: f32[i] { y = x / M; } example f e { M = 3 }")]
    [InlineData("kernel [||]f(x: f32[i: N]) -> y: f32[i] { y = x; } example f f { N = 3 }", "g", "kernel g(x: f32[i: N]) -> y: f32[i] { y = x; } example g f { N = 3 }")]
    [InlineData("fn g(x) = sum[i](x); kernel f(x: f32[[||]i: N]) -> y: f32[] { y = g(x); }", "k", "fn g(x) = sum[k](x); kernel f(x: f32[k: N]) -> y: f32[] { y = g(x); }")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] {\r\n\ty = /* \ud83d\ude00 */ [||]x; }", "größe", "kernel f(größe: f32[i: N]) -> y: f32[i] {\r\n\ty = /* \ud83d\ude00 */ größe; }")]
    public void Rename_changes_all_places(string marked, string newName, string expected)
    {
        var text = MarkedText.Parse(marked);
        var answer = Editor.Open(text.Text).RequestAt("textDocument/rename", text.Text, text.Span.Start, new JsonObject { ["newName"] = newName });
        Assert.Equal(expected, Apply(text.Text, answer["result"]!["changes"]![Editor.Uri]!.AsArray()));
    }

    [Theory]
    [InlineData("kernel f([||]x: f32[i: N], z: f32[i]) -> y: f32[i] { y = x * z; }", "z", "taken")]
    [InlineData("kernel f([||]x: f32[i: N]) -> y: f32[i] { y = x; }", "i", "taken")]
    [InlineData("kernel f([||]x: f32[i: N]) -> y: f32[i] { y = min(x, inf); }", "inf", "taken")]
    [InlineData("fn g([||]x) = x + N; kernel f(x: f32[i: N]) -> y: f32[i] { y = g(x); }", "N", "taken")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = [||]x; }", "let", "keyword")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = [||]x; }", "2x", "not a name")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = [||]x; }", "a b", "not a name")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = [||]x; }", "a ", "not a name")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = [||]x; }", "", "not a name")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = [||]x; }", "\ud83d\ude00", "not a name")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = [||]exp(x); }", "g", "belongs to the language")]
    [InlineData("fn [||]g(x) = x; kernel f(x: f32[i: N]) -> y: f32[i] { y = g(x) + exp(x); }", "exp", "")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = x; } [||]", "g", "no name")]
    [InlineData("fn g(x) = sum[[||]d](x); kernel a(x: f32[d: N]) -> y: f32[] { y = g(x); } kernel b(x: f32[d: N]) -> y: f32[] { y = g(x); }", "e", "several kernels")]
    public void Rename_is_refused_where_it_would_change_the_meaning(string marked, string newName, string reason)
    {
        var text = MarkedText.Parse(marked);
        var error = Editor.Open(text.Text).RequestAt("textDocument/rename", text.Text, text.Span.Start, new JsonObject { ["newName"] = newName })["error"]!;
        Assert.Equal((int)RpcErrorCode.RequestFailed, error["code"]!.GetValue<int>());
        Assert.Contains(reason, error["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Rename_of_an_axis_that_two_kernels_share_through_a_function_is_refused_from_either()
    {
        var text = MarkedText.Parse("fn g(x) = sum[d](x); kernel a(x: f32[[||]d: N]) -> y: f32[] { y = g(x); } kernel b(x: f32[d: N]) -> y: f32[] { y = g(x); }");
        Assert.NotNull(Editor.Open(text.Text).RequestAt("textDocument/rename", text.Text, text.Span.Start, new JsonObject { ["newName"] = "e" })["error"]);
    }

    [Fact]
    public void PrepareRename_gives_the_name()
    {
        var text = MarkedText.Parse("kernel f(x: f32[i: N]) -> y: f32[i] { y = [|x|]; }");
        var result = Editor.Open(text.Text).RequestAt("textDocument/prepareRename", text.Text, text.Span.End)["result"]!;
        Assert.Equal((text.Span.Start, text.Span.End), Editor.Span(text.Text, result["range"]!));
        Assert.Equal("x", result["placeholder"]!.GetValue<string>());
    }

    [Fact]
    public void PrepareRename_is_null_where_there_is_no_name()
        => Assert.Null(Editor.Open("kernel f(x: f32[i: N]) -> y: f32[i] { y = x; }").RequestAt("textDocument/prepareRename", "kernel", 2)["result"]);

    public static string Apply(string text, JsonArray edits)
    {
        var result = new StringBuilder(text);
        foreach (var edit in edits.Select(e => (Span: Editor.Span(text, e!["range"]!), Text: e["newText"]!.GetValue<string>())).OrderByDescending(e => e.Span.Start))
        {
            result.Remove(edit.Span.Start, edit.Span.End - edit.Span.Start).Insert(edit.Span.Start, edit.Text);
        }

        return result.ToString();
    }
}
