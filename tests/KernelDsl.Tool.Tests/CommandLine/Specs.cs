namespace KernelDsl.Tool.Tests.CommandLine;

internal static class Specs
{
    public const string Product = """
        module M;
        kernel product<T: f16 | f32>(a: T[i: M, k: K], b: T[k, j: N]) -> o: T[i, j] { o = sum[k](a * b); }
        example product small { T = f32, M = 3, K = 5, N = 4 }
        example product huge { T = f32, M = 100000, K = 100000, N = 100000 }
        """;

    public const string Sparse = """
        module S;
        kernel spmm(a: f32[i: M, k: K] csr, x: f32[k, n: N]) -> y: f32[i, n] { y = sum[k](a * x); }
        """;

    public const string Scaled = """
        module W;
        kernel scaled<const GROUP = 4>(x: f32[m: M, k: K], scale: f32[kg: K / GROUP]) -> y: f32[m] where K % GROUP == 0 { y = sum[k](x * scale[kg: k / GROUP]); }
        """;

    public const string Broken = "module B;\nkernel broken(a: f32[i: M]) -> o: f32[i] { o = nothing; }\n";
}
