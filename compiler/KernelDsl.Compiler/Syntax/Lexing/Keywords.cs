using KernelDsl.Compiler.Syntax.Grammar;

namespace KernelDsl.Compiler.Syntax.Lexing;

/// <summary>The words that cannot be names.</summary>
internal static class Keywords
{
    public static ImmutableArray<string> All { get; } =
    [
        .. Enumerable.Range(KdslParser.MODULE, KdslParser.WRT - KdslParser.MODULE + 1).Select(type => KdslParser.DefaultVocabulary.GetLiteralName(type).Trim('\'')),
    ];
}
