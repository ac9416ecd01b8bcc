namespace KernelDsl.Compiler.Diagnostics;

/// <summary>KD0xxx: mistakes of this program.</summary>
internal static class InternalDiagnostics
{
    public static readonly DiagnosticDescriptor Crash = Error("KD0001", "Internal error", "An error inside kdsl: {0} Please report it with the spec that causes it; --verbose shows where it happened.",
        "This is a bug in kdsl.");

    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        Crash
    ];

    private static DiagnosticDescriptor Error(string id, string title, string message, string help)
        => new(id, title, message, DiagnosticSeverity.Error, help);
}
