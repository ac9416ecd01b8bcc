using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelDsl.Generators.Pipeline;

/// <summary>What the project file says; see docs/generator.md.</summary>
/// <param name="Namespace">The namespace before that of a spec's module.</param>
/// <param name="IsPublic">Whether classes are public.</param>
/// <param name="IsPacked">Whether the project compiles a pack for some targets.</param>
/// <param name="EmbedCuda">Whether CUDA text is embedded; null for what the references say.</param>
/// <param name="ProjectDirectory">The folder that hint names are relative to; may be empty.</param>
internal sealed record ProjectOptions(string Namespace, bool IsPublic, bool IsPacked, bool? EmbedCuda, string ProjectDirectory)
{
    public static ProjectOptions Read(AnalyzerConfigOptions options)
    {
        string Value(string name) => options.TryGetValue("build_property." + name, out var value) ? value.Trim() : string.Empty;

        var given = Value("KernelDslNamespace");
        var embed = Value("KernelDslEmbedCuda");
        return new ProjectOptions(
            given.Length > 0 ? given : Value("RootNamespace"),
            !Value("KernelDslAccessibility").Equals("internal", StringComparison.OrdinalIgnoreCase),
            Value("KernelDslTargets").Length > 0 || Value("KernelDslTargetList").Length > 0,
            embed.Length == 0 ? null : embed.Equals("true", StringComparison.OrdinalIgnoreCase),
            Value("ProjectDir"));
    }
}
