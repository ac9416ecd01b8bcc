using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax.Parsing;

/// <summary>Takes the syntax errors of one file and stops after many, because such a file is not in this language.</summary>
internal sealed class SyntaxErrors(DiagnosticBag diagnostics)
{
    /// <summary>The number of errors so far.</summary>
    public int Count { get; private set; }

    /// <summary>Whether so many errors were found that reading on is of no use.</summary>
    public bool IsFull => Count > SyntaxLimits.Errors;

    public void Report(DiagnosticDescriptor descriptor, TextSpan span, params object?[] arguments)
    {
        if (Admit(span))
        {
            diagnostics.Report(descriptor, span, arguments);
        }
    }

    public void Report(DiagnosticDescriptor descriptor, TextSpan span, DiagnosticNote note, params object?[] arguments)
    {
        if (Admit(span))
        {
            diagnostics.Report(descriptor, span, note, arguments);
        }
    }

    private bool Admit(TextSpan span)
    {
        if (IsFull)
        {
            return false;
        }

        Count++;
        if (IsFull)
        {
            diagnostics.Report(SyntaxDiagnostics.TooManyErrors, span, SyntaxLimits.Errors);
        }

        return !IsFull;
    }
}
