using System.Runtime.CompilerServices;

namespace KernelDsl.Compiler.Tests.Syntax;

/// <summary>Specs to test with: the listings of the language's contract and the kernel library.</summary>
internal static class CorpusFiles
{
    public static string Listings => Path.Combine(Here(), "..", "Corpus");

    public static string KernelLibrary => Path.Combine(Here(), "..", "..", "..", "kernels");

    /// <summary>The paths of all specs, in a fixed order.</summary>
    public static IReadOnlyList<string> All => [.. In(Listings), .. In(KernelLibrary)];

    public static IReadOnlyList<string> In(string folder)
        => Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.kdsl", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [];

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
