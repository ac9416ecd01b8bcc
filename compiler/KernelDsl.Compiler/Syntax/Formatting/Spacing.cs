using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Lexing;

namespace KernelDsl.Compiler.Syntax.Formatting;

/// <summary>Whether a blank stands between two pieces of one line.</summary>
internal static class Spacing
{
    /// <summary>Whether a blank stands before a piece that is not the first of its line.</summary>
    public static bool IsNeeded(IReadOnlyList<FormatPiece> pieces, int index, KernelShape? kernel)
    {
        var (left, right) = (pieces[index - 1], pieces[index]);
        if (left.IsComment || right.IsComment)
        {
            return true;
        }

        if ((kernel?.IsGenericBracket(index) ?? false) || (kernel?.IsGenericBracket(index - 1) ?? false))
        {
            return kernel.GenericsEnd == index - 1 && right.Type != KdslParser.OPEN_PAREN;
        }

        return !IsTightBefore(pieces, index, kernel) && !IsTightAfter(pieces, index - 1);
    }

    private static bool IsTightBefore(IReadOnlyList<FormatPiece> pieces, int index, KernelShape? kernel)
    {
        var left = pieces[index - 1].Type;
        return pieces[index].Type switch
        {
            KdslParser.CLOSE_PAREN or KdslParser.CLOSE_BRACKET or KdslParser.COMMA or KdslParser.SEMICOLON
                or KdslParser.COLON or KdslParser.DOT => true,
            KdslParser.OPEN_PAREN => left is KdslParser.IDENTIFIER or KdslParser.CLOSE_BRACKET,
            KdslParser.OPEN_BRACKET => left is KdslParser.IDENTIFIER or KdslParser.CLOSE_PAREN,
            KdslParser.CLOSE_BRACE => left == KdslParser.OPEN_BRACE || IsLabelsEnd(pieces, index),
            KdslParser.EQUALS => kernel is not null && index > kernel.BodyStart && IsScatterName(pieces, index - 1),
            _ => false,
        };
    }

    private static bool IsTightAfter(IReadOnlyList<FormatPiece> pieces, int index) => pieces[index].Type switch
    {
        KdslParser.OPEN_PAREN or KdslParser.OPEN_BRACKET or KdslParser.DOT or KdslParser.BANG or KdslParser.TILDE => true,
        KdslParser.OPEN_BRACE => Before(pieces, index) == KdslParser.COLON,
        KdslParser.MINUS => !TokenKinds.EndsOperand(Before(pieces, index)),
        _ => false,
    };

    // The 'max' of 'y[u: i] max= x' follows a target.
    private static bool IsScatterName(IReadOnlyList<FormatPiece> pieces, int index)
        => pieces[index].Type == KdslParser.IDENTIFIER
            && Before(pieces, index) is KdslParser.IDENTIFIER or KdslParser.CLOSE_BRACKET or KdslParser.CLOSE_PAREN;

    private static bool IsLabelsEnd(IReadOnlyList<FormatPiece> pieces, int index)
    {
        while (--index >= 0 && (pieces[index].IsComment || pieces[index].Type is KdslParser.IDENTIFIER or KdslParser.COMMA))
        {
        }

        return index >= 0 && pieces[index].Type == KdslParser.OPEN_BRACE && Before(pieces, index) == KdslParser.COLON;
    }

    // The kind of the token before a piece; comments do not count.
    private static int Before(IReadOnlyList<FormatPiece> pieces, int index)
    {
        while (--index >= 0 && pieces[index].IsComment)
        {
        }

        return index >= 0 ? pieces[index].Type : 0;
    }
}
