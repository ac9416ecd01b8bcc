using System.Text.Json.Nodes;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.LanguageServer.Features;

/// <summary>What the compiler finds in a text.</summary>
internal static class DiagnosticsFeature
{
    private const int Unnecessary = 1;

    public static JsonObject Publish(OpenDocument document)
    {
        var parameters = Parameters(document.Uri, document.Analysis.Compilation.Diagnostics.Select(diagnostic => Write(document, diagnostic)).ToJson());
        parameters["version"] = document.Version;
        return Messages.Notification("textDocument/publishDiagnostics", parameters);
    }

    /// <summary>A closed text shows none.</summary>
    public static JsonObject Clear(string uri) => Messages.Notification("textDocument/publishDiagnostics", Parameters(uri, []));

    private static JsonObject Parameters(string uri, JsonArray diagnostics) => new() { ["uri"] = uri, ["diagnostics"] = diagnostics };

    private static JsonObject Write(OpenDocument document, Diagnostic diagnostic)
    {
        var descriptor = diagnostic.Descriptor;
        var written = new JsonObject
        {
            ["range"] = Positions.WriteRange(document.Source, diagnostic.Span),
            ["severity"] = diagnostic.Severity switch { DiagnosticSeverity.Error => 1, DiagnosticSeverity.Warning => 2, _ => 3 },
            ["code"] = diagnostic.Id,
            ["source"] = "kdsl",
            ["message"] = diagnostic.Message,
            ["data"] = new JsonObject { ["title"] = descriptor.Title, ["help"] = descriptor.Help },
        };
        if (!diagnostic.Notes.IsEmpty)
        {
            written["relatedInformation"] = diagnostic.Notes.Select(note => new JsonObject
            {
                ["location"] = Positions.Location(document.Uri, document.Source, note.Span),
                ["message"] = note.Message,
            }).ToJson();
        }

        if (descriptor == TypeDiagnostics.UnusedLocal || descriptor == TypeDiagnostics.UnusedParameter)
        {
            written["tags"] = new JsonArray(Unnecessary);
        }

        return written;
    }
}
