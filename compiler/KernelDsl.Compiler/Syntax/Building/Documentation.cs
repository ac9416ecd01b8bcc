using Antlr4.Runtime;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Lexing;

namespace KernelDsl.Compiler.Syntax.Building;

/// <summary>Finds the <c>///</c> lines before an item.</summary>
internal sealed class Documentation(TokenList tokens)
{
    private readonly Lazy<Dictionary<IToken, int>> _places = new(() => IndexItems(tokens));

    /// <summary>The text of the lines that stand directly before an item, joined by <c>\n</c>.</summary>
    public string Before(IToken item)
    {
        var lines = new List<string>();
        for (var i = _places.Value[item] - 1; i >= 0; i--)
        {
            var token = tokens.All[i];
            if (token.Type == KdslLexer.DOC_COMMENT)
            {
                lines.Add(Text(token.Text));
            }
            else if (token.Type != KdslLexer.WHITESPACE || token.Text.Count(c => c == '\n') > 1)
            {
                break;
            }
        }

        lines.Reverse();
        return string.Join("\n", lines);
    }

    private static string Text(string comment)
        => comment.Substring(comment.StartsWith("/// ", StringComparison.Ordinal) ? 4 : 3).TrimEnd();

    private static Dictionary<IToken, int> IndexItems(TokenList tokens)
    {
        var places = new Dictionary<IToken, int>();
        for (var i = 0; i < tokens.All.Count; i++)
        {
            if (TokenKinds.StartsItem(tokens.All[i].Type))
            {
                places[tokens.All[i]] = i;
            }
        }

        return places;
    }
}
