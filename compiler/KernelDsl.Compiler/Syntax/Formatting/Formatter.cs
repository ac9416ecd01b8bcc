using System.Text;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Lexing;
using KernelDsl.Compiler.Syntax.Parsing;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax.Formatting;

/// <summary>Lays a file out in the one way of the house. It changes blanks and line ends and nothing else.</summary>
public static class Formatter
{
    /// <summary>The columns that a signature may fill before its parameters get lines of their own.</summary>
    internal const int Columns = 120;

    /// <summary>The formatted text; the same text where it has syntax errors.</summary>
    public static string Format(SourceText source) => TryFormat(source) ?? source.Text;

    /// <summary>The formatted text; null where there are syntax errors or, as the last defence of a file, the tokens would change.</summary>
    internal static string? TryFormat(SourceText source)
    {
        var diagnostics = new DiagnosticBag(source);
        Parser.Parse(source, diagnostics);
        if (diagnostics.HasErrors)
        {
            return null;
        }

        var tokens = Tokenizer.Read(source, new SyntaxErrors(diagnostics));
        var text = Write(FormatPiece.Read(tokens));
        return HasSameTokens(tokens, text) ? text : null;
    }

    private static string Write(IReadOnlyList<FormatPiece> pieces)
    {
        var text = new StringBuilder();
        var breaks = new LineBreaks(pieces);
        for (var i = 0; i < pieces.Count; i++)
        {
            var (lines, indent) = breaks.Before(i);
            if (lines > 0)
            {
                text.Append('\n', lines).Append(' ', indent);
            }
            else if (i > 0 && Spacing.IsNeeded(pieces, i, breaks.Kernel))
            {
                text.Append(' ');
            }

            text.Append(pieces[i].Text);
        }

        return text.Length == 0 ? "" : text.Append('\n').ToString();
    }

    private static bool HasSameTokens(TokenList tokens, string text)
    {
        var source = new SourceText("", text);
        var formatted = Tokenizer.Read(source, new SyntaxErrors(new DiagnosticBag(source)));
        if (formatted.Count != tokens.Count)
        {
            return false;
        }

        for (var i = 0; i < tokens.Count; i++)
        {
            if (formatted[i].Type != tokens[i].Type || formatted[i].Text != tokens[i].Text)
            {
                return false;
            }
        }

        return true;
    }
}
