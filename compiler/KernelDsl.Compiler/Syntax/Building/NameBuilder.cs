using Antlr4.Runtime;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax.Building;

/// <summary>Names; where the text has none, a missing one at the end of its parent.</summary>
internal static class NameBuilder
{
    public static NameSyntax Name(KdslParser.NameContext? context, ParserRuleContext parent)
        => context?.IDENTIFIER() is { } token
            ? new NameSyntax(token.Symbol.Text, NodeSpans.Of(context))
            : new NameSyntax("", NodeSpans.After(parent));

    public static string TextOrEmpty(KdslParser.NameContext? context) => context?.IDENTIFIER()?.Symbol.Text ?? "";

    public static ImmutableArray<NameSyntax> Names(KdslParser.NamesContext? context)
        => context is null ? [] : [.. context.name().Select(name => Name(name, context))];

    public static NameSyntax Dotted(KdslParser.ModuleDeclarationContext context)
    {
        var names = context.name();
        return names.Length == 0
            ? Name(null, context)
            : new NameSyntax(
                string.Join(".", names.Select(TextOrEmpty)),
                names.Aggregate(NodeSpans.Of(names[0]), (TextSpan span, KdslParser.NameContext name) => span.Union(NodeSpans.Of(name))));
    }
}
