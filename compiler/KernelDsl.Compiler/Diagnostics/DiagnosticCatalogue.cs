namespace KernelDsl.Compiler.Diagnostics;

/// <summary>Every kind of diagnostic that the compiler reports.</summary>
public static class DiagnosticCatalogue
{
    /// <summary>All descriptors, catalogue by catalogue.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        .. InternalDiagnostics.All,
        .. SyntaxDiagnostics.All,
        .. BindingDiagnostics.All,
        .. TypeDiagnostics.All,
        .. TargetDiagnostics.All,
        .. ToolDiagnostics.All,
        .. ProjectDiagnostics.All,
        .. PackDiagnostics.All,
        .. RuntimeDiagnostics.All.Select(d => new DiagnosticDescriptor(d.Id, d.Title, d.MessageFormat, DiagnosticSeverity.Error, d.Help)),
        .. ArgumentDiagnostics.All,
    ];
}
