namespace KernelDsl.Runtime.Packs;

/// <summary>A kernel has no image for a device, and none can be made: KD8033, KD8034 or KD8035.</summary>
public class KernelImageException : InvalidOperationException, IKernelError
{
    internal KernelImageException(RuntimeDiagnostic diagnostic, Exception? inner, params object?[] values)
        : base(KernelMessage.Of(diagnostic, values), inner) => Diagnostic = diagnostic;

    /// <inheritdoc/>
    public RuntimeDiagnostic Diagnostic { get; }
}

/// <summary>The policy is <see cref="KernelPolicy.Sealed"/>, and a kernel is not in its pack: KD8033. The message says what to add to the project.</summary>
public sealed class KernelSealedException : KernelImageException
{
    internal KernelSealedException(string kernel, string variant, string architecture, string assembly, string advice)
        : base(RuntimeDiagnostics.NotInPack, null, kernel, variant, architecture, assembly, advice)
        => (Kernel, Variant, Architecture) = (kernel, variant, architecture);

    /// <summary>The kernel's name in the spec.</summary>
    public string Kernel { get; }

    /// <summary>The types and consts, such as <c>T=f16,D=64</c>.</summary>
    public string Variant { get; }

    /// <summary>Such as <c>sm_80</c>.</summary>
    public string Architecture { get; }
}
