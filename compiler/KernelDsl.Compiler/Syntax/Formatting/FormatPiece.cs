using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Lexing;

namespace KernelDsl.Compiler.Syntax.Formatting;

/// <summary>A token or comment with the number of line ends before it.</summary>
internal sealed record FormatPiece(int Type, string Text, int LinesBefore)
{
    public bool IsComment => IsLineComment || Type == KdslLexer.BLOCK_COMMENT;

    /// <summary>Whether nothing can follow on the same line.</summary>
    public bool IsLineComment => Type is KdslLexer.LINE_COMMENT or KdslLexer.DOC_COMMENT;

    /// <summary>The pieces of a file; line ends inside comments become <c>\n</c>.</summary>
    public static IReadOnlyList<FormatPiece> Read(TokenList tokens)
    {
        var pieces = new List<FormatPiece>();
        var lines = 0;
        foreach (var token in tokens.All)
        {
            if (token.Type == KdslLexer.WHITESPACE)
            {
                lines = CountLineEnds(token.Text);
                continue;
            }

            var text = token.Channel == 0 ? token.Text : token.Text.Replace("\r\n", "\n").Replace('\r', '\n').TrimEnd();
            pieces.Add(new FormatPiece(token.Type, text, lines));
            lines = 0;
        }

        return pieces;
    }

    private static int CountLineEnds(string text)
    {
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            count += text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')) ? 1 : 0;
        }

        return count;
    }
}
