using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Lexing;

namespace KernelDsl.Compiler.Syntax.Parsing;

/// <summary>
/// Finds where statements end without parsing them: at ';', and where a new one must begin because the ';' was forgotten.
/// An '=' stands exactly once in a statement, so a second one tells that two statements have run together.
/// </summary>
internal sealed class StatementBoundaries(TokenList tokens)
{
    /// <summary>The index of the '{' that opens a body; the braces of labels follow a ':'.</summary>
    public int? FindBodyStart(int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (tokens.TypeAt(i) == KdslParser.OPEN_BRACE && tokens.TypeAt(i - 1) != KdslParser.COLON)
            {
                return i;
            }
        }

        return null;
    }

    /// <summary>The index of the first token that looks like the start of a statement on a line of its own.</summary>
    public int FindStatementLike(int start, int end)
    {
        var i = start + 1;
        while (i < end && tokens.TypeAt(i) != KdslParser.SEMICOLON && !(tokens.IsFirstOnLine(i) && LooksLikeStatement(i, end)))
        {
            i++;
        }

        return i;
    }

    /// <summary>The index after the statement that begins at <paramref name="start"/>, without the '}' that ends the body.</summary>
    public int FindEnd(int start, int end)
    {
        var (hasEquals, depth, labels) = (false, 0, 0);
        for (var i = start; i < end; i++)
        {
            if (i > start && BeginsAnother(i, end, hasEquals, depth))
            {
                return i;
            }

            switch (tokens.TypeAt(i))
            {
                case KdslParser.SEMICOLON:
                    return i + 1;
                case KdslParser.OPEN_BRACE when tokens.TypeAt(i - 1) == KdslParser.COLON:
                    labels++;
                    break;
                case KdslParser.OPEN_BRACE:
                    return i == start ? i + 1 : i;
                case KdslParser.CLOSE_BRACE when labels > 0:
                    labels--;
                    break;
                case KdslParser.CLOSE_BRACE:
                    return i;
                case KdslParser.EQUALS or KdslParser.PLUS_EQUALS:
                    hasEquals = true;
                    break;
                case KdslParser.OPEN_PAREN or KdslParser.OPEN_BRACKET:
                    depth++;
                    break;
                case KdslParser.CLOSE_PAREN or KdslParser.CLOSE_BRACKET:
                    depth--;
                    break;
            }
        }

        return end;
    }

    private bool BeginsAnother(int index, int end, bool hasEquals, int depth)
    {
        if (tokens.TypeAt(index) == KdslParser.LET)
        {
            return tokens.IsFirstOnLine(index) || (hasEquals && TokenKinds.EndsOperand(tokens.TypeAt(index - 1)));
        }

        return hasEquals && TokenKinds.EndsOperand(tokens.TypeAt(index - 1))
            && (tokens.IsFirstOnLine(index) ? LooksLikeStatement(index, end) : depth == 0 && IsNameBeforeEquals(index));
    }

    private bool IsNameBeforeEquals(int index)
        => tokens.TypeAt(index) == KdslParser.IDENTIFIER
            && (tokens.TypeAt(index + 1) is KdslParser.EQUALS or KdslParser.PLUS_EQUALS
                || (tokens.TypeAt(index + 1) == KdslParser.IDENTIFIER && tokens.TypeAt(index + 2) == KdslParser.EQUALS));

    // 'let', 'name =', 'name[…] =' or '(…) =' with any of the assignments.
    private bool LooksLikeStatement(int index, int end)
    {
        switch (tokens.TypeAt(index))
        {
            case KdslParser.LET:
                return true;
            case KdslParser.IDENTIFIER when tokens.TypeAt(index + 1) == KdslParser.OPEN_BRACKET:
                index++;
                break;
            case KdslParser.IDENTIFIER:
                return IsNameBeforeEquals(index);
            case not KdslParser.OPEN_PAREN:
                return false;
        }

        // Bounded, because this is asked at the start of every line.
        var depth = 0;
        var limit = Math.Min(end, index + 64);
        for (; index < limit && tokens.TypeAt(index) != KdslParser.SEMICOLON; index++)
        {
            switch (tokens.TypeAt(index))
            {
                case KdslParser.OPEN_PAREN or KdslParser.OPEN_BRACKET:
                    depth++;
                    break;
                case KdslParser.CLOSE_PAREN or KdslParser.CLOSE_BRACKET when --depth == 0:
                    return tokens.TypeAt(index + 1) is KdslParser.EQUALS or KdslParser.PLUS_EQUALS
                        || (tokens.TypeAt(index + 1) == KdslParser.IDENTIFIER && tokens.TypeAt(index + 2) == KdslParser.EQUALS);
            }
        }

        return false;
    }
}
