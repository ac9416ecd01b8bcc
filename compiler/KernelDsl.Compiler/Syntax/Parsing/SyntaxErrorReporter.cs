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
        var span = SpanAt(index, start);
        var type = tokens.TypeAt(index);
        if (type == KdslParser.EQUALS && index < end && expected.Contains(KdslParser.EQUALS_EQUALS))
        {
            errors.Report(SyntaxDiagnostics.AssignmentInExpression, span);
        }
        else if (index < end && IsKeywordForName(type, expected))
        {
            errors.Report(SyntaxDiagnostics.KeywordAsName, span, tokens[index].Text);
        }
        else if (expected.Contains(KdslParser.SEMICOLON))
        {
            errors.Report(SyntaxDiagnostics.MissingSemicolon, span, subject, Found(index));
        }
        else if (expected.Contains(KdslParser.COMMA) && FindOpener(start, index) is { } opener)
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

    private static bool IsKeywordForName(int type, IntervalSet expected)
    {
        if (!TokenKinds.IsKeyword(type) || !expected.Contains(KdslParser.IDENTIFIER))
        {
            return false;
        }

        var endsExpression = type is KdslParser.THEN or KdslParser.ELSE or KdslParser.WHERE or KdslParser.AS or KdslParser.IF;
        return ExpectedText.IsExpression(expected) ? !endsExpression : ExpectedText.Of(expected) == "a name";
    }

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
