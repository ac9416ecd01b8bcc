using System.Text;

namespace KernelDsl.Compiler.Emission;

/// <summary>Writes code of a language with braces, line by line.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _isJoining;
    private int _lineStart;
    private int _lines;

    /// <summary>The number of spaces before the next line.</summary>
    public int Indentation => 4 * _depth;

    /// <summary>The number of characters of a line that is not at its end, while lines are joined.</summary>
    public int OpenLength => _text.Length - _lineStart;

    /// <summary>Lines that are complete.</summary>
    public int LineCount => _lines;

    public CodeWriter Line(string line)
    {
        if (_isJoining)
        {
            _text.Append(OpenLength > 0 ? " " : string.Empty).Append(line);
            return this;
        }

        _text.Append(' ', Indentation).Append(line);
        return End();
    }

    public CodeWriter Line()
    {
        EndJoined();
        return End();
    }

    /// <summary>A line that starts at the left edge, such as a directive.</summary>
    public CodeWriter Directive(string line)
    {
        EndJoined();
        _text.Append(line);
        return End();
    }

    /// <summary>What follows, up to the next directive, is written on one line: a directive says the place of one line only.</summary>
    public void Join(bool isJoining)
    {
        EndJoined();
        _isJoining = isJoining;
    }

    /// <summary>Whole lines, as they are.</summary>
    public CodeWriter Raw(string text)
    {
        EndJoined();
        _text.Append(text);
        _lines += text.Count(c => c == '\n');
        _lineStart = _text.Length;
        return this;
    }

    /// <summary>Text of several lines, each indented.</summary>
    public CodeWriter Lines(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            _ = line.Length == 0 ? Line() : Line(line);
        }

        return this;
    }

    /// <summary>Writes the head and the braces around what the body writes.</summary>
    public CodeWriter Block(string head, Action body)
    {
        Line(head);
        Line("{");
        _depth++;
        body();
        _depth--;
        return Line("}");
    }

    private void EndJoined()
    {
        if (OpenLength > 0)
        {
            End();
        }
    }

    private CodeWriter End()
    {
        _text.Append('\n');
        _lines++;
        _lineStart = _text.Length;
        return this;
    }

    public override string ToString() => _text.ToString();
}
