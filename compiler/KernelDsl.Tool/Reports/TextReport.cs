namespace KernelDsl.Tool.Reports;

/// <summary>Diagnostics as MSBuild and editors read them, and a line that counts them.</summary>
internal static class TextReport
{
    public static void Write(TextWriter output, IReadOnlyList<Diagnostic> diagnostics, int files)
    {
        foreach (var diagnostic in diagnostics)
        {
            output.WriteLine(diagnostic);
            foreach (var note in diagnostic.Notes)
            {
                var place = diagnostic.Source.PositionOf(note.Span.Start);
                output.WriteLine($"{diagnostic.Source.Path}({place.Line},{place.Column}): note: {note.Message}");
            }
        }

        var errors = diagnostics.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        var warnings = diagnostics.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Warning);
        output.WriteLine($"{Count(files, "file")}: {Count(errors, "error")}, {Count(warnings, "warning")}");
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
