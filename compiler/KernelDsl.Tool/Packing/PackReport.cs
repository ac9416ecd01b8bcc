using System.Globalization;

namespace KernelDsl.Tool.Packing;

/// <summary>Diagnostics as MSBuild reads them, one line each, whatever the message has. Can be used from several threads; the lines come out in order.</summary>
internal sealed class PackReport
{
    private readonly SortedSet<string> _lines = new(StringComparer.Ordinal);
    private readonly object _gate = new();

    public bool HasErrors { get; private set; }

    public void Add(DiagnosticDescriptor descriptor, string place, params object?[] arguments)
        => Add(descriptor, descriptor.Severity, place, arguments);

    public void Add(DiagnosticDescriptor descriptor, DiagnosticSeverity severity, string place, params object?[] arguments)
    {
        var message = string.Format(CultureInfo.InvariantCulture, descriptor.MessageFormat, arguments);
        Add($"{place}: {(severity == DiagnosticSeverity.Error ? "error" : "warning")} {descriptor.Id}: {message}", severity == DiagnosticSeverity.Error);
    }

    public void Add(Diagnostic diagnostic) => Add(diagnostic.ToString(), diagnostic.Severity == DiagnosticSeverity.Error);

    public void WriteTo(TextWriter output)
    {
        foreach (var line in _lines)
        {
            output.WriteLine(line);
        }
    }

    private void Add(string line, bool isError)
    {
        var flat = string.Join(" ", line.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        lock (_gate)
        {
            HasErrors |= isError;
            _lines.Add(flat);
        }
    }
}
