using System.Text.Json;
using System.Text.Json.Nodes;
using KernelDsl.Tool.LanguageServer.Features;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.LanguageServer;

/// <summary>What the editor can do with an answer.</summary>
internal sealed record ClientAbilities(bool HasMarkdown, bool HasSnippets, bool HasVersionedEdits, bool HasSymbolTrees)
{
    public static ClientAbilities Of(JsonElement parameters)
    {
        var client = parameters.Find("capabilities") ?? default;
        var document = client.Find("textDocument") ?? default;
        var formats = document.Find("hover")?.Find("contentFormat");
        return new ClientAbilities(
            formats is not { ValueKind: JsonValueKind.Array } known || known.EnumerateArray().Any(format => format.ValueKind == JsonValueKind.String && format.ValueEquals("markdown")),
            document.Flag("completion", "completionItem", "snippetSupport"),
            client.Flag("workspace", "workspaceEdit", "documentChanges"),
            document.Flag("documentSymbol", "hierarchicalDocumentSymbolSupport"));
    }
}

/// <summary>What this server can do.</summary>
internal static class ServerAbilities
{
    private const int IncrementalSync = 2;

    public static JsonObject Create() => new()
    {
        ["capabilities"] = new JsonObject
        {
            ["positionEncoding"] = "utf-16",
            ["textDocumentSync"] = new JsonObject { ["openClose"] = true, ["change"] = IncrementalSync, ["save"] = true },
            ["hoverProvider"] = true,
            ["definitionProvider"] = true,
            ["referencesProvider"] = true,
            ["documentHighlightProvider"] = true,
            ["renameProvider"] = new JsonObject { ["prepareProvider"] = true },
            ["documentSymbolProvider"] = true,
            ["completionProvider"] = new JsonObject { ["triggerCharacters"] = new JsonArray("[", ":", "(", ",", "|") },
            ["documentFormattingProvider"] = true,
            ["foldingRangeProvider"] = true,
            ["semanticTokensProvider"] = new JsonObject { ["legend"] = SemanticTokensFeature.Legend(), ["full"] = true },
        },
        ["serverInfo"] = new JsonObject { ["name"] = "kdsl", ["version"] = typeof(ServerAbilities).Assembly.GetName().Version!.ToString(3) },
    };
}
