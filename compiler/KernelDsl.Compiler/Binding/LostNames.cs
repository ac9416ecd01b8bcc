using System.Text.RegularExpressions;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Binding;

/// <summary>
/// What the binder must not say in a file with syntax errors: a name may be unknown because what introduces it could not be read, and a statement that was cut
/// short lacks its end.
/// </summary>
internal sealed class LostNames
{
    private static readonly ImmutableArray<DiagnosticDescriptor> s_lookups =
    [
        BindingDiagnostics.UnknownName, BindingDiagnostics.UnknownAxis, BindingDiagnostics.UnknownFunction, BindingDiagnostics.UnknownKernel,
        BindingDiagnostics.UnknownExtent, BindingDiagnostics.NotAnOutput, BindingDiagnostics.NoSuchAxis,
    ];

    private readonly SourceText _source;
    private readonly ImmutableArray<TextSpan> _errors;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public LostNames(DiagnosticBag syntaxErrors)
    {
        _source = syntaxErrors.Source;
        _errors = syntaxErrors.ToImmutable().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.Span).ToImmutableArray();
        if (_errors.IsEmpty)
        {
            return;
        }

        // A let up to its '=', and what follows 'fn' and 'kernel': whether or not they were read, these names were meant to exist.
        foreach (Match introduction in Regex.Matches(_source.Text, @"\b(let\b[^=;]{1,400}|(fn|kernel)\s+\w+)"))
        {
            foreach (Match name in Regex.Matches(introduction.Value, @"\w+"))
            {
                _names.Add(name.Value);
            }
        }
    }

    /// <summary>Whether the signature was cut short, so that nothing can be said about the equations.</summary>
    public bool IsSignatureBroken(KernelSyntax kernel)
    {
        if (_errors.IsEmpty)
        {
            return false;
        }

        var parts = kernel.GenericParameters.Cast<SyntaxNode>().Concat(kernel.Parameters).Concat(kernel.Outputs).Concat(kernel.Where);
        var end = parts.Select(part => part.Span.End).DefaultIfEmpty(kernel.Name.Span.End).Max();
        return kernel.Name.IsMissing || kernel.Outputs.IsEmpty || _errors.Any(error => error.Start >= kernel.Span.Start && error.Start < end);
    }

    /// <summary>Whether there is a syntax error in a kernel.</summary>
    public bool IsIn(KernelSyntax kernel) => _errors.Any(error => kernel.Span.Start <= error.Start && error.Start <= kernel.Span.End);

    /// <summary>Whether a problem of a kernel or function is likely to come from a syntax error.</summary>
    public bool Explains(Diagnostic diagnostic, KernelSyntax? kernel)
    {
        if (_errors.IsEmpty)
        {
            return false;
        }

        return diagnostic.Span.Length == 0 || (s_lookups.Contains(diagnostic.Descriptor) && _names.Contains(_source.ToString(diagnostic.Span)))
            || (kernel is not null && IsIn(kernel) && IsFollowUp(diagnostic, kernel));
    }

    private bool IsFollowUp(Diagnostic diagnostic, KernelSyntax kernel)
        => diagnostic.Severity != DiagnosticSeverity.Error || diagnostic.Descriptor == BindingDiagnostics.OutputMissing
            || kernel.Statements.Any(statement => Overlaps(statement.Span, diagnostic.Span) && _errors.Any(error => Overlaps(statement.Span, error)));

    private static bool Overlaps(TextSpan a, TextSpan b) => a.Start <= b.End && b.Start <= a.End;
}
