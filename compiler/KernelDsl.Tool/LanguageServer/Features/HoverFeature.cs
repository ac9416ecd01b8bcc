using System.Text.Json.Nodes;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.LanguageServer.Features;

/// <summary>What stands under the cursor, in a line of the language and a few of words.</summary>
internal static class HoverFeature
{
    /// <summary>What a function takes from its callers may be a different thing in each; a few tell enough.</summary>
    private const int Most = 3;

    public static JsonNode? Answer(Place place, ClientAbilities abilities)
    {
        if (place.Analysis.Index.At(place.Offset) is not { } occurrence)
        {
            return null;
        }

        var texts = occurrence.Symbols.Take(Most).Select(symbol => new SymbolText(place.Analysis).Describe(symbol)).Select(d => abilities.HasMarkdown ? d.Markdown : d.Plain).Distinct().ToList();
        if (occurrence.Symbols.Length > Most)
        {
            texts.Add($"… and {occurrence.Symbols.Length - Most} more, in other kernels that call the function.");
        }

        var text = string.Join(abilities.HasMarkdown ? "\n\n---\n\n" : "\n\n", texts);
        return new JsonObject
        {
            ["contents"] = new JsonObject { ["kind"] = abilities.HasMarkdown ? "markdown" : "plaintext", ["value"] = text },
            ["range"] = Positions.WriteRange(place.Source, occurrence.Span),
        };
    }
}

/// <summary>A description: code, then sentences.</summary>
internal sealed record Description(string Code, ImmutableArray<string> Lines)
{
    public string Markdown => string.Join("\n\n", Lines.Prepend($"```kdsl\n{Code}\n```"));

    public string Plain => string.Join("\n", Lines.Prepend(Code).Select(line => line.Replace("`", "", StringComparison.Ordinal)));
}
