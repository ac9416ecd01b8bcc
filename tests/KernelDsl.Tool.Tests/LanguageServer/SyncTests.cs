using System.Text.Json.Nodes;

namespace KernelDsl.Tool.Tests.LanguageServer;

/// <summary>The server's text is the editor's, after any edits.</summary>
public sealed class SyncTests
{
    private static readonly string[] s_pieces =
        ["", "a", "kernel f(x: f32[i: N]) -> y: f32[i] { y = x; }", "\n", "\r\n", "\r", "\t", "\ud83d\ude00", "ü", "\ud83d", "\ude00", "let s = ", "{", "/*", "\u2028", "\0", "\"\\"];

    [Theory]
    [InlineData("a\r\nb", 1, 0, 1, 1, "X", "a\r\nX")]
    [InlineData("a\rb\nc", 2, 0, 2, 1, "X", "a\rb\nX")]
    [InlineData("\t\ud83d\ude00x", 0, 3, 0, 4, "y", "\t\ud83d\ude00y")]
    [InlineData("ab\ncd", 0, 99, 0, 99, "!", "ab!\ncd")]
    [InlineData("ab\r\ncd", 0, 99, 1, 0, " ", "ab cd")]
    [InlineData("ab", 7, 3, 9, 0, "!", "ab!")]
    [InlineData("ab\n", 1, 0, 1, 0, "c", "ab\nc")]
    [InlineData("abc", 0, 2, 0, 1, "X", "aXc")]
    public void Change_applies_at_utf16_positions(string before, int line, int character, int endLine, int endCharacter, string text, string expected)
    {
        var editor = Editor.Open(before);
        var start = new JsonObject { ["line"] = line, ["character"] = character };
        var end = new JsonObject { ["line"] = endLine, ["character"] = endCharacter };
        editor.Change(new JsonObject { ["range"] = new JsonObject { ["start"] = start, ["end"] = end }, ["text"] = text });
        Assert.Equal(expected, editor.Server.TextOf(Editor.Uri));
    }

    [Fact]
    public void Change_without_a_range_replaces_all()
    {
        var editor = Editor.Open("a");
        editor.Change(new JsonObject { ["text"] = "b" });
        Assert.Equal("b", editor.Server.TextOf(Editor.Uri));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Random_edits_keep_the_texts_equal(int seed)
    {
        var random = new Random(seed);
        var text = File.ReadAllText(LibraryFiles.All[seed]).Replace("\n", seed % 2 == 0 ? "\r\n" : "\n", StringComparison.Ordinal);
        var editor = Editor.Open(text);
        for (var round = 0; round < 150; round++)
        {
            // Several changes in one message: each speaks of the text after those before it.
            var changes = Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
            {
                var start = random.Next(text.Length + 1);
                var end = Math.Min(text.Length, start + random.Next(random.Next(10) == 0 ? 200 : 4));

                // An editor has no position between \r and \n.
                start -= IsInsideLineEnd(text, start) ? 1 : 0;
                end += IsInsideLineEnd(text, end) ? 1 : 0;
                var piece = s_pieces[random.Next(s_pieces.Length)];
                var change = new JsonObject { ["range"] = Editor.Range(text, start, end), ["text"] = piece };
                text = text[..start] + piece + text[end..];
                return change;
            }).ToArray();
            editor.ChangeRaw(changes);
            Assert.Equal(text, editor.Server.TextOf(Editor.Uri));
            if (round % 10 == 0)
            {
                editor.Publish();
                foreach (var method in new[] { "textDocument/hover", "textDocument/completion", "textDocument/definition" })
                {
                    Assert.Null(editor.RequestAt(method, text, random.Next(text.Length + 1))["error"]);
                }

                foreach (var method in new[] { "textDocument/documentSymbol", "textDocument/foldingRange", "textDocument/semanticTokens/full" })
                {
                    Assert.Null(editor.RequestDocument(method)["error"]);
                }
            }
        }
    }

    [Fact]
    public void Malformed_change_leaves_the_text_as_it_was_and_is_logged()
    {
        var editor = Editor.Open("abc");
        editor.Receive();
        editor.Change(new JsonObject { ["text"] = "x" }, new JsonObject { ["text"] = 5 });
        Assert.Equal("abc", editor.Server.TextOf(Editor.Uri));
        Assert.Equal("window/logMessage", Assert.Single(editor.Receive())["method"]!.GetValue<string>());
    }

    private static bool IsInsideLineEnd(string text, int offset) => offset > 0 && offset < text.Length && text[offset - 1] == '\r' && text[offset] == '\n';
}
