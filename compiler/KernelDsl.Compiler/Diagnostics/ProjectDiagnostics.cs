namespace KernelDsl.Compiler.Diagnostics;

/// <summary>KD703x: specs in a C# project, and C# that uses their classes.</summary>
internal static class ProjectDiagnostics
{
    public static readonly DiagnosticDescriptor ClassNameTaken = new("KD7030", "Class name is taken", "The class '{0}' is already made of a kernel in '{1}'.", DiagnosticSeverity.Error,
        "Give one of the kernels another name, or one of the files another module.");

    public static readonly DiagnosticDescriptor TypeNotAllowed = Error("KD7031", "Element type is not allowed", "Kernel '{0}' has no code for '{1}' as {2}: the spec allows {3}.",
        "Making the kernel throws; use an allowed type, or add the type to the spec.");

    public static readonly DiagnosticDescriptor ConstNotAllowed = Error("KD7032", "Const is not allowed", "Kernel '{0}' does not allow {1} = {2}: the spec allows {3}.",
        "The call throws; use an allowed value, or add it to the spec.");

    public static readonly DiagnosticDescriptor NotPacked = Warning("KD7033", "Variant is not in the pack", "Kernel '{0}' is not compiled ahead of time for {1}, and KernelDslPolicy is Sealed.",
        "Add the choice to the spec or to an example, and set KernelDslTargets; or allow kernels to be compiled when the program runs.");

    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        ClassNameTaken, TypeNotAllowed, ConstNotAllowed, NotPacked
    ];

    private static DiagnosticDescriptor Error(string id, string title, string message, string help)
        => new(id, title, message, DiagnosticSeverity.Error, help);

    private static DiagnosticDescriptor Warning(string id, string title, string message, string help)
        => new(id, title, message, DiagnosticSeverity.Warning, help);
}
