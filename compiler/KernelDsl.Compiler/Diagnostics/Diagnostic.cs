using System.Globalization;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Diagnostics;

/// <summary>How serious a diagnostic is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Advice; the kernel compiles.</summary>
    Info,

    /// <summary>Likely a mistake; the kernel compiles.</summary>
    Warning,

    /// <summary>The kernel cannot be compiled.</summary>
    Error,
}

/// <summary>One kind of diagnostic, as data in a catalogue.</summary>
/// <param name="Id">The id, such as <c>KD2003</c>.</param>
/// <param name="Title">A few words that name the problem.</param>
/// <param name="MessageFormat">A composite format string.</param>
/// <param name="Severity">The severity.</param>
/// <param name="Help">How to mend it, in a sentence or two; shown in the documentation.</param>
public sealed record DiagnosticDescriptor(string Id, string Title, string MessageFormat, DiagnosticSeverity Severity, string Help);

/// <summary>A second place that a diagnostic speaks of.</summary>
public sealed record DiagnosticNote(TextSpan Span, string Message);

/// <summary>One problem at one place in a source text.</summary>
public sealed class Diagnostic
{
    internal Diagnostic(DiagnosticDescriptor descriptor, SourceText source, TextSpan span, object?[] arguments, ImmutableArray<DiagnosticNote> notes)
    {
        Descriptor = descriptor;
        Source = source;
        Span = span;
        Notes = notes;
        Message = arguments.Length == 0 ? descriptor.MessageFormat : string.Format(CultureInfo.InvariantCulture, descriptor.MessageFormat, arguments);
    }

    /// <summary>The kind.</summary>
    public DiagnosticDescriptor Descriptor { get; }

    /// <summary>The id, such as <c>KD2003</c>.</summary>
    public string Id => Descriptor.Id;

    /// <summary>The severity.</summary>
    public DiagnosticSeverity Severity => Descriptor.Severity;

    /// <summary>The text it was found in.</summary>
    public SourceText Source { get; }

    /// <summary>The characters it is about.</summary>
    public TextSpan Span { get; }

    /// <summary>The sentence, with names and sizes filled in.</summary>
    public string Message { get; }

    /// <summary>Other places that belong to it.</summary>
    public ImmutableArray<DiagnosticNote> Notes { get; }

    /// <summary><c>file(line,col): error KD2003: message</c>, as MSBuild reads it.</summary>
    public override string ToString()
    {
        var position = Source.PositionOf(Span.Start);
        return $"{Source.Path}({position.Line},{position.Column}): {Severity.ToString().ToLowerInvariant()} {Id}: {Message}";
    }
}

/// <summary>Collects the diagnostics of one source text.</summary>
public sealed class DiagnosticBag(SourceText source)
{
    private readonly List<Diagnostic> _diagnostics = [];

    /// <summary>The text that spans refer to.</summary>
    public SourceText Source { get; } = source;

    /// <summary>Whether an error was reported.</summary>
    public bool HasErrors => _diagnostics.Exists(d => d.Severity == DiagnosticSeverity.Error);

    /// <summary>Reports a problem.</summary>
    public void Report(DiagnosticDescriptor descriptor, TextSpan span, params object?[] arguments)
        => _diagnostics.Add(new Diagnostic(descriptor, Source, span, arguments, Context is null ? [] : [Context]));

    /// <summary>Reports a problem with a second place.</summary>
    public void Report(DiagnosticDescriptor descriptor, TextSpan span, DiagnosticNote note, params object?[] arguments)
        => _diagnostics.Add(new Diagnostic(descriptor, Source, span, arguments, Context is null ? [note] : [note, Context]));

    /// <summary>A note that problems get while it is set: where the function is called whose body is looked at.</summary>
    internal DiagnosticNote? Context { get; set; }

    internal int Count => _diagnostics.Count;

    internal void AddRange(DiagnosticBag other) => _diagnostics.AddRange(other._diagnostics);

    internal void AddRange(DiagnosticBag other, Func<Diagnostic, bool> filter) => _diagnostics.AddRange(other._diagnostics.Where(filter));

    /// <summary>All diagnostics, in the order of their place in the text. A mistake in a function is said once and not for each call.</summary>
    public ImmutableArray<Diagnostic> ToImmutable()
        => _diagnostics.GroupBy(d => (d.Id, d.Span)).Select(same => same.First()).OrderBy(d => d.Span.Start).ThenBy(d => d.Id, StringComparer.Ordinal).ToImmutableArray();
}
