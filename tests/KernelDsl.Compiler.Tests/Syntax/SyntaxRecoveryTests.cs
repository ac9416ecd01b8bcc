using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Tests.Syntax;

public sealed class SyntaxRecoveryTests
{
    private const string FiveMistakes = """
        module Five;

        kernel a(x: f32[i: N]) -> y: f32[i] {
            let p[i] = x + ;
            let q[i] = sum[i](x;
            y = p * q
        }

        kernel b(x f32[i: N]) -> y: f32[i] {
            y = x;
        }

        example a small { N = 3, 4 }

        kernel c(x: f32[i: N]) -> y: f32[i] { y = x; }
        """;

    [Fact]
    public void Five_mistakes_give_five_diagnostics()
        => Assert.Equal(
            ["(4,20) KD1006", "(5,24) KD1008", "(6,13) KD1007", "(9,12) KD1006", "(13,26) KD1006"],
            Parsed.Text(FiveMistakes).Diagnostics.Select(d =>
            {
                var place = d.Source.PositionOf(d.Span.Start);
                return $"({place.Line},{place.Column}) {d.Id}";
            }));

    [Fact]
    public void Items_and_statements_after_a_mistake_are_whole()
    {
        var dump = SyntaxDump.Of(Parsed.Text(FiveMistakes).Module);
        Assert.Contains("(let p[i] (+ x <missing>))", dump, StringComparison.Ordinal);
        Assert.Contains("(= y (* p q))", dump, StringComparison.Ordinal);
        Assert.Contains("(kernel b\n  (in x <missing>)\n  (= y x)\n)", dump, StringComparison.Ordinal);
        Assert.Contains("(kernel c\n  (in x f32[i: N])\n  (out y f32[i])\n  (= y x)\n)", dump, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("let a = 1\nlet b = 2;\ny = a;", "(let a 1) (let b 2) (= y a)")]
    [InlineData("y = a\nz = b;", "(= y a) (= z b)")]
    [InlineData("y = a z = b;", "(= y a) (= z b)")]
    [InlineData("y[i: 0] += a\nz[j: 1, k] max= b;", "(+= y[i: 0] a) (max= z[j: 1, k] b)")]
    [InlineData("y = a\n(v, at) = b;", "(= y a) (= v, at b)")]
    [InlineData("y = sum[i](a;\nz = b;", "(= y (sum[i] a)) (= z b)")]
    [InlineData("y = );\nz = b;", "(= y <missing>) (= z b)")]
    [InlineData("let w[g: {a, b] = 1;\nz = b;", "(let w[g: {a b}] <missing>) (= z b)")]
    public void One_mistake_in_a_statement_leaves_the_others_alone(string body, string expected)
    {
        var parsed = Parsed.Text("kernel f(x: f32[i: N]) -> y: f32[i] {\n" + body + "\n}\nfn g(x) = x;");
        Assert.Single(parsed.Diagnostics);
        Assert.Equal(2, parsed.Module.Items.Length);
        var statements = SyntaxDump.Of(parsed.Module).Split('\n').Where(l => l.StartsWith("  (", StringComparison.Ordinal)).Skip(2);
        Assert.Equal(expected, string.Join(" ", statements.Select(l => l.Trim())));
    }

    [Theory]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { y = x;")]
    [InlineData("kernel f(x: f32[i: N) -> y: f32[i] { y = x; }")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { if (x) { y = x; } else { y = 0; } }")]
    [InlineData("kernel f(x: f32[i: N]) -> y: f32[i] { for { { y = x; } } }")]
    [InlineData("kernel f")]
    [InlineData("fn f(x) = ")]
    [InlineData("example f e { N = ")]
    [InlineData("schedule f { tile i 3")]
    [InlineData("gradient f")]
    [InlineData("kernal f(x: f32[i: N]) -> y: f32[i] { y = x; }")]
    public void One_mistake_in_an_item_leaves_the_next_alone(string broken)
    {
        var parsed = Parsed.Text(broken + "\nkernel g(x: f32[i: N]) -> y: f32[i] { y = x; }");
        Assert.Single(parsed.Diagnostics);
        Assert.EndsWith("(kernel g\n  (in x f32[i: N])\n  (out y f32[i])\n  (= y x)\n)\n", SyntaxDump.Of(parsed.Module), StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_stops_after_a_hundred_errors()
    {
        var diagnostics = Parsed.Text("kernel f(x: f32[i: N]) -> y: f32[i] {" + string.Concat(Enumerable.Repeat("y = ;\n", 500)) + "}").Diagnostics;
        Assert.Equal(101, diagnostics.Length);
        Assert.Equal("KD1016", diagnostics[100].Id);
    }
}
