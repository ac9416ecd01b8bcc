using KernelDsl.Testing;

namespace KernelDsl.Tool.Tests.LanguageServer;

public sealed class CompletionTests
{
    private const string Head = "fn twice(z) = z + z; kernel f<T: f16 | f32, const D: 4>(q: T[b: B, i: M, g: {re, im}], w: float) -> o: T[b, i] { let s[b, i] = q[g: re]; ";

    /// <summary>What must be offered, and after <c>!</c> what must not.</summary>
    [Theory]
    [InlineData("[||]", "kernel fn example schedule gradient !let !sum[]")]
    [InlineData("ker[||]", "kernel")]
    [InlineData(Head + "[||] }", "let o !q !kernel !sum[]")]
    [InlineData(Head + "o = [||]; }", "q s b i w B M D twice sum[] softmax[] exp inf if !T !f32 !let !kernel !csr")]
    [InlineData(Head + "o = [||]", "q s sum[]")]
    [InlineData(Head + "o = sum[[||]](q); }", "b i g !q !sum[] !B")]
    [InlineData(Head + "o = sum[i, [||]](q); }", "b i g !q")]
    [InlineData(Head + "o = q[[||]", "b: i: g: re im q s")]
    [InlineData(Head + "o = q[g: [||]", "re im b")]
    [InlineData(Head + "o = q[g: r[||]e]; }", "re im")]
    [InlineData(Head + "o = sum[i](q[g: ; [||] }", "let o !q !re")]
    [InlineData(Head + "let t[[||]", "b i g !q !sum[]")]
    [InlineData(Head + "let [||]", "!b !q !sum[]")]
    [InlineData(Head + "o = s as [||]; }", "f16 f32 T !q !sum[]")]
    [InlineData(Head + "o = s [||]", "else as where !q !then")]
    [InlineData(Head + "o = if s > 0 [||]", "then else")]
    [InlineData(Head + "o = twice(s[i: i - 1] [||])", "else as !where")]
    [InlineData("kernel f(x: [||]", "f32 f16 int bool !x")]
    [InlineData("kernel f<T: [||]", "f32 bf16 !T")]
    [InlineData("kernel f<T: f16 | [||]", "f32")]
    [InlineData("kernel f<T: f16, [||]>(x: T[i: N]) -> y: T[i] { y = x; }", "const")]
    [InlineData("kernel f<T: f16>(x: T[i: N], z: [||]) -> y: T[i] { y = x; }", "T f32")]
    [InlineData("kernel f(x: f32[i: N], z: f32[[||]]) -> y: f32[i] { y = x; }", "i !N !f32")]
    [InlineData("kernel f(x: f32[i: N], z: f32[j: [||]]) -> y: f32[i] { y = x; }", "N ragged paged !i")]
    [InlineData("kernel f(x: f32[i: N, j: N] [||]) -> y: f32[i] { y = 0; }", "csr csc coo ell bsr nm !like !where")]
    [InlineData("kernel f(x: f32[i: N, j: N] csr) -> y: f32[i, j] [||] { y = x; }", "like where !csr")]
    [InlineData("kernel f(x: f32[i: N, j: N] csr) -> y: f32[i, j] like [||] { y = x; }", "x !i")]
    [InlineData("kernel f(x: f32[i: N], w: int) -> y: f32[i] where [||] { y = x; }", "N w min !x !i !exp")]
    [InlineData("deterministic [||]", "kernel !fn")]
    [InlineData("kernel f<T: f16 | f32>(x: T[i: N], w: int) -> y: T[i] { y = x; } example [||]", "f !N")]
    [InlineData("kernel f<T: f16 | f32>(x: T[i: N], w: int) -> y: T[i] { y = x; } example f e { [||] }", "T N w !x !i")]
    [InlineData("kernel f<T: f16 | f32>(x: T[i: N], w: int) -> y: T[i] { y = x; } example f e { N = 2, [||] }", "T w !N")]
    [InlineData("kernel f<T: f16 | f32>(x: T[i: N], w: int) -> y: T[i] { y = x; } example f e { T = [||] }", "f16 f32 !bf16 !N")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = x; } schedule f on [||]", "cuda cpu")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = x; } schedule f on cuda([||]", "sm_80 sm_90a")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = x; } schedule f on cuda { [||] }", "tile stages !i")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = x; } schedule f on cuda { tile [||] }", "i !stages")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = x; } gradient f [||]", "wrt")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = x; } gradient f wrt [||]", "x !y")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = x; } fn g(a) = [||];", "a x i N sum[] exp")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = x; } // [||]", "!kernel !fn")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { /* [||] */ y = x; }", "!let !y")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = 12[||]; }", "!x !else")]
    public void Completion_offers_what_can_stand_there(string marked, string names)
    {
        var offered = Labels(marked);
        foreach (var name in names.Split(' '))
        {
            if (name[0] == '!')
            {
                Assert.DoesNotContain(name[1..], offered);
            }
            else
            {
                Assert.Contains(name, offered);
            }
        }
    }

    [Fact]
    public void Completion_replaces_the_whole_word()
    {
        var text = MarkedText.Parse("kernel f(xy: f32[i: N]) -> y: f32[i] { y = [|x|]y; }");
        var items = Editor.Open(text.Text).RequestAt("textDocument/completion", text.Text, text.Span.End)["result"]!["items"]!.AsArray();
        var edit = items.Single(item => item!["label"]!.GetValue<string>() == "xy")!["textEdit"]!;
        Assert.Equal((text.Span.Start, text.Span.End + 1), Editor.Span(text.Text, edit["range"]!));
    }

    [Fact]
    public void Completion_before_a_bracket_gives_the_bare_name()
    {
        var text = MarkedText.Parse("kernel f(x: f32[i: N]) -> y: f32[] { y = su[||][i](x); }");
        var items = Editor.Open(text.Text).RequestAt("textDocument/completion", text.Text, text.Span.End)["result"]!["items"]!.AsArray();
        Assert.Equal("sum", items.Single(item => item!["label"]!.GetValue<string>() == "sum[]")!["textEdit"]!["newText"]!.GetValue<string>());
    }

    /// <summary>Wherever the cursor is, in every file of the library cut at that place too.</summary>
    [Fact]
    public void Completion_answers_at_every_place()
    {
        foreach (var file in LibraryFiles.All.Where((_, i) => i % 5 == 0))
        {
            var text = File.ReadAllText(file);
            for (var offset = 0; offset < text.Length; offset += 37)
            {
                var answer = Editor.Open(text[..offset]).RequestAt("textDocument/completion", text[..offset], offset);
                Assert.True(answer["result"] is not null, $"{Path.GetFileName(file)} at {offset}: {answer}");
            }
        }
    }

    private static string[] Labels(string marked)
    {
        var text = MarkedText.Parse(marked);
        var answer = Editor.Open(text.Text).RequestAt("textDocument/completion", text.Text, text.Span.Start);
        return [.. answer["result"]!["items"]!.AsArray().Select(item => item!["label"]!.GetValue<string>())];
    }
}
