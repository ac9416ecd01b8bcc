using System.Globalization;
using System.Text;
using System.Text.Json;

namespace KernelDsl.Tool.LanguageServer.Protocol;

/// <summary>Reads the parameters of a message. What is missing or of another kind is an <see cref="RpcException"/>.</summary>
internal static class Parameters
{
    public static JsonElement Object(this JsonElement parent, string name)
        => parent.Find(name) is { ValueKind: JsonValueKind.Object } value ? value : throw RpcException.InvalidParams($"'{name}' must be an object.");

    public static JsonElement Array(this JsonElement parent, string name)
        => parent.Find(name) is { ValueKind: JsonValueKind.Array } value ? value : throw RpcException.InvalidParams($"'{name}' must be an array.");

    public static string String(this JsonElement parent, string name)
        => parent.Find(name) is { ValueKind: JsonValueKind.String } value ? Text(value) : throw RpcException.InvalidParams($"'{name}' must be a string.");

    public static int Integer(this JsonElement parent, string name)
        => parent.Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : throw RpcException.InvalidParams($"'{name}' must be an integer.");

    /// <summary>A line or character. Some editors say "the end" with numbers past 32 bits.</summary>
    public static int Coordinate(this JsonElement parent, string name)
        => parent.Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) && number >= 0
            ? (int)Math.Min(number, int.MaxValue)
            : throw RpcException.InvalidParams($"'{name}' must be an integer of at least 0.");

    public static bool Flag(this JsonElement parent, params ReadOnlySpan<string> path)
    {
        var value = parent;
        foreach (var name in path)
        {
            if (value.Find(name) is not { } inner)
            {
                return false;
            }

            value = inner;
        }

        return value.ValueKind == JsonValueKind.True;
    }

    public static JsonElement? Find(this JsonElement parent, string name)
        => parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>
    /// The characters of a string. Half a surrogate pair is a fine character of a UTF-16 text that is edited bit by bit, but the library refuses it, so that
    /// such a string is read here.
    /// </summary>
    public static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unescape(value);
        }
    }

    private static string Unescape(JsonElement value)
    {
        string raw;
        try
        {
            raw = value.GetRawText();
        }
        catch (InvalidOperationException)
        {
            throw RpcException.InvalidParams("A string is not UTF-8.");
        }

        var text = new StringBuilder();
        for (var i = 1; i < raw.Length - 1; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] == 'u')
            {
                text.Append((char)int.Parse(raw.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
            }
            else
            {
                text.Append(raw[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', var other => other });
            }
        }

        return text.ToString();
    }
}
