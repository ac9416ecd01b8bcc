using System.Text.Json;
using System.Text.Json.Nodes;

namespace KernelDsl.Tool.LanguageServer.Protocol;

/// <summary>Between offsets and the protocol's positions: lines and UTF-16 units, both from 0. Lines end with <c>\n</c>, <c>\r\n</c> or <c>\r</c>.</summary>
internal static class Positions
{
    /// <summary>The offset of a position; past the end of a line it is that end, past the last line the end of the text.</summary>
    public static int OffsetOf(SourceText source, int line, int character)
    {
        if (line >= source.LineCount)
        {
            return source.Text.Length;
        }

        var start = source.LineStart(line + 1);
        var end = line + 1 < source.LineCount ? source.LineStart(line + 2) : source.Text.Length;
        while (end > start && source.Text[end - 1] is '\n' or '\r')
        {
            end--;
        }

        return start + Math.Min(character, end - start);
    }

    public static int Read(SourceText source, JsonElement position) => OffsetOf(source, position.Coordinate("line"), position.Coordinate("character"));

    /// <summary>A range; the ends of a reversed one are swapped.</summary>
    public static TextSpan ReadRange(SourceText source, JsonElement range)
    {
        var a = Read(source, range.Object("start"));
        var b = Read(source, range.Object("end"));
        return TextSpan.FromBounds(Math.Min(a, b), Math.Max(a, b));
    }

    public static JsonObject Write(SourceText source, int offset)
    {
        var position = source.PositionOf(Math.Clamp(offset, 0, source.Text.Length));
        return new JsonObject { ["line"] = position.Line - 1, ["character"] = position.Column - 1 };
    }

    public static JsonObject WriteRange(SourceText source, TextSpan span) => new() { ["start"] = Write(source, span.Start), ["end"] = Write(source, span.End) };

    public static JsonObject Location(string uri, SourceText source, TextSpan span) => new() { ["uri"] = uri, ["range"] = WriteRange(source, span) };

    public static JsonArray ToJson<T>(this IEnumerable<T> nodes)
        where T : JsonNode
        => new([.. nodes]);
}
