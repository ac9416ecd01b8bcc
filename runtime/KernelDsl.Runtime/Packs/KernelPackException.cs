namespace KernelDsl.Runtime.Packs;

/// <summary>A pack of compiled kernels cannot be used: it is damaged, cut short, of another format, or no pack at all.</summary>
public sealed class KernelPackException : Exception, IKernelError
{
    internal KernelPackException(RuntimeDiagnostic diagnostic, params object?[] values)
        : base(KernelMessage.Of(diagnostic, values)) => Diagnostic = diagnostic;

    /// <inheritdoc/>
    public RuntimeDiagnostic Diagnostic { get; }
}
