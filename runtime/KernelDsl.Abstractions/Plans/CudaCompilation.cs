using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KernelDsl.Plans;

/// <summary>A const of a kernel and its value.</summary>
/// <param name="Name">The name in the spec, which keys and messages have.</param>
/// <param name="Macro">What stands for the value in CUDA C, such as <c>KDSL_CONST_D</c>.</param>
/// <param name="Value">The value.</param>
public readonly record struct KernelConst(string Name, string Macro, long Value);

/// <summary>How the CUDA text of kernels is compiled. The build and the runtime agree on it here, so that they find each other's images.</summary>
public static class CudaCompilation
{
    /// <summary>
    /// The options that texts are written for, beside the architecture and the consts. Without contraction to fused multiply-add, all back ends round the
    /// same operations.
    /// </summary>
    public static ImmutableArray<string> Options { get; } = ["--std=c++17", "--fmad=false"];

    /// <summary>The version of KernelDsl, such as <c>0.1.0</c>.</summary>
    public static string Version { get; } = typeof(CudaCompilation).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>All options for the values of consts.</summary>
    public static ImmutableArray<string> OptionsFor(ImmutableArray<KernelConst> consts)
        => [.. Options, .. consts.Select(c => $"-D{c.Macro}={Number(c.Value)}")];

    /// <summary>Consts as keys and messages have them: <c>D=64,K=2</c>.</summary>
    public static string Describe(ImmutableArray<KernelConst> consts) => string.Join(",", consts.Select(c => $"{c.Name}={Number(c.Value)}"));

    /// <summary>The key of a text: the SHA-256 of its UTF-8 bytes as lower-case hex.</summary>
    public static string KeyOf(string text)
        => string.Concat(Hash(Encoding.UTF8.GetBytes(text)).Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));

    private static byte[] Hash(byte[] bytes)
    {
#if NET
        return SHA256.HashData(bytes);
#else
        using var algorithm = SHA256.Create();
        return algorithm.ComputeHash(bytes);
#endif
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
