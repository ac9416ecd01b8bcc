using System.Globalization;

namespace KernelDsl.VirtualGpu.Ptx;

/// <summary>Cuts PTX text into tokens; comments and preprocessor lines go.</summary>
internal sealed class PtxLexer(string text)
{
    private int _at;
    private int _line = 1;

    public static List<Token> Read(string text)
    {
        var lexer = new PtxLexer(text);
        var tokens = new List<Token>(text.Length / 4);
        Token token;
        do
        {
            token = lexer.Next();
            tokens.Add(token);
        }
        while (token.Kind != TokenKind.End);
        return tokens;
    }

    private Token Next()
    {
        SkipBlanks();
        if (_at >= text.Length || text[_at] == '\0')
        {
            return new Token(TokenKind.End, "end of text", 0, _line);
        }

        var c = text[_at];
        if (IsWordStart(c))
        {
            return new Token(TokenKind.Word, TakeWhile(_at + 1, IsWordPart), 0, _line);
        }

        if (c == '.' && _at + 1 < text.Length && (IsWordStart(text[_at + 1]) || char.IsAsciiDigit(text[_at + 1])))
        {
            return Dotted();
        }

        if (char.IsAsciiDigit(c))
        {
            return Number();
        }

        return c == '"' ? Quoted() : Punctuation(c);
    }

    private Token Dotted()
    {
        var end = _at + 1;
        while (end < text.Length && (IsWordPart(text[end]) || (text[end] == ':' && end + 2 < text.Length && text[end + 1] == ':' && IsWordPart(text[end + 2]))))
        {
            end += text[end] == ':' ? 2 : 1;
        }

        return Take(TokenKind.Dotted, end, 0);
    }

    private Token Number()
    {
        var end = _at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        var word = text.AsSpan(_at, end - _at);
        if (word.Length == 10 && word[0] == '0' && word[1] is 'f' or 'F' && uint.TryParse(word[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var single))
        {
            return Take(TokenKind.Float32, end, single);
        }

        if (word.Length == 18 && word[0] == '0' && word[1] is 'd' or 'D' && ulong.TryParse(word[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var both))
        {
            return Take(TokenKind.Float64, end, both);
        }

        if (end < text.Length && text[end] == '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))
        {
            return Fraction(end + 1);
        }

        return Take(TokenKind.Integer, end, Integer(word));
    }

    private Token Fraction(int from)
    {
        var end = from;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is 'e' or 'E' || (text[end] is '+' or '-' && text[end - 1] is 'e' or 'E')))
        {
            end++;
        }

        return double.TryParse(text.AsSpan(_at, end - _at), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? Take(TokenKind.Float64, end, BitConverter.DoubleToUInt64Bits(value))
            : throw new PtxException(_line, $"'{text[_at..end]}' is not a number.");
    }

    private ulong Integer(ReadOnlySpan<char> word)
    {
        var digits = word.TrimEnd("uU");
        var radix = digits switch { ['0', 'x' or 'X', ..] => 16, ['0', 'b' or 'B', ..] => 2, ['0', _, ..] => 8, _ => 10 };
        var body = digits[(radix switch { 16 or 2 => 2, 8 => 1, _ => 0 })..];
        if (body.IsEmpty)
        {
            throw new PtxException(_line, $"'{word}' is not a number.");
        }

        ulong value = 0;
        foreach (var c in body)
        {
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix)
            {
                throw new PtxException(_line, $"'{word}' is not a number.");
            }

            value = unchecked((value * (ulong)radix) + (ulong)digit);
        }

        return value;
    }

    private Token Quoted()
    {
        var end = _at + 1;
        while (end < text.Length && text[end] != '"' && text[end] != '\n')
        {
            end += text[end] == '\\' && end + 1 < text.Length ? 2 : 1;
        }

        if (end >= text.Length || text[end] != '"')
        {
            throw new PtxException(_line, "a text constant does not end.");
        }

        var token = new Token(TokenKind.Text, text[(_at + 1)..end], 0, _line);
        _at = end + 1;
        return token;
    }

    private Token Punctuation(char c)
        => "{}()[]<>,;:=+-*/|!@&^~?%".Contains(c, StringComparison.Ordinal)
            ? Take(TokenKind.Punctuation, _at + 1, 0)
            : throw new PtxException(_line, $"the character '{(char.IsControl(c) ? $"\\u{(int)c:x4}" : c)}' does not belong to PTX.");

    private Token Take(TokenKind kind, int end, ulong bits)
    {
        var token = new Token(kind, text[_at..end], bits, _line);
        _at = end;
        return token;
    }

    private string TakeWhile(int end, Func<char, bool> isPart)
    {
        while (end < text.Length && isPart(text[end]))
        {
            end++;
        }

        var word = text[_at..end];
        _at = end;
        return word;
    }

    private void SkipBlanks()
    {
        while (_at < text.Length)
        {
            if (text[_at] == '\n')
            {
                _line++;
                _at++;
            }
            else if (text[_at] is ' ' or '\t' or '\r')
            {
                _at++;
            }
            else if (text[_at] == '#' || (text[_at] == '/' && _at + 1 < text.Length && text[_at + 1] == '/'))
            {
                var end = text.IndexOf('\n', _at);
                _at = end < 0 ? text.Length : end;
            }
            else if (text[_at] == '/' && _at + 1 < text.Length && text[_at + 1] == '*')
            {
                var end = text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                end = end < 0 ? text.Length : end + 2;
                _line += text.AsSpan(_at, end - _at).Count('\n');
                _at = end;
            }
            else
            {
                return;
            }
        }
    }

    private static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c is '_' or '$' or '%';

    private static bool IsWordPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$';
}
