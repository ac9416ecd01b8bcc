using System.Text;

namespace KernelDsl.Compiler.Emission;

/// <summary>Writes code of a language with braces, line by line.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>The number of spaces before the next line.</summary>
    public int Indentation => 4 * _depth;

    public CodeWriter Line(string line)
    {
        _text.Append(' ', Indentation).Append(line).Append('\n');
        return this;
    }

    public CodeWriter Line()
    {
        _text.Append('\n');
        return this;
    }

    /// <summary>A line that starts at the left edge, such as a directive.</summary>
    public CodeWriter Directive(string line)
    {
        _text.Append(line).Append('\n');
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

    public override string ToString() => _text.ToString();
}
