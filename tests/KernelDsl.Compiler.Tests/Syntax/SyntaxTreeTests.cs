using Antlr4.Runtime;
using Antlr4.Runtime.Atn;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Tests.Fuzzing;

namespace KernelDsl.Compiler.Tests.Syntax;

public sealed class SyntaxTreeTests
{
    [Theory]
    [InlineData("h / H as f32", "(/ h (as H f32))")]
    [InlineData("-x as f32 * y", "(* (as (- x) f32) y)")]
    [InlineData("a - b - c", "(- (- a b) c)")]
    [InlineData("a + b * c % d", "(+ a (% (* b c) d))")]
    [InlineData("a || b && c == d | e ^ f & g << h + i", "(|| a (&& b (== c (| d (^ e (& f (<< g (+ h i))))))))")]
    [InlineData("a else b else c", "(else a (else b c))")]
    [InlineData("a + b else c || d", "(else (+ a b) (|| c d))")]
    [InlineData("if a then b else if c then d else e", "(if a b (if c d e))")]
    [InlineData("if a then b else c else d", "(if a b (else c d))")]
    [InlineData("a else if b then c else d", "(else a (if b c d))")]
    [InlineData("x[i - 1] else 0", "(else x[(- i 1)] 0)")]
    [InlineData("- - !x", "(- (- (! x)))")]
    [InlineData("-x[i]", "(- x[i])")]
    [InlineData("a < b == (c > d)", null)]
    [InlineData("(a < b) == (c > d)", "(== (_ (< a b)) (_ (> c d)))")]
    [InlineData("topk[j, 8](s)", "(topk[j, 8] s)")]
    [InlineData("x[]", "x[]")]
    [InlineData("f()", "(f!)")]
    [InlineData("f(a, b,)", "(f! a b)")]
    [InlineData("x[a, b: c,]", "x[a, b: c]")]
    [InlineData("0x1F + 1_000 + 1e-5 + 0.5 + 2.5E+3", "(+ (+ (+ (+ 31 1000) 1E-05f) 0.5f) 2500f)")]
    [InlineData("0x7FFFFFFFFFFFFFFF - 9223372036854775807", "(- 9223372036854775807 9223372036854775807)")]
    [InlineData("true && !false", "(&& true (! false))")]
    [InlineData("max + like * csr - ragged / tile", "(- (+ max (* like csr)) (/ ragged tile))")]
    [InlineData("größe_1 + x", "(+ größe_1 x)")]
    public void Expression_has_the_shape_of_its_operators(string text, string? expected)
    {
        var parsed = Parsed.Text($"fn f(x) = {text};");
        Assert.Equal(expected is null, !parsed.Diagnostics.IsEmpty);
        if (expected is not null)
        {
            Assert.Equal(expected, SyntaxDump.Of(((FunctionSyntax)parsed.Module.Items[0]).Body));
        }
    }

    [Theory]
    [InlineData("y[u: idx] += x;", "(+= y[u: idx] x)")]
    [InlineData("y[u: idx] max= x where a, b;", "(max= y[u: idx] x (where (&& a b)))")]
    [InlineData("y min= x;", "(min= y x)")]
    [InlineData("(v, at) = x;", "(= v, at x)")]
    [InlineData("let (a, b) = x;", "(let a, b x)")]
    [InlineData("let (v, at)[b, r: 8] = x;", "(let v, at[b, r: 8] x)")]
    [InlineData("let t = x where a, b, c,;", "(let t x (where (&& (&& a b) c)))")]
    [InlineData("let t[] = x;", "(let t[] x)")]
    [InlineData("let max = max;", "(let max max)")]
    public void Statement_has_its_parts(string text, string expected)
    {
        var parsed = Parsed.Text($"kernel f(x: f32) -> y: f32[] {{ {text} }}");
        Assert.Empty(parsed.Diagnostics);
        Assert.Equal($"  {expected}", SyntaxDump.Of(parsed.Module).Split('\n')[3]);
    }

    [Fact]
    public void Signature_has_its_parts()
    {
        var parsed = Parsed.Text("""
            kernel f<T: f16 | f32, const D: 64 | 128 = 64, const K = 2 * 3, const P,>(
                a: T[i: M, k: K] nm(2, 4), w: T[gate: {re, im}, j: paged(table[b, page: P], len[b], 16)], eps: float = 1e-5,)
              -> y: T[i] like a, loss: f32[],
              where M > 0, K % 2 == 0,
            { y = a; }
            """);
        Assert.Empty(parsed.Diagnostics);
        Assert.Equal(
            """
            (kernel f
              (type T f16 f32)
              (const D in 64 128 = 64)
              (const K = (* 2 3))
              (const P)
              (in a T[i: M, k: K] (nm 2 4))
              (in w T[gate: {re im}, j: (paged table[b, page: P] len[b] 16)])
              (in eps float = 1E-05f)
              (out y T[i] (like a))
              (out loss f32[])
              (where (> M 0))
              (where (== (% K 2) 0))
              (= y a)
            )

            """.ReplaceLineEndings("\n"),
            SyntaxDump.Of(parsed.Module));
    }

    [Fact]
    public void Documentation_is_the_lines_directly_before_the_item()
    {
        var parsed = Parsed.Text("/// far\n\n/// one\n///two\n///\n/// four  \nfn f(x) = x; /// behind\nfn g(x) = x;\n//// no doc\nfn h(x) = x;");
        Assert.Equal(["one\ntwo\n\nfour", "behind", ""], parsed.Module.Items.Cast<FunctionSyntax>().Select(f => f.Documentation));
    }

    [Fact]
    public void Children_lie_inside_their_parents_even_in_broken_texts()
    {
        var texts = CorpusFiles.All.Select(File.ReadAllText).ToArray();
        var mutator = new SpecMutator(texts);
        foreach (var text in texts.Concat(Enumerable.Range(0, 1000).Select(mutator.Mutate)))
        {
            foreach (var node in SyntaxChildren.SelfAndDescendants(Parsed.Text(text).Module))
            {
                Assert.InRange(node.Span.End, node.Span.Start, text.Length);
                foreach (var child in SyntaxChildren.Of(node))
                {
                    Assert.True(child.Span.Start >= node.Span.Start && child.Span.End <= node.Span.End, $"{child}\nis not inside\n{node}\n{text}");
                }
            }
        }
    }

    // The parser cuts the text into slices first; the grammar as a whole must accept the same texts.
    [Fact]
    public void Slices_accept_what_the_whole_grammar_accepts()
    {
        var mutator = new SpecMutator(CorpusFiles.All.Select(File.ReadAllText));
        string[] notOfTheGrammar =
            ["KD1004", "KD1005", "KD1011", "KD1012", "KD1013", "KD1014", "KD1017", "KD1018", "KD1019", "KD1023", "KD1024", "KD1025", "KD1026", "KD1027", "KD1028", "KD1029"];
        var accepted = 0;
        for (var seed = 0; seed < 1500; seed++)
        {
            var text = mutator.Mutate(seed);
            var diagnostics = Parsed.Text(text).Diagnostics;
            if (diagnostics.Any(d => d.Id is "KD1001" or "KD1002" or "KD1003" or "KD1012" or "KD1013" or "KD1014"))
            {
                continue;
            }

            var isAccepted = diagnostics.All(d => notOfTheGrammar.Contains(d.Id));
            Assert.True(isAccepted == IsAcceptedByGrammar(text), $"seed {seed}: {string.Join("\n", diagnostics)}\n{text}");
            accepted += isAccepted ? 1 : 0;
        }

        Assert.InRange(accepted, 100, 1400);
    }

    private static bool IsAcceptedByGrammar(string text)
    {
        var lexer = new KdslLexer(new AntlrInputStream(text), TextWriter.Null, TextWriter.Null);
        var parser = new KdslParser(new CommonTokenStream(lexer), TextWriter.Null, TextWriter.Null) { ErrorHandler = new BailErrorStrategy() };
        parser.Interpreter.PredictionMode = PredictionMode.LL;
        try
        {
            parser.file();
            return true;
        }
        catch (Antlr4.Runtime.Misc.ParseCanceledException)
        {
            return false;
        }
    }
}
