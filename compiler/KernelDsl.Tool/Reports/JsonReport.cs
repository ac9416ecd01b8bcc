using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KernelDsl.Tool.Reports;

/// <summary>Diagnostics as a JSON array of flat objects.</summary>
internal static class JsonReport
{
    // The output is a file or a terminal, never a page of HTML, so that quotes and arrows can stay readable.
    public static JsonWriterOptions Options { get; } = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(IEnumerable<Diagnostic> diagnostics)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartArray();
            foreach (var diagnostic in diagnostics)
            {
                Write(json, diagnostic);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, Diagnostic diagnostic)
    {
        json.WriteStartObject();
        json.WriteString("id", diagnostic.Id);
        json.WriteString("severity", diagnostic.Severity.ToString().ToLowerInvariant());
        json.WriteString("file", diagnostic.Source.Path);
        WritePlace(json, diagnostic.Source, diagnostic.Span);
        json.WriteString("message", diagnostic.Message);
        json.WriteStartArray("notes");
        foreach (var note in diagnostic.Notes)
        {
            json.WriteStartObject();
            WritePlace(json, diagnostic.Source, note.Span);
            json.WriteString("message", note.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, SourceText source, TextSpan span)
    {
        var start = source.PositionOf(span.Start);
        var end = source.PositionOf(span.End);
        json.WriteNumber("startLine", start.Line);
        json.WriteNumber("startColumn", start.Column);
        json.WriteNumber("endLine", end.Line);
        json.WriteNumber("endColumn", end.Column);
    }
}
