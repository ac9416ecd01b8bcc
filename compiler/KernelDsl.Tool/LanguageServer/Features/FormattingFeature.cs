using System.Text.Json.Nodes;
using KernelDsl.Compiler.Syntax.Formatting;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.LanguageServer.Features;

/// <summary>Lays the text out as <c>kdsl fmt</c> does. A file with mistakes in its syntax stays as it is.</summary>
internal static class FormattingFeature
{
    public static JsonArray Answer(OpenDocument document)
    {
        var formatted = Formatter.TryFormat(document.Source)
            ?? throw new RpcException(RpcErrorCode.RequestFailed, "The file has syntax errors; it is formatted when they are gone.");
        return formatted == document.Source.Text ? [] : [Edit(document.Source, formatted)];
    }

    /// <summary>Only what changed between the common start and end, so that the cursor and marks outside of it stay.</summary>
    private static JsonObject Edit(SourceText source, string formatted)
    {
        var (start, before, after) = (0, source.Text.Length, formatted.Length);
        while (start < before && start < after && source.Text[start] == formatted[start])
        {
            start++;
        }

        // Not between the two halves of a line end or of a surrogate pair.
        while (start > 0 && (source.Text[start - 1] == '\r' || char.IsHighSurrogate(source.Text[start - 1])))
        {
            start--;
        }

        while (before > start && after > start && source.Text[before - 1] == formatted[after - 1])
        {
            before--;
            after--;
        }

        while (before < source.Text.Length && ((before > 0 && source.Text[before - 1] == '\r' && source.Text[before] == '\n') || char.IsLowSurrogate(source.Text[before])))
        {
            before++;
            after++;
        }

        return new JsonObject { ["range"] = Positions.WriteRange(source, TextSpan.FromBounds(start, before)), ["newText"] = formatted[start..after] };
    }
}
