using System.Text.Json.Nodes;
using KernelDsl.Compiler.Navigation;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.LanguageServer.Features;

/// <summary>Where a name comes from and where it is used.</summary>
internal static class LocationFeatures
{
    public static JsonNode? Definition(Place place)
        => DefinitionSpans(place) is { Length: > 0 } spans ? Locations(place, spans) : null;

    public static JsonNode? References(Place place, bool withDefinition)
        => place.Analysis.Index.At(place.Offset) is null ? null : Locations(place, References(place).Where(o => withDefinition || !o.IsDefinition).Select(o => o.Span));

    /// <summary>An assignment writes, a definition too; all else reads.</summary>
    public static JsonNode? Highlights(Place place)
    {
        const int Read = 2;
        const int Write = 3;
        return place.Analysis.Index.At(place.Offset) is null
            ? null
            : References(place).Select(o => new JsonObject { ["range"] = Positions.WriteRange(place.Source, o.Span), ["kind"] = o.IsDefinition ? Write : Read }).ToJson();
    }

    public static TextSpan[] DefinitionSpans(Place place)
        => [.. (place.Analysis.Index.At(place.Offset)?.Symbols ?? []).Select(symbol => symbol.Definition).OfType<TextSpan>()];

    public static IEnumerable<Occurrence> References(Place place)
        => (place.Analysis.Index.At(place.Offset)?.Symbols ?? []).SelectMany(place.Analysis.Index.ReferencesOf).DistinctBy(o => o.Span).OrderBy(o => o.Span.Start);

    private static JsonArray Locations(Place place, IEnumerable<TextSpan> spans) => spans.Select(span => Positions.Location(place.Document.Uri, place.Source, span)).ToJson();
}
