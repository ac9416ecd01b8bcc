namespace KernelDsl.Compiler.Diagnostics;

/// <summary>KD5xxx: targets, devices and what compiles for them.</summary>
internal static class TargetDiagnostics
{
    public static readonly DiagnosticDescriptor NvrtcMissing = Error("KD5001", "NVRTC not found", "{0}",
        "Run eng/install-nvrtc.sh, or set KDSL_NVRTC to the library or its folder.");

    public static readonly DiagnosticDescriptor NvrtcFailed = Error("KD5002", "CUDA C does not compile", "{0}",
        "For an unknown architecture see kdsl devices; otherwise this is an error of the compiler, please report it.");

    public static readonly DiagnosticDescriptor DeviceMissing = Error("KD5003", "Device not available", "Device '{0}' is not available: {1}.",
        "kdsl devices says what was looked for.");

    public static readonly DiagnosticDescriptor BadArchitecture = Error("KD5004", "Not an architecture", "'{0}' is not an architecture; write it like sm_80.",
        "Architectures are sm_ and the compute capability without its point.");

    public static readonly DiagnosticDescriptor DriverFailed = Error("KD5005", "The CUDA driver failed", "{0}",
        "The message is the driver's own.");

    public static readonly DiagnosticDescriptor VirtualFinding = Error("KD5006", "The virtual GPU found an error", "{0}",
        "The kernel did what a GPU must not: the message names the line, the thread and the memory. In emitted code this is a defect of KernelDsl.");

    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        NvrtcMissing, NvrtcFailed, DeviceMissing, BadArchitecture, DriverFailed, VirtualFinding
    ];

    private static DiagnosticDescriptor Error(string id, string title, string message, string help)
        => new(id, title, message, DiagnosticSeverity.Error, help);
}
