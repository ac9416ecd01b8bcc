using Antlr4.Runtime;
using Antlr4.Runtime.Tree;
using KernelDsl.Compiler.Syntax.Lexing;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax.Building;

/// <summary>Spans and parts of parse trees, which end early where there was an error.</summary>
internal static class NodeSpans
{
    /// <summary>The characters of a tree; an empty span where it has no token.</summary>
    public static TextSpan Of(ParserRuleContext context)
    {
        var start = context.Start.StartIndex;
        if (context.Stop is not { } stop || stop.Type == TokenConstants.EOF)
        {
            return new TextSpan(Math.Max(start, 0), 0);
        }

        // A tree without a token stops at the token before it.
        var end = stop.StopIndex + 1;
        return end <= start || context.Start.Type == TokenConstants.EOF ? new TextSpan(end, 0) : TextSpan.FromBounds(start, end);
    }

    /// <summary>The place where something is missing at the end of a tree.</summary>
    public static TextSpan After(ParserRuleContext context) => new(Of(context).End, 0);

    /// <summary>The part of a given kind that follows a token, such as the outputs after '->'.</summary>
    public static T? PartAfter<T>(ParserRuleContext context, int token)
        where T : class
    {
        var isAfter = false;
        foreach (var child in context.children ?? [])
        {
            if (isAfter && child is T part)
            {
                return part;
            }

            isAfter |= child is ITerminalNode terminal && terminal.Symbol.Type == token;
        }

        return null;
    }
}
