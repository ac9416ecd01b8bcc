using System.Text.Json.Nodes;
using KernelDsl.Compiler.Syntax.Formatting;
using KernelDsl.Compiler.Text;
using KernelDsl.Testing;
using KernelDsl.Tool.LanguageServer;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.Tests.LanguageServer;

/// <summary>What is about a whole text: diagnostics, outline, folds, colours, layout.</summary>
public sealed class DocumentTests
{
    [Fact]
    public void Diagnostics_have_place_id_severity_and_version()
    {
        var text = MarkedText.Parse("// \ud83d\ude00 \u00fc\r\n\tkernel f(x: f32[i: N]) -> y: f32[i] { /* \ud83d\ude00 */ y = [|z|]; }");
        var editor = Editor.Open(text.Text);
        var published = editor.Publish();
        Assert.Equal(1, published["version"]!.GetValue<int>());
        Assert.Equal(Editor.Uri, published["uri"]!.GetValue<string>());
        var diagnostic = Assert.Single(published["diagnostics"]!.AsArray())!;
        Assert.Equal("KD2001", diagnostic["code"]!.GetValue<string>());
        Assert.Equal(1, diagnostic["severity"]!.GetValue<int>());
        Assert.Equal((text.Span.Start, text.Span.End), Editor.Span(text.Text, diagnostic["range"]!));
    }

    [Fact]
    public void Diagnostics_have_their_second_place()
    {
        var text = MarkedText.Parse("kernel f([|x|]: f32[i: N], x: f32[i]) -> y: f32[i] { y = x; }");
        var diagnostic = Editor.Open(text.Text).Publish()["diagnostics"]![0]!;
        Assert.Equal((text.Span.Start, text.Span.End), Editor.Span(text.Text, diagnostic["relatedInformation"]![0]!["location"]!["range"]!));
    }

    [Fact]
    public void Diagnostics_of_what_is_not_used_let_editors_fade_it()
        => Assert.Equal(1, Editor.Open("kernel f(x: f32[i: N]) -> y: f32[i] { let s = x; y = x; }").Publish()["diagnostics"]![0]!["tags"]![0]!.GetValue<int>());

    [Fact]
    public void Diagnostics_follow_the_last_change_only_and_go_when_the_text_is_closed()
    {
        var editor = Editor.Open("kernel");
        for (var i = 0; i < 10; i++)
        {
            editor.Change(new JsonObject { ["text"] = $"kernel f{i}" });
        }

        Assert.Equal(11, editor.Publish()["version"]!.GetValue<int>());
        Assert.False(editor.Server.HasPendingDiagnostics);
        editor.Notify("textDocument/didClose", new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = Editor.Uri } });
        Assert.Empty(Assert.Single(editor.Receive())["params"]!["diagnostics"]!.AsArray());
        Assert.Equal((int)RpcErrorCode.InvalidParams, editor.RequestDocument("textDocument/formatting")["error"]!["code"]!.GetValue<int>());
    }

    [Fact]
    public void Formatting_is_that_of_the_tool_for_every_file_of_the_library_in_disorder()
    {
        foreach (var file in LibraryFiles.All)
        {
            var text = File.ReadAllText(file).Replace("    ", "\t ", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal).Replace(" = ", "=", StringComparison.Ordinal);
            var edits = Editor.Open(text).RequestDocument("textDocument/formatting")["result"]!.AsArray();
            Assert.NotEmpty(edits);
            Assert.Equal(Formatter.Format(new SourceText("", text)), RenameTests.Apply(text, edits));
        }
    }

    [Fact]
    public void Formatting_of_a_formatted_text_changes_nothing()
        => Assert.Empty(Editor.Open(Formatter.Format(new SourceText("", "fn g(x) = x;"))).RequestDocument("textDocument/formatting")["result"]!.AsArray());

    [Fact]
    public void Formatting_of_a_text_with_syntax_errors_is_refused()
        => Assert.Equal((int)RpcErrorCode.RequestFailed, Editor.Open("fn g(x) = ;").RequestDocument("textDocument/formatting")["error"]!["code"]!.GetValue<int>());

    [Fact]
    public void Outline_has_items_and_their_members()
    {
        var answer = Editor.Open("fn g(x) = x;\nkernel f<T: f32>(x: T[i: N], a: int) -> y: T[i] { let s = g(x); y = s * a; }\nexample f odd { T = f32, N = 3, a = 1 }\nschedule f on cpu { tile i 4; }").RequestDocument("textDocument/documentSymbol");
        var items = answer["result"]!.AsArray();
        Assert.Equal(["g", "f", "odd", "f"], items.Select(item => item!["name"]!.GetValue<string>()));
        Assert.Equal(["T", "x", "a", "y", "s"], items[1]!["children"]!.AsArray().Select(item => item!["name"]!.GetValue<string>()));
    }

    [Fact]
    public void Outline_of_half_a_file_has_ranges_that_hold_their_names()
    {
        foreach (var text in new[] { "kernel", "kernel f", "kernel f(", "kernel f(x: f32[i: N]) -> y", "fn", "fn g(", "example f", "schedule", "gradient f wrt" })
        {
            foreach (var item in Editor.Open(text).RequestDocument("textDocument/documentSymbol")["result"]!.AsArray())
            {
                var (range, name) = (Editor.Span(text, item!["range"]!), Editor.Span(text, item["selectionRange"]!));
                Assert.True(range.Start <= name.Start && name.End <= range.End, $"{text}: {item}");
            }
        }
    }

    [Fact]
    public void Folds_are_items_and_comments()
    {
        const string Text = "// a\n// b\n\n/* c\n*/\nkernel f(x: f32[i: N]) -> y: f32[i] {\n    y = x;\n}\nfn g(x) = x;\n";
        var folds = Editor.Open(Text).RequestDocument("textDocument/foldingRange")["result"]!.AsArray();
        Assert.Equal([(0, 1, "comment"), (3, 4, "comment"), (5, 7, "region")], folds.Select(f => (f!["startLine"]!.GetValue<int>(), f["endLine"]!.GetValue<int>(), f["kind"]!.GetValue<string>())));
    }

    [Fact]
    public void Colours_say_what_each_name_is()
    {
        const string Text = "kernel f(x: f32[i: N])\n -> y: f32[i] { y = exp(x); }";
        var data = Editor.Open(Text).RequestDocument("textDocument/semanticTokens/full")["result"]!["data"]!.AsArray().Select(n => n!.GetValue<int>()).ToArray();
        var legend = ServerAbilities.Create()["capabilities"]!["semanticTokensProvider"]!["legend"]!["tokenTypes"]!.AsArray().Select(n => n!.GetValue<string>()).ToArray();
        var (line, column) = (0, 0);
        var found = new List<string>();
        foreach (var token in data.Chunk(5))
        {
            (line, column) = (line + token[0], token[0] > 0 ? token[1] : column + token[1]);
            found.Add($"{Text.Split('\n')[line].Substring(column, token[2])} {legend[token[3]]} {token[4]}");
        }

        Assert.Equal(["f class 1", "x parameter 1", "f32 type 4", "i property 1", "N variable 3", "y parameter 1", "f32 type 4", "i property 0", "y parameter 0", "exp function 4", "x parameter 0"], found);
    }

    [Fact]
    public void Diagnostics_of_the_largest_file_of_the_library_take_no_time_that_is_felt()
    {
        var text = File.ReadAllText(LibraryFiles.All.MaxBy(file => new FileInfo(file).Length)!);
        var editor = Editor.Open(text);
        editor.Publish();
        var best = Enumerable.Range(0, 5).Min(i =>
        {
            editor.Change(new JsonObject { ["text"] = text + new string(' ', i) });
            var begun = ThreadTime.Milliseconds;
            editor.Publish();
            return ThreadTime.Milliseconds - begun;
        });
        Assert.True(best < 200, $"{best:F1} ms");
    }
}
