using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Lexing;

namespace KernelDsl.Compiler.Syntax.Formatting;

/// <summary>How the signature and the body of a kernel are laid out.</summary>
internal enum KernelLayout
{
    /// <summary>The kernel on one line, as it was written.</summary>
    OneLine,

    /// <summary>The signature on one line, each equation on its own.</summary>
    FlatSignature,

    /// <summary>Each parameter on a line of its own.</summary>
    BrokenSignature,
}

/// <summary>The places of a kernel in the pieces of a file.</summary>
internal sealed class KernelShape
{
    private KernelShape(int start, int end)
    {
        Start = start;
        BodyEnd = end;
    }

    /// <summary>The first piece.</summary>
    public int Start { get; }

    /// <summary>The '&lt;' and '&gt;' of the generic parameters; -1 where there are none.</summary>
    public int GenericsStart { get; private set; } = -1;

    public int GenericsEnd { get; private set; } = -1;

    /// <summary>The '(' of the parameters.</summary>
    public int ParametersStart { get; private set; }

    /// <summary>The '{' of the body.</summary>
    public int BodyStart { get; private set; }

    /// <summary>The '}' of the body.</summary>
    public int BodyEnd { get; private set; }

    public KernelLayout Layout { get; private set; }

    /// <summary>Finds the parts of the kernel at <paramref name="start"/> of a file without syntax errors.</summary>
    public static KernelShape Of(IReadOnlyList<FormatPiece> pieces, int start)
    {
        var shape = new KernelShape(start, start);
        shape.FindParts(pieces);
        shape.Layout = shape.ChooseLayout(pieces);
        return shape;
    }

    /// <summary>Whether a piece is in the generic parameters, where '&lt;' and '&gt;' are brackets.</summary>
    public bool IsGenericBracket(int index) => index >= 0 && (index == GenericsStart || index == GenericsEnd);

    private void FindParts(IReadOnlyList<FormatPiece> pieces)
    {
        var (depth, last, labels) = (0, 0, false);
        for (var i = Start; ; i++)
        {
            switch (pieces[i].Type)
            {
                case KdslParser.LESS when depth == 0 && ParametersStart == 0 && GenericsStart < 0:
                    GenericsStart = i;
                    break;
                case KdslParser.GREATER when depth == 0 && GenericsStart >= 0 && GenericsEnd < 0:
                    GenericsEnd = i;
                    break;
                case KdslParser.OPEN_PAREN or KdslParser.OPEN_BRACKET:
                    if (depth++ == 0 && ParametersStart == 0 && GenericsStart < 0 == GenericsEnd < 0)
                    {
                        ParametersStart = i;
                    }

                    break;
                case KdslParser.CLOSE_PAREN or KdslParser.CLOSE_BRACKET:
                    depth--;
                    break;
                case KdslParser.OPEN_BRACE when last == KdslParser.COLON:
                    labels = true;
                    break;
                case KdslParser.OPEN_BRACE:
                    BodyStart = i;
                    break;
                case KdslParser.CLOSE_BRACE when labels:
                    labels = false;
                    break;
                case KdslParser.CLOSE_BRACE:
                    BodyEnd = i;
                    return;
            }

            last = pieces[i].IsComment ? last : pieces[i].Type;
        }
    }

    private KernelLayout ChooseLayout(IReadOnlyList<FormatPiece> pieces)
    {
        var signature = 0;
        for (var i = Start; i <= BodyStart; i++)
        {
            if (pieces[i].IsComment)
            {
                return KernelLayout.BrokenSignature;
            }

            signature += Width(pieces, i);
        }

        var isOneLine = true;
        var body = 0;
        for (var i = BodyStart + 1; i <= BodyEnd; i++)
        {
            isOneLine &= pieces[i].LinesBefore == 0 && !pieces[i].IsLineComment;
            body += Width(pieces, i);
        }

        return isOneLine && signature + body <= Formatter.Columns ? KernelLayout.OneLine
            : signature <= Formatter.Columns ? KernelLayout.FlatSignature
            : KernelLayout.BrokenSignature;
    }

    private int Width(IReadOnlyList<FormatPiece> pieces, int index)
        => pieces[index].Text.Length + (index > Start && Spacing.IsNeeded(pieces, index, this) ? 1 : 0);
}
