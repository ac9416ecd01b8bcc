using System.Globalization;
using System.Text;

namespace KernelDsl.Plans;

/// <summary>The JSON that plans need: objects, arrays, strings, integers, truth values and null.</summary>
internal sealed class JsonNode
{
    private readonly object _value;

    private JsonNode(object value) => _value = value;

    public string Text => As<string>();

    public int Number => (int)As<long>();

    public long Long => As<long>();

    public bool IsNull => _value is DBNull;

    public string? TextOrNull => IsNull ? null : Text;

    public bool Truth => As<bool>();

    public List<JsonNode> Items => As<List<JsonNode>>();

    public JsonNode this[string name]
        => As<Dictionary<string, JsonNode>>().TryGetValue(name, out var node) ? node : throw new FormatException($"The JSON lacks '{name}'.");

    public static JsonNode Parse(string text)
    {
        var position = 0;
        var node = ParseValue(text, ref position);
        SkipSpace(text, ref position);
        return position == text.Length ? node : throw Unexpected(position);
    }

    public bool Has(string name) => As<Dictionary<string, JsonNode>>().ContainsKey(name);

    private static JsonNode ParseValue(string text, ref int position)
    {
        switch (Peek(text, ref position))
        {
            case '{':
                return new JsonNode(ParseObject(text, ref position));
            case '[':
                return new JsonNode(ParseArray(text, ref position));
            case '"':
                return new JsonNode(ParseText(text, ref position));
            case 't':
                return new JsonNode(Literal(text, ref position, "true", true));
            case 'f':
                return new JsonNode(Literal(text, ref position, "false", false));
            case 'n':
                return new JsonNode(Literal(text, ref position, "null", DBNull.Value));
            default:
                var start = position;
                while (position < text.Length && (char.IsDigit(text[position]) || text[position] == '-'))
                {
                    position++;
                }

                return long.TryParse(text.Substring(start, position - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    ? new JsonNode(number)
                    : throw Unexpected(start);
        }
    }

    private static Dictionary<string, JsonNode> ParseObject(string text, ref int position)
    {
        var members = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        position++;
        while (Peek(text, ref position) != '}')
        {
            if (members.Count > 0)
            {
                Expect(text, ref position, ',');
            }

            _ = Peek(text, ref position);
            var name = ParseText(text, ref position);
            Expect(text, ref position, ':');
            members[name] = ParseValue(text, ref position);
        }

        position++;
        return members;
    }

    private static List<JsonNode> ParseArray(string text, ref int position)
    {
        var items = new List<JsonNode>();
        position++;
        while (Peek(text, ref position) != ']')
        {
            if (items.Count > 0)
            {
                Expect(text, ref position, ',');
            }

            items.Add(ParseValue(text, ref position));
        }

        position++;
        return items;
    }

    private static string ParseText(string text, ref int position)
    {
        Expect(text, ref position, '"');
        var result = new StringBuilder();
        while (position < text.Length && text[position] != '"')
        {
            var c = text[position++];
            if (c == '\\' && position < text.Length)
            {
                c = text[position++];
                if (c == 'u' && position + 4 <= text.Length
                    && int.TryParse(text.Substring(position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                {
                    c = (char)code;
                    position += 4;
                }
                else
                {
                    c = c switch { 'n' => '\n', 'r' => '\r', 't' => '\t', '"' or '\\' or '/' => c, _ => throw Unexpected(position) };
                }
            }

            result.Append(c);
        }

        Expect(text, ref position, '"');
        return result.ToString();
    }

    private static object Literal(string text, ref int position, string word, object value)
    {
        if (string.CompareOrdinal(text, position, word, 0, word.Length) != 0)
        {
            throw Unexpected(position);
        }

        position += word.Length;
        return value;
    }

    private static char Peek(string text, ref int position)
    {
        SkipSpace(text, ref position);
        return position < text.Length ? text[position] : throw Unexpected(position);
    }

    private static void Expect(string text, ref int position, char expected)
    {
        if (Peek(text, ref position) != expected)
        {
            throw Unexpected(position);
        }

        position++;
    }

    private static void SkipSpace(string text, ref int position)
    {
        while (position < text.Length && text[position] is ' ' or '\n' or '\r' or '\t')
        {
            position++;
        }
    }

    private static FormatException Unexpected(int position) => new($"The JSON of the plan is not valid at character {position}.");

    private T As<T>() => _value is T value ? value : throw new FormatException($"The JSON of the plan has a {_value.GetType().Name} in place of a {typeof(T).Name}.");
}
