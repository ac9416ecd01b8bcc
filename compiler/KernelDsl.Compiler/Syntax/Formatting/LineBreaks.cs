using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Lexing;

namespace KernelDsl.Compiler.Syntax.Formatting;

/// <summary>
/// Decides where lines end. Signatures have a layout of their own, each equation starts a line, and everywhere else
/// the line ends of the author stay.
/// </summary>
internal sealed class LineBreaks(IReadOnlyList<FormatPiece> pieces)
{
    private const int Step = 4;
    private KernelShape? _kernel;
    private int _lastToken = -1;
    private int _blocks;
    private int _brackets;
    private int _labelsEnd = -1;
    private bool _labels;
    private bool _isPastParameters;
    private bool _breakAfter;

    /// <summary>The kernel that the last piece asked for belongs to.</summary>
    public KernelShape? Kernel => _kernel;

    /// <summary>The line ends before a piece (0, 1 or 2) and the column it then starts at. To be asked for each piece in turn.</summary>
    public (int Lines, int Indent) Before(int index)
    {
        var piece = pieces[index];
        if (_kernel is { } last && index > last.BodyEnd)
        {
            _kernel = null;
        }

        var isFirst = IsFirstOfStatement();
        if (!piece.IsComment && piece.Type is KdslParser.KERNEL or KdslParser.DETERMINISTIC && _kernel is null)
        {
            _kernel = KernelShape.Of(pieces, index);
        }

        var lines = Lines(index, isFirst);
        var indent = Indent(index, isFirst);
        if (!piece.IsComment)
        {
            Enter(index);
        }

        return (index == 0 ? 0 : lines, indent);
    }

    private int Lines(int index, bool isFirst)
    {
        var piece = pieces[index];
        var isForced = index > 0 && pieces[index - 1].IsLineComment;
        var written = Math.Min(piece.LinesBefore, 2);
        if (_kernel is { } kernel && index > kernel.Start)
        {
            switch (kernel.Layout)
            {
                case KernelLayout.OneLine:
                    return 0;
                case KernelLayout.FlatSignature when index <= kernel.BodyStart:
                    return 0;
                case KernelLayout.BrokenSignature when index <= kernel.BodyStart:
                    var isBroken = isForced || (piece.IsComment || pieces[index - 1].IsComment
                        ? piece.LinesBefore > 0 || (_breakAfter && !piece.IsComment) || StartsSignatureLine(kernel, index)
                        : _breakAfter || StartsSignatureLine(kernel, index));
                    return isBroken ? 1 : 0;
            }

            if (index == kernel.BodyEnd)
            {
                return 1;
            }
        }

        // A comment may stay behind a statement or a brace; the next statement starts a line.
        var isStatement = isFirst && !piece.IsComment && (_kernel is not null || _blocks == 0);
        var most = isFirst && !IsFirstOfBlock(index) && piece.Type != KdslParser.CLOSE_BRACE ? 2 : 1;
        return Math.Min(Math.Max(written, isStatement || isForced ? 1 : 0), most);
    }

    private int Indent(int index, bool isFirst)
    {
        var piece = pieces[index];
        if (_kernel is { Layout: KernelLayout.BrokenSignature } kernel && index > kernel.Start && index <= kernel.BodyStart)
        {
            return index == kernel.BodyStart ? 0 : StartsSignatureLine(kernel, index) ? Step / 2 : Step;
        }

        var isEnd = piece.Type == KdslParser.CLOSE_BRACE && !_labels;
        return ((isEnd ? _blocks - 1 : _blocks) * Step) + (isFirst || isEnd ? 0 : Step);
    }

    // '-> …', 'where …' and '{' start lines of a broken signature.
    private bool StartsSignatureLine(KernelShape kernel, int index)
        => index == kernel.BodyStart
            || (_brackets == 0 && index > kernel.ParametersStart && pieces[index].Type is KdslParser.ARROW or KdslParser.WHERE);

    private bool IsFirstOfStatement()
    {
        if (_lastToken < 0)
        {
            return true;
        }

        return pieces[_lastToken].Type switch
        {
            KdslParser.SEMICOLON => true,
            KdslParser.OPEN_BRACE or KdslParser.CLOSE_BRACE => !_labels && _brackets == 0 && _labelsEnd != _lastToken,
            KdslParser.COMMA => _blocks > 0 && _kernel is null && _brackets == 0, // the entries of an example
            _ => false,
        };
    }

    private bool IsFirstOfBlock(int index) => _lastToken >= 0 && _lastToken == index - 1 && pieces[_lastToken].Type == KdslParser.OPEN_BRACE;

    private void Enter(int index)
    {
        _breakAfter = false;
        switch (pieces[index].Type)
        {
            case KdslParser.OPEN_PAREN or KdslParser.OPEN_BRACKET:
                _breakAfter = index == _kernel?.ParametersStart && !IsEmptyList(index);
                _brackets++;
                break;
            case KdslParser.CLOSE_PAREN or KdslParser.CLOSE_BRACKET:
                _brackets--;
                break;
            case KdslParser.COMMA:
                _breakAfter = _kernel is { } kernel && index > kernel.ParametersStart && index < kernel.BodyStart && _brackets == 1
                    && !_isPastParameters && !_labels;
                break;
            case KdslParser.OPEN_BRACE when _lastToken >= 0 && pieces[_lastToken].Type == KdslParser.COLON:
                _labels = true;
                break;
            case KdslParser.OPEN_BRACE:
                _blocks++;
                break;
            case KdslParser.CLOSE_BRACE when _labels:
                _labels = false;
                _labelsEnd = index;
                break;
            case KdslParser.CLOSE_BRACE:
                _blocks--;
                break;
        }

        _isPastParameters = _kernel is not null && index > _kernel.ParametersStart && (_isPastParameters || _brackets == 0);
        _lastToken = index;
    }

    private bool IsEmptyList(int index) => index + 1 < pieces.Count && pieces[index + 1].Type == KdslParser.CLOSE_PAREN;
}
