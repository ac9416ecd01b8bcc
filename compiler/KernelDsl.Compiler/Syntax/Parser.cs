using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax;

/// <summary>From text to the syntax tree. Reports errors and recovers; never throws.</summary>
internal static class Parser
{
    public static ModuleSyntax Parse(SourceText source, DiagnosticBag diagnostics)
        => throw new NotImplementedException();
}
