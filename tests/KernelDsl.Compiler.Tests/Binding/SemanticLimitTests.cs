using System.Globalization;
using KernelDsl.Compiler.Tests.Fuzzing;
using KernelDsl.Compiler.Text;
using KernelDsl.Testing;

namespace KernelDsl.Compiler.Tests.Binding;

/// <summary>Specs within the limits of the syntax that are made to exhaust what comes after it, on a stack of 1 MiB.</summary>
public sealed class SemanticLimitTests
{
    private const string Vector = "kernel f(x: f32[i: N]) -> y: f32[i] ";

    public static TheoryData<string, string> Bombs => new()
    {
        { "functions that call the next one twice", Functions(40, n => $"fn g{n}(x) = g{n - 1}(x) * g{n - 1}(x);", "y = g40(x);") },
        { "functions that use their argument twice", Functions(40, n => $"fn g{n}(x) = g{n - 1}(x * x);", "y = g40(x);") },
        { "the deepest kernel", Functions(200, n => $"fn g{n}(x) = {Repeat("-(", 8)}g{n - 1}(x){Repeat(")", 8)};", "y = g200(x);") },
        { "the deepest condition", Functions(200, n => $"fn g{n}(x) = {Repeat("!(", 8)}g{n - 1}(x){Repeat(")", 8)};", "let w[i] = x where g200(i > 2); y = w else 0;") },
        { "the deepest subscript", Functions(200, n => $"fn g{n}(x) = {Repeat("-(", 8)}g{n - 1}(x){Repeat(")", 8)};", "y = x[g200(i)] else 0;") },
        { "a chain of functions", Functions(5_000, n => $"fn g{n}(x) = -g{n - 1}(x);", "y = g5000(x);") },
        { "arguments inside arguments", Functions(1, _ => "fn g1(x) = x * x;", $"y = {Repeat("g1(", 60)}x{Repeat(")", 60)};") },
        { "lets that use the one before twice", Lets(200, n => $"let w{n}[i] = w{n - 1} * w{n - 1};") },
        { "integer lets that use the one before twice", Lets(200, n => $"let w{n}[i] = w{n - 1} + w{n - 1} * i;", "let w0[i] = i;") },
        { "squares of integer lets", Lets(40, n => $"let w{n}[i] = w{n - 1} * w{n - 1};", "let w0[i] = i + 1;", "y = x[i: w40] else 0;") },
        { "lets with domains", Lets(200, n => $"let w{n}[i] = w{n - 1} + w{n - 1}[i - 1] where i > {n};") },
        { "lets that read at shifted points", Lets(60, n => $"let w{n}[i] = w{n - 1}[i + 1] + w{n - 1}[i - 1];") },
        { "lets used before they are defined", "kernel f(x: f32[i: N]) -> y: f32[i] { y = w0; " + Lines(1_000, n => $"let w{n}[i] = w{n + 1};") + "let w1000[i] = x; }" },
        { "truth values of lets", Lets(200, n => $"let w{n}[i] = w{n - 1} && (w{n - 1} || i > {n});", "let w0[i] = i > 2;", "let s[i] = x where w200; y = s else 0;") },
        { "choices inside choices", Lets(30, n => $"let w{n}[i] = if w{n - 1} > {n} then w{n - 1}[i + 1] else w{n - 1}[i - 1];") },
        { "1000 lets", Lets(1_000, n => $"let w{n}[i] = w{n - 1} + {n};") },
        { "1000 lets without axes", Lets(1_000, n => $"let w{n} = w{n - 1} + {n};") },
        { "a long recurrence through lets", Lets(300, n => $"let w{n}[i] = w{n - 1} + {n};", "let w0[i] = (w300[i - 1] else 0) + x;") },
        { "500 axes", $"kernel f({Join(500, n => $"x{n}: f32[i{n}: N{n}]")}) -> y: f32[] {{ y = {Join(400, n => $"sum[i{n}](x{n})", " + ")}; }}" },
        { "500 parameters", $"kernel f({Join(500, n => $"x{n}: f32[i{(n == 0 ? ": N" : "")}]")}) -> y: f32[i] {{ y = {Join(500, n => $"x{n}", " + ")}; }}" },
        { "64 axes in one tensor", $"kernel f(x: f32[{Join(64, n => $"i{n}: N{n}")}]) -> y: f32[{Join(63, n => $"i{n}")}] {{ y = sum[i63](x); }}" },
        { "64 axes read elsewhere", $"kernel f(x: f32[{Join(64, n => $"i{n}: N{n}")}]) -> y: f32[{Join(64, n => $"i{n}")}] {{ y = x[{Join(64, n => $"i{n} + 1")}] else 0; }}" },
        { "64 axes reduced", $"kernel f(x: f32[{Join(64, n => $"i{n}: N{n}")}]) -> y: f32[] {{ y = max[{Join(64, n => $"i{n}")}](x[{Join(64, n => $"i{n} + 1")}]) else 0; }}" },
        { "60 reductions inside each other", $"kernel f({Join(60, n => $"x{n}: f32[i{n}: N{n}]")}) -> y: f32[] {{ y = {Join(60, n => $"sum[i{n}](x{n} * ", "")}1{Repeat(")", 60)}; }}" },
        { "60 softmaxes inside each other", $"{Vector}{{ y = {Repeat("softmax[i](", 60)}x{Repeat(")", 60)}; }}" },
        { "60 maxima inside each other", $"kernel f(a: f32[i: M, j: N] csr) -> y: f32[i] {{ y = {Repeat("max[j](a * ", 60)}a{Repeat(")", 60)} else 0; }}" },
        { "products of extents", $"kernel f(x: f32[i: M{Repeat(" * M", 400)}]) -> y: f32[i] {{ y = x[i + 1] else 0; }}" },
        { "powers of sums", $"kernel f(x: f32[i: {Join(60, n => $"(M{n % 5} + N{n % 7} + {n})", " * ")}]) -> y: f32[i] {{ y = x[i + 1] else 0; }}" },
        { "quotients of quotients", $"kernel f(x: f32[i: {Repeat("(", 60)}M{Repeat(" + 3) / 2", 60)}]) -> y: f32[i] {{ y = x[i + 1] else 0; }}" },
        { "huge constants", $"kernel f<const K = 9223372036854775807>(x: f32[i: 9223372036854775807 * M + K * K, j: K]) -> y: f32[i] {{ y = x[i: i * 9223372036854775807 + 9223372036854775807, j: 0] + 4611686018427387904 * 4 else 0; }}" },
        { "extents that overflow", "kernel f(x: f32[i: 9223372036854775807 + 1]) -> y: f32[i] { y = x[i + 9223372036854775807] else 0; }" },
        { "the smallest integer", $"{Vector}{{ y = x[i: (-9223372036854775807 - 1) / -1] + x[i: i / (-9223372036854775807 - 1)] else 0; }} kernel g<const K = (0 - 9223372036854775807 - 1) / -1>(x: f32[i: K]) -> y: f32[i] {{ y = x; }}" },
        { "many conditions", $"kernel f(x: f32[i: N]{Repeat(4, n => $", z{n}: f32[j{n}: M{n}]")}) -> y: f32[i] where {Join(400, n => $"M{n % 4} * {n + 1} <= N + {n} * M{(n + 1) % 4}")} {{ y = x[i + 1] else z0[j0: i] else z1[j1: i] else z2[j2: 2 * i] else z3[j3: 0]; }}" },
        { "conditions over many extents", $"kernel f(x: f32[i: N]{Repeat(60, n => $", z{n}: f32[j{n}: M{n}]")}) -> y: f32[i] where {Join(59, n => $"M{n} + N <= M{n + 1} + M{(n * 7) % 60}")} {{ y = x[i + 1] else z0[j0: i] else z59[j59: i] else 0; }}" },
        { "products of many extents", $"kernel f(x: f32[i: {Join(30, n => $"M{n} * M{(n + 1) % 30}", " + ")}]) -> y: f32[i] where {Join(30, n => $"M{n} * M{(n * 3) % 30} <= M{(n + 5) % 30}")} {{ y = x[i: i + M0 * M7] else 0; }}" },
        { "a long affine subscript", $"kernel f(x: f32[k: K]{Repeat(30, n => $", z{n}: f32[j{n}: M{n}]")}) -> y: f32[] {{ y = sum[{Join(30, n => $"j{n}")}](x[k: {Join(30, n => $"j{n} * M{(n + 1) % 30}", " + ")}]); }}" },
        { "a long affine subscript that must be inside", $"kernel f(x: f32[k: {Join(30, n => $"M{n} * M{(n + 1) % 30}", " + ")}]) -> y: f32[{Join(30, n => $"j{n}: M{n}")}] {{ y = x[k: {Join(30, n => $"j{n} * M{(n + 1) % 30}", " + ")}]; }}" },
        { "conditions after a let", $"{Vector}{{ let w[i] = x where {Join(200, n => $"i * {n} < N + {n * n}")}; let v[i] = w[i + 1] where {Join(200, n => $"i + {n} < N * {n}")}; y = v else 0; }}" },
        { "alternatives after a let", $"{Vector}{{ let w[i] = x where {Join(200, n => $"i * {n} < N + {n * n}", " || ")}; let v[i] = w[i + 1] where {Join(100, n => $"(i == {n} || i + {n} < N)", " && ")}; y = v else 0; }}" },
        { "deep mixtures of choices", $"{Vector}{{ y = {Repeat("if x[i - 1] > 0 && i > 0 then x else x[i + 1] + (", 60)}x{Repeat(") else 0", 0)}{Repeat(")", 60)} else 0; }}" },
        { "gathers inside gathers", $"kernel f(p: i32[i: N]) -> y: i32[i] {{ y = {Repeat("p[i: ", 60)}i{Repeat("]", 60)} else 0; }}" },
        { "gathers in both subscripts", $"kernel f(p: i32[i: N, j: M]) -> y: i32[i] {{ y = {Twice(9)} else 0; }}" },
        { "minima of minima", $"{Vector}{{ y = x[i: {Repeat("min(i, N - max(1, ", 30)}i{Repeat("))", 30)}] else 0; }}" },
        { "else after else", $"{Vector}{{ y = {Repeat(250, n => $"x[i - {n}] else ")}0; }}" },
        { "many examples", $"{Vector}{{ y = x; }} " + Lines(2_000, n => $"example f e{n} {{ N = {n + 1} }}") },
        { "many kernels", Lines(500, n => $"kernel f{n}(x: f32[i: N]) -> y: f32[i] {{ y = x[i - 1] else 0; }}") },
        { "many outputs", $"kernel f(x: f32[i: N]) -> {Join(300, n => $"y{n}: f32[i]")} {{ {Lines(300, n => $"y{n} = x * {n};")} }}" },
        { "many labels", $"kernel f(x: f32[i: N, g: {{{Join(2_000, n => $"l{n}")}}}]) -> y: f32[i] {{ y = {Join(400, n => $"x[g: l{n}]", " + ")}; }}" },
        { "unknown names", Vector + "{ y = " + Join(400, n => $"unknown{n}", " + ") + "; }" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Bomb_is_compiled_or_answered_soon(string what, string text)
    {
        var milliseconds = MillisecondsOnSmallStack(text);
        for (var again = 0; again < 3 && milliseconds >= 1000; again++)
        {
            milliseconds = MillisecondsOnSmallStack(text); // the machine may be busy with something else
        }

        Assert.True(milliseconds < 1000, $"{what}: {milliseconds} ms");
    }

    private static long MillisecondsOnSmallStack(string text)
    {
        var source = new SourceText("test.kdsl", text);
        double milliseconds = 0;
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    var begin = ThreadTime.Milliseconds;
                    KernelCompilation.Create(source);
                    milliseconds = ThreadTime.Milliseconds - begin;
                    WholeCompiler.Run(source);
                }
                catch (Exception e)
                {
                    failure = e;
                }
            },
            maxStackSize: 1 << 20);
        thread.Start();
        thread.Join();
        Assert.True(failure is null, failure?.ToString());
        return (long)milliseconds;
    }

    private static string Functions(int count, Func<int, string> function, string body)
        => "fn g0(x) = x;\n" + string.Concat(Enumerable.Range(1, count).Select(n => function(n) + "\n")) + Vector + "{ " + body + " }";

    private static string Lets(int count, Func<int, string> let, string first = "let w0[i] = x;", string? last = null)
        => Vector + "{\n" + first + "\n" + string.Concat(Enumerable.Range(1, count).Select(n => let(n) + "\n")) + (last ?? $"y = w{count} else 0;") + " }";

    private static string Repeat(string part, int count) => string.Concat(Enumerable.Repeat(part, count));

    private static string Repeat(int count, Func<int, string> part) => string.Concat(Enumerable.Range(0, count).Select(part));

    private static string Join(int count, Func<int, string> part, string separator = ", ") => string.Join(separator, Enumerable.Range(0, count).Select(part));

    private static string Lines(int count, Func<int, string> part) => Join(count, part, "\n");

    private static string Twice(int depth) => depth == 0 ? "i" : string.Create(CultureInfo.InvariantCulture, $"p[{Twice(depth - 1)}, {Twice(depth - 1)}]");
}
