using System.Globalization;

namespace KernelDsl.Tool.Arrays;

/// <summary>
/// Reads the part of Python's literals that <c>.npy</c> headers use: dictionaries with text keys, tuples, lists, text, integers, True, False, None.
/// A value is a dictionary, a list, a string, a long, a bool, or null.
/// </summary>
internal sealed class PythonLiteral
{
    private const int MaximumDepth = 16;
    private readonly string _text;
    private int _position;

    private PythonLiteral(string text) => _text = text;

    private char Current => _position < _text.Length ? _text[_position] : '\0';

    /// <exception cref="NpyFormatException">The text is not such a literal.</exception>
    public static object? Parse(string text)
    {
        var reader = new PythonLiteral(text);
        var value = reader.Value(0);
        reader.SkipSpace();
        return reader._position == text.Length ? value : throw Broken();
    }

    private static NpyFormatException Broken() => new("its header cannot be read");

    private object? Value(int depth)
    {
        if (depth > MaximumDepth)
        {
            throw Broken();
        }

        SkipSpace();
        return Current switch
        {
            '{' => Dictionary(depth),
            '(' => Sequence(')', depth),
            '[' => Sequence(']', depth),
            '\'' or '"' => Text(),
            '-' or (>= '0' and <= '9') => Number(),
            _ => Word(),
        };
    }

    private Dictionary<string, object?> Dictionary(int depth)
    {
        var entries = new Dictionary<string, object?>(StringComparer.Ordinal);
        _position++;
        while (!Take('}'))
        {
            var key = Value(depth + 1) as string ?? throw Broken();
            if (!Take(':'))
            {
                throw Broken();
            }

            entries[key] = Value(depth + 1);
            if (!Take(',') && Current != '}')
            {
                throw Broken();
            }
        }

        return entries;
    }

    private List<object?> Sequence(char close, int depth)
    {
        var items = new List<object?>();
        _position++;
        while (!Take(close))
        {
            items.Add(Value(depth + 1));
            if (!Take(',') && Current != close)
            {
                throw Broken();
            }
        }

        return items;
    }

    private string Text()
    {
        var quote = _text[_position++];
        var end = _text.IndexOf(quote, _position);
        if (end < 0 || _text.AsSpan(_position, end - _position).Contains('\\'))
        {
            throw Broken();
        }

        var text = _text[_position..end];
        _position = end + 1;
        return text;
    }

    private long Number()
    {
        var start = _position++;
        while (char.IsAsciiDigit(Current))
        {
            _position++;
        }

        var isRead = long.TryParse(_text.AsSpan(start, _position - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        if (Current == 'L')
        {
            _position++; // Python 2 wrote long integers so
        }

        return isRead ? number : throw new NpyFormatException("its header has a number that is too large");
    }

    private object? Word()
    {
        var start = _position;
        while (char.IsAsciiLetter(Current))
        {
            _position++;
        }

        return _text[start.._position] switch
        {
            "True" => true,
            "False" => false,
            "None" => null,
            _ => throw Broken(),
        };
    }

    private bool Take(char c)
    {
        SkipSpace();
        if (Current != c || _position >= _text.Length)
        {
            return false;
        }

        _position++;
        SkipSpace();
        return true;
    }

    private void SkipSpace()
    {
        while (Current is ' ' or '\n' or '\t' or '\r')
        {
            _position++;
        }
    }
}
