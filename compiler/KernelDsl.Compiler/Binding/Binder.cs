using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding;

/// <summary>From the syntax tree to bound kernels: every user error is found here.</summary>
internal static class Binder
{
    public static BoundModule Bind(ModuleSyntax syntax, DiagnosticBag diagnostics) => throw new NotImplementedException();
}
