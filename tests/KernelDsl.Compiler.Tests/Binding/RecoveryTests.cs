namespace KernelDsl.Compiler.Tests.Binding;

/// <summary>Several mistakes in one file: each is said once, and nothing is said of what merely follows from them.</summary>
public sealed class RecoveryTests
{
    [Fact]
    public void Five_mistakes_in_one_kernel_give_five_diagnostics()
        => Expect(
            """
            kernel f(x: f32[i: N], a: f32[i, j: M], idx: i32[k: K]) -> y: f32[i], z: f32[k] {
                let u[i] = x * scale;
                let v[i] = sum[jj](a) + u;
                let w[i] = expp(v) + x && true;
                y = w + v + a;
                z = x[i: idx] + u[i: 0];
            }
            """,
            ("KD2001", "scale"), ("KD2004", "jj"), ("KD2021", "expp"), ("KD2003", "a"));

    [Fact]
    public void Mistakes_in_different_kernels_do_not_hide_each_other()
        => Expect(
            """
            fn twice(x) = 2 * xx;
            kernel f(x: f32[i: N]) -> y: f32[i] { y = twice(x) + twice(x + 1); }
            kernel g(x: f32[i: N]) -> y: f32[i] { y = x[i - 1]; }
            kernel h(x: f33[i: N]) -> y: f32[i] { y = x where i > 3; }
            kernel k(x: f32[i: N]) -> y: i32[i] { y = x; }
            example f small { N = 4 }
            example g small { N = 0 }
            """,
            ("KD2001", "xx"), ("KD2010", "x[i - 1]"), ("KD3001", "f33"), ("KD2020", "i > 3"), ("KD3006", "x"));

    [Fact]
    public void Broken_signature_is_the_only_thing_said_about_its_kernel()
        => Expect(
            """
            kernel f(x: f32[i: N, z: f32[i]) -> y: f32[i] { y = x + z; }
            kernel g(x: f32[i: N]) -> y: f32[i] { y = q; }
            example f small { N = 4 }
            gradient f wrt x;
            """,
            ("KD1008", ")"), ("KD2001", "q"));

    [Fact]
    public void Name_of_a_let_that_could_not_be_read_is_not_unknown()
        => Expect(
            """
            kernel f(x: f32[i: N]) -> y: f32[i] {
                let w[i] = x + ;
                let v = (x + 1;
                y = w + v + u;
            }
            """,
            ("KD1006", ";"), ("KD1008", ";"), ("KD2001", "u"));

    [Fact]
    public void Missing_equation_is_not_reported_where_one_could_not_be_read()
        => Expect("kernel f(x: f32[i: N]) -> y: f32[i] { y = ; }", ("KD1006", ";"));

    [Fact]
    public void Function_that_could_not_be_read_is_not_unknown()
        => Expect("fn g(x) = x +;\nkernel f(x: f32[i: N]) -> y: f32[i] { y = g(x); }", ("KD1006", ";"));

    [Fact]
    public void Mistake_in_a_function_is_reported_once_and_says_where_it_is_called()
    {
        var diagnostic = Assert.Single(BindingErrorTests.Compile("fn g(x) = !x;\nkernel f(x: f32[i: N]) -> y: f32[i] { y = if g(x) then g(2 * x) else 0; }").Diagnostics);
        Assert.Equal("KD3003", diagnostic.Id);
        Assert.Equal("'g' is called here.", Assert.Single(diagnostic.Notes).Message);
    }

    [Theory]
    [InlineData("let u[i] = (u[i - 1] else false) || x > 0; y = if u then 1 else 0;")] // a recurrence of truth values
    [InlineData("let a[i] = b; let b[i] = c; let c[i] = d; let d[i] = e; let e[i] = g; let g[i] = x; y = a;")] // each before what it needs
    [InlineData("let a[i] = (b[i - 1] else 0) + 1; let b[i] = a * x; y = b;")]
    [InlineData("y = at(x, i - 1) else 0;")] // the subscript is the function's own
    [InlineData("y = sum[i](x) / x + sum[i](x / sum[i](x));")]
    public void Sound_kernel_has_no_diagnostics(string body)
        => Expect("fn at(x, k) = x[i: k];\nkernel f(x: f32[i: N]) -> y: f32[i] { " + body + " }");

    private static void Expect(string text, params (string Id, string Text)[] expected)
    {
        var compilation = BindingErrorTests.Compile(text);
        Assert.Equal(expected.OrderBy(e => e), compilation.Diagnostics.Select(d => (d.Id, compilation.Source.ToString(d.Span))).OrderBy(e => e));
    }
}
