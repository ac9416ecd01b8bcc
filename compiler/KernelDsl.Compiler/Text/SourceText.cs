namespace KernelDsl.Compiler.Text;

/// <summary>A range of characters in a source text.</summary>
/// <param name="Start">The first character, counted from 0.</param>
/// <param name="Length">The number of characters.</param>
public readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>The position after the last character.</summary>
    public int End => Start + Length;

    /// <summary>The smallest span that covers both spans.</summary>
    public TextSpan Union(TextSpan other)
    {
        var start = Math.Min(Start, other.Start);
        return new TextSpan(start, Math.Max(End, other.End) - start);
    }

    /// <summary>Makes a span from its two ends.</summary>
    public static TextSpan FromBounds(int start, int end) => new(start, end - start);
}

/// <summary>A place in a text, counted from 1 as editors show it.</summary>
public readonly record struct LinePosition(int Line, int Column);

/// <summary>The text of one <c>.kdsl</c> file and its path.</summary>
public sealed class SourceText
{
    private readonly ImmutableArray<int> _lineStarts;

    /// <summary>Makes a source text; <paramref name="path"/> is only shown, never opened.</summary>
    public SourceText(string path, string text)
    {
        Path = path;
        Text = text;
        _lineStarts = FindLineStarts(text);
    }

    /// <summary>The path as it is shown in diagnostics.</summary>
    public string Path { get; }

    /// <summary>The characters.</summary>
    public string Text { get; }

    /// <summary>The number of lines, at least 1.</summary>
    public int LineCount => _lineStarts.Length;

    /// <summary>The line and column, from 1, of a character.</summary>
    public LinePosition PositionOf(int offset)
    {
        var index = _lineStarts.BinarySearch(offset);
        var line = index >= 0 ? index : ~index - 1;
        return new LinePosition(line + 1, offset - _lineStarts[line] + 1);
    }

    /// <summary>The first character of a line, from 1.</summary>
    internal int LineStart(int line) => _lineStarts[line - 1];

    /// <summary>The characters of a span; a span past the end is cut.</summary>
    public string ToString(TextSpan span)
    {
        var start = Math.Min(Math.Max(span.Start, 0), Text.Length);
        var end = Math.Min(Math.Max(span.End, start), Text.Length);
        return Text.Substring(start, end - start);
    }

    private static ImmutableArray<int> FindLineStarts(string text)
    {
        var starts = ImmutableArray.CreateBuilder<int>();
        starts.Add(0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                starts.Add(i + 1);
            }
        }

        return starts.ToImmutable();
    }
}
