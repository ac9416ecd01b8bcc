using System.Globalization;

namespace KernelDsl.Runtime.Packs;

/// <summary>A pack of compiled kernels cannot be used: it is damaged, cut short, of another format, or no pack at all. The message starts with the diagnostic's id.</summary>
public sealed class KernelPackException : Exception
{
    internal KernelPackException(RuntimeDiagnostic diagnostic, params object?[] values)
        : base(diagnostic.Id + ": " + string.Format(CultureInfo.InvariantCulture, diagnostic.MessageFormat, values)) => Diagnostic = diagnostic;

    /// <summary>The kind of error.</summary>
    public RuntimeDiagnostic Diagnostic { get; }
}
