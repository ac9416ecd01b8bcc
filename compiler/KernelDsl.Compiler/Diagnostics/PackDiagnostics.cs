namespace KernelDsl.Compiler.Diagnostics;

/// <summary>KD702x: kernels that are compiled with the project.</summary>
internal static class PackDiagnostics
{
    public static readonly DiagnosticDescriptor PackWithoutNvrtc = new("KD7020", "No pack without NVRTC",
        "KernelDslTargets asks for {0}, but NVRTC was not found, so there is no kernel pack and kernels are compiled at their first use. {1}", DiagnosticSeverity.Warning,
        "Run eng/install-nvrtc.sh, install any CUDA from 11.8 to 13, or set KDSL_NVRTC. KernelDslRequirePack=true makes this an error.");

    public static readonly DiagnosticDescriptor NothingToPack = new("KD7021", "Kernel is not in the pack",
        "Kernel '{0}' is not in the pack: the const '{1}' has no listed values and no default, and no example gives it one.", DiagnosticSeverity.Warning,
        "List its values, give it a default, or add an example.");

    public static readonly DiagnosticDescriptor TargetNotSupported = new("KD7022", "Target not supported",
        "NVRTC {0} cannot compile for '{1}'; it knows {2}.", DiagnosticSeverity.Error,
        "KernelDslTargets is a list such as sm_80;sm_90a. A newer CUDA knows newer architectures.");

    public static readonly DiagnosticDescriptor BuildTooOld = new("KD7023", "Build tools too old",
        "KernelDsl needs {0}, and this build has {1}.", DiagnosticSeverity.Error,
        "Install a newer .NET SDK, or a newer Visual Studio.");

    public static readonly DiagnosticDescriptor ToolMissing = new("KD7024", "Tool not found",
        "The tool that compiles kernels is not at '{0}'.", DiagnosticSeverity.Error,
        "KernelDslToolPath names kdsl.dll; the package sets it.");

    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        PackWithoutNvrtc, NothingToPack, TargetNotSupported, BuildTooOld, ToolMissing,
    ];
}
