using Antlr4.Runtime.Misc;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Lexing;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax.Parsing;

/// <summary>From the place where the grammar stopped to a diagnostic.</summary>
internal sealed class SyntaxErrorReporter(TokenList tokens, SyntaxErrors errors)
{
    /// <summary>Reports that the token at <paramref name="index"/> does not fit.</summary>
    public void Report(int index, IntervalSet expected, int start, int end, string subject)
    {
        if (IsInComment(index))
        {
            return;
        }

        var span = SpanAt(index, start);
        var type = tokens.TypeAt(index);
        if (type == KdslParser.EQUALS && index < end && expected.Contains(KdslParser.EQUALS_EQUALS))
        {
            errors.Report(SyntaxDiagnostics.AssignmentInExpression, span);
        }
        else if (index < end && IsKeywordForName(index, expected))
        {
            errors.Report(SyntaxDiagnostics.KeywordAsName, span, tokens[index].Text);
        }
        else if (expected.Contains(KdslParser.SEMICOLON))
        {
            errors.Report(SyntaxDiagnostics.MissingSemicolon, span, subject, Found(index));
        }
        else if (IsAtCloser(expected) && FindOpener(start, index) is { } opener)
        {
            var token = tokens[opener];
            var note = new DiagnosticNote(token.Span(), $"this '{token.Text}' is still open");
            errors.Report(SyntaxDiagnostics.MissingCloser, span, note, ExpectedText.Of(expected), Found(index), token.Text, token.Line);
        }
        else
        {
            errors.Report(SyntaxDiagnostics.Expected, span, ExpectedText.Of(expected), Found(index));
        }
    }

    /// <summary>The words for the token at an index.</summary>
    public string Found(int index) => index < tokens.Count ? $"'{Excerpt.Of(tokens[index].Text)}'" : "the end of the file";

    /// <summary>The token itself, or the one before it where something is missing at the end of a line.</summary>
    public TextSpan SpanAt(int index, int start)
    {
        var isHere = index < tokens.Count && (index <= start || !tokens.IsFirstOnLine(index));
        return isHere ? tokens[index].Span()
            : index > 0 ? tokens[index - 1].Span()
            : default;
    }

    /// <summary>Whether the place is in a comment that is never closed, which was reported.</summary>
    public bool IsInComment(int index) => index >= tokens.Count && tokens.EndsInComment;

    private bool IsKeywordForName(int index, IntervalSet expected)
    {
        var type = tokens.TypeAt(index);
        var isNamePlace = expected.Contains(KdslParser.IDENTIFIER) && !TokenKinds.EndsOperand(tokens.TypeAt(index - 1));
        var endsExpression = type is KdslParser.THEN or KdslParser.ELSE or KdslParser.WHERE or KdslParser.AS or KdslParser.IF;
        return TokenKinds.IsKeyword(type) && isNamePlace && !(endsExpression && ExpectedText.IsExpression(expected)) && !expected.Contains(KdslParser.LET);
    }

    private static bool IsAtCloser(IntervalSet expected)
        => !ExpectedText.IsExpression(expected)
            && (expected.Contains(KdslParser.CLOSE_PAREN) || expected.Contains(KdslParser.CLOSE_BRACKET) || expected.Contains(KdslParser.CLOSE_BRACE));

    private int? FindOpener(int start, int index)
    {
        var depth = 0;
        for (var i = Math.Min(index, tokens.Count) - 1; i >= start; i--)
        {
            switch (tokens[i].Type)
            {
                case KdslParser.CLOSE_PAREN or KdslParser.CLOSE_BRACKET or KdslParser.CLOSE_BRACE:
                    depth++;
                    break;
                case KdslParser.OPEN_PAREN or KdslParser.OPEN_BRACKET or KdslParser.OPEN_BRACE when depth-- == 0:
                    return i;
            }
        }

        return null;
    }
}
