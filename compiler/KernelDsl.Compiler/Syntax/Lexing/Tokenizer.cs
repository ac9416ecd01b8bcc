using System.Globalization;
using Antlr4.Runtime;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Parsing;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax.Lexing;

/// <summary>From characters to tokens. What is no token is reported and left out.</summary>
internal static class Tokenizer
{
    public static TokenList Read(SourceText source, SyntaxErrors errors)
    {
        var lexer = new KdslLexer(new FoldedCharStream(source.Text), TextWriter.Null, TextWriter.Null);
        lexer.RemoveErrorListeners();
        var significant = new List<IToken>();
        var all = new List<IToken>();
        TextSpan? unexpected = null;
        while (!errors.IsFull)
        {
            var token = lexer.NextToken();
            if (token.Type == KdslLexer.UNEXPECTED)
            {
                unexpected = unexpected?.Union(token.Span()) ?? token.Span();
                continue;
            }

            ReportUnexpected(source, ref unexpected, errors);
            if (token.Type == TokenConstants.EOF)
            {
                break;
            }

            if (token.Type is KdslLexer.UNCLOSED_COMMENT)
            {
                errors.Report(SyntaxDiagnostics.UnterminatedComment, new TextSpan(token.StartIndex, 2));
            }
            else if (token.Type is KdslLexer.BAD_NUMBER)
            {
                errors.Report(SyntaxDiagnostics.MalformedNumber, token.Span(), Excerpt.Of(token.Text));
            }

            all.Add(token);
            if (token.Channel == TokenConstants.DefaultChannel)
            {
                significant.Add(token);
            }
        }

        return new TokenList(significant, all);
    }

    private static void ReportUnexpected(SourceText source, ref TextSpan? run, SyntaxErrors errors)
    {
        if (run is { } span)
        {
            errors.Report(SyntaxDiagnostics.UnexpectedCharacter, span, Describe(source.Text, span));
            run = null;
        }
    }

    // Invisible characters are only told apart by their number.
    private static string Describe(string text, TextSpan span)
    {
        var isPair = span.Length > 1 && char.IsSurrogatePair(text, span.Start);
        var code = isPair ? char.ConvertToUtf32(text, span.Start) : text[span.Start];
        var number = "U+" + code.ToString("X4", CultureInfo.InvariantCulture);
        var category = CharUnicodeInfo.GetUnicodeCategory(text, span.Start);
        var isVisible = category is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
        return isVisible ? $"'{text.Substring(span.Start, isPair ? 2 : 1)}' ({number})" : number;
    }
}
