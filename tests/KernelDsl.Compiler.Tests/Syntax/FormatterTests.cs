using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Syntax.Formatting;
using KernelDsl.Compiler.Text;
using KernelDsl.Testing;

namespace KernelDsl.Compiler.Tests.Syntax;

public sealed class FormatterTests
{
    public static TheoryData<string> Specs => [.. CorpusFiles.All.Select(p => Path.GetRelativePath(CorpusFiles.Listings, p)), "odd"];

    private const string Odd = """
        // file comment
        module   A . B;   // trailing



        /// Doc
        deterministic kernel f < T : f16|bf16 , const K:1|2=(1) > (   x : T[ i :N , g : { a,b } ] csr , // the input
           /* size */ n : int=- 3 )->y:T[i]   like x,  z : i32 [ ]
           where K>0,n<3 { // start

           let (a,b)[ i , r:8 ]=topk[ r,8 ](x) where a>-1&&!b ; /* t */ y[i:-1] max= if x<-3 then - x else ~z else sum[j]( x ) as f16   ;
           // own line


           z = x
               + 3  // plus
               * 4;

           }
        fn g ( x )=x;  fn h(a,b) = a;
        example f e{T=f16,B=1,
         C=2}
        schedule f on cuda ( sm_80 ) {tile i 64|128,j 32;stages 2;
         // c
         warps 4}
        gradient f wrt x ,  y ;
        kernel e() -> y: f32[] { y = 1; } kernel e2() -> y: f32[] { y = 1;
         }
        kernel p(
            x: f32[i: N]
        ) -> y: f32[i] { y=x<<1>>2; }
        /* end
           of file */
        """;

    [Theory]
    [MemberData(nameof(Specs))]
    public void Formatting_twice_is_formatting_once(string name)
    {
        var once = Format(Read(name));
        Assert.Equal(once, Format(once));
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void Formatting_keeps_tokens_comments_and_tree(string name)
    {
        var text = Read(name);
        var formatted = Format(text);
        Assert.Equal(TokenTexts.Of(text), TokenTexts.Of(formatted));
        Assert.Equal(Comments(text), Comments(formatted));
        Assert.Equal(SyntaxDump.Of(Parsed.Text(text).Module), SyntaxDump.Of(Parsed.Text(formatted).Module));
    }

    [Fact]
    public void Layout_is_the_agreed_one() => Baseline.Verify("Baselines", "odd.formatted", Format(Odd));

    [Fact]
    public void Text_with_syntax_errors_is_left_alone()
    {
        const string broken = "kernel   f(x: f32[i: N])->y:f32[i] {  y = ;  }";
        Assert.Equal(broken, Format(broken));
    }

    [Fact]
    public void Line_ends_of_any_system_become_line_feeds()
        => Assert.Equal("fn f(x) = x;\n\n// c\nfn g(x) = x;\n", Format("fn f(x) = x;\r\n\r\n\r\n// c\rfn g(x) = x;\r\n"));

    [Fact]
    public void Signature_is_broken_only_past_the_last_column()
    {
        var fits = "kernel " + new string('f', 120 - "kernel (x: f32[i: N]) -> y: f32[i] {".Length) + "(x: f32[i: N]) -> y: f32[i] {\n    y = x;\n}\n";
        Assert.Equal(fits, Format(fits));
        var tooLong = fits.Replace("kernel ", "kernel f", StringComparison.Ordinal);
        Assert.Contains("(\n    x: f32[i: N])\n  -> y: f32[i]\n{\n", Format(tooLong), StringComparison.Ordinal);
    }

    private static string Read(string name) => name == "odd" ? Odd : File.ReadAllText(Path.Combine(CorpusFiles.Listings, name));

    private static string Format(string text) => Formatter.Format(new SourceText("test.kdsl", text));

    private static IEnumerable<string> Comments(string text)
        => TokenTexts.Read(text).All
            .Where(t => t.Channel != 0 && !string.IsNullOrWhiteSpace(t.Text))
            .Select(t => t.Text.ReplaceLineEndings("\n").TrimEnd());
}
