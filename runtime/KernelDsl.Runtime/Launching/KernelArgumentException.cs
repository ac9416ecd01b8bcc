using System.Globalization;

namespace KernelDsl.Runtime;

/// <summary>A call of a kernel has wrong arguments. The message starts with the diagnostic's id.</summary>
public sealed class KernelArgumentException : ArgumentException
{
    internal KernelArgumentException(RuntimeDiagnostic diagnostic, params object?[] values)
        : base(diagnostic.Id + ": " + string.Format(CultureInfo.InvariantCulture, diagnostic.MessageFormat, values))
        => Diagnostic = diagnostic;

    /// <summary>The kind of error.</summary>
    public RuntimeDiagnostic Diagnostic { get; }
}

/// <summary>A running kernel accessed an element outside a buffer, for example through an index that was data.</summary>
public sealed class KernelBoundsException : Exception
{
    internal KernelBoundsException(string buffer, long index, long length)
        : base(RuntimeDiagnostics.IndexOutOfRange.Id + ": "
            + string.Format(CultureInfo.InvariantCulture, RuntimeDiagnostics.IndexOutOfRange.MessageFormat, buffer, index, length))
    {
        Buffer = buffer;
        Index = index;
        Length = length;
    }

    /// <summary>The buffer's name.</summary>
    public string Buffer { get; }

    /// <summary>The index of the access.</summary>
    public long Index { get; }

    /// <summary>The number of elements that the buffer has.</summary>
    public long Length { get; }
}
