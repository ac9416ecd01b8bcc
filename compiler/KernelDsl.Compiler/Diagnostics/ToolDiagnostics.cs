namespace KernelDsl.Compiler.Diagnostics;

/// <summary>KD7xxx: files, projects and builds.</summary>
internal static class ToolDiagnostics
{
    public static readonly DiagnosticDescriptor FileMissing = Error("KD7001", "File not found", "'{0}' does not exist.",
        "Paths are relative to the current folder.");

    public static readonly DiagnosticDescriptor FileUnreadable = Error("KD7002", "File cannot be read", "'{0}' cannot be read: {1}",
        "The file must be readable and UTF-8.");

    public static readonly DiagnosticDescriptor CannotWrite = Error("KD7003", "File cannot be written", "'{0}' cannot be written: {1}",
        "Nothing half-written is left behind.");

    public static readonly DiagnosticDescriptor NoSpecs = Error("KD7004", "No spec found", "There is no .kdsl file in '{0}'.",
        "A folder stands for all .kdsl files below it.");

    public static readonly DiagnosticDescriptor UnknownDiagnostic = Error("KD7005", "Unknown diagnostic", "There is no diagnostic '{0}'{1}.",
        "Ids are KD and four digits.");

    public static readonly DiagnosticDescriptor Usage = Error("KD7006", "Wrong usage", "{0}",
        "kdsl --help lists the commands, kdsl COMMAND --help its options.");

    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        FileMissing, FileUnreadable, CannotWrite, NoSpecs, UnknownDiagnostic, Usage
    ];

    private static DiagnosticDescriptor Error(string id, string title, string message, string help)
        => new(id, title, message, DiagnosticSeverity.Error, help);
}
