using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using Diagnostic = Microsoft.CodeAnalysis.Diagnostic;
using DiagnosticDescriptor = Microsoft.CodeAnalysis.DiagnosticDescriptor;
using DiagnosticSeverity = Microsoft.CodeAnalysis.DiagnosticSeverity;
using LinePosition = Microsoft.CodeAnalysis.Text.LinePosition;
using SourceText = KernelDsl.Compiler.Text.SourceText;
using TextSpan = KernelDsl.Compiler.Text.TextSpan;

namespace KernelDsl.Generators.Pipeline;

/// <summary>Characters of a spec; lines and columns count from 0.</summary>
internal sealed record Place(string Path, int Start, int Length, int StartLine, int StartColumn, int EndLine, int EndColumn)
{
    public static Place Of(SourceText source, TextSpan span)
    {
        var (start, end) = (source.PositionOf(span.Start), source.PositionOf(span.End));
        return new Place(source.Path, span.Start, span.Length, start.Line - 1, start.Column - 1, end.Line - 1, end.Column - 1);
    }

    public Location ToLocation() => Location.Create(
        Path,
        new Microsoft.CodeAnalysis.Text.TextSpan(Start, Length),
        new LinePositionSpan(new LinePosition(StartLine, StartColumn), new LinePosition(EndLine, EndColumn)));
}

/// <summary>A diagnostic of the compiler as plain data; the location is made when it is reported.</summary>
internal sealed record DiagnosticModel(string Id, string Title, string Message, DiagnosticSeverity Severity, string Help, Place Place, EquatableArray<Place> Others)
{
    public static DiagnosticModel Of(KernelDsl.Compiler.Diagnostics.Diagnostic diagnostic) => Of(
        diagnostic.Descriptor,
        diagnostic.Message,
        Place.Of(diagnostic.Source, diagnostic.Span),
        diagnostic.Notes.Select(note => Place.Of(diagnostic.Source, note.Span)).ToEquatable());

    public static DiagnosticModel Of(KernelDsl.Compiler.Diagnostics.DiagnosticDescriptor descriptor, string message, Place place, EquatableArray<Place> others = default)
        => new(descriptor.Id, descriptor.Title, message, SeverityOf(descriptor.Severity), descriptor.Help, place, others);

    public Diagnostic ToDiagnostic()
    {
        // The message is complete; a brace in it is no placeholder.
        var descriptor = new DiagnosticDescriptor(Id, Title, "{0}", "KernelDsl", Severity, isEnabledByDefault: true, description: Help);
        return Diagnostic.Create(descriptor, Place.ToLocation(), Others.Select(other => other.ToLocation()), Message);
    }

    private static DiagnosticSeverity SeverityOf(KernelDsl.Compiler.Diagnostics.DiagnosticSeverity severity) => severity switch
    {
        KernelDsl.Compiler.Diagnostics.DiagnosticSeverity.Error => DiagnosticSeverity.Error,
        KernelDsl.Compiler.Diagnostics.DiagnosticSeverity.Warning => DiagnosticSeverity.Warning,
        _ => DiagnosticSeverity.Info,
    };
}
