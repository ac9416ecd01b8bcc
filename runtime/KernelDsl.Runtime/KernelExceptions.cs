using System.Globalization;

namespace KernelDsl.Runtime;

/// <summary>An error of KernelDsl's runtime: it has a diagnostic from the catalogue. The message starts with the diagnostic's id.</summary>
public interface IKernelError
{
    /// <summary>The kind of error.</summary>
    RuntimeDiagnostic Diagnostic { get; }
}

/// <summary>A call of a kernel has wrong arguments.</summary>
public class KernelArgumentException : ArgumentException, IKernelError
{
    internal KernelArgumentException(RuntimeDiagnostic diagnostic, params object?[] values)
        : base(KernelMessage.Of(diagnostic, values)) => Diagnostic = diagnostic;

    /// <inheritdoc/>
    public RuntimeDiagnostic Diagnostic { get; }
}

/// <summary>The shapes of a call do not fit each other or the kernel: KD8009 or KD8010.</summary>
public sealed class KernelShapeException : KernelArgumentException
{
    internal KernelShapeException(RuntimeDiagnostic diagnostic, params object?[] values)
        : base(diagnostic, values)
    {
    }
}

/// <summary>An output shares memory with another tensor of the call: KD8008.</summary>
public sealed class AliasedOutputException : KernelArgumentException
{
    internal AliasedOutputException(params object?[] values)
        : base(RuntimeDiagnostics.AliasedOutput, values)
    {
    }
}

/// <summary>A tensor lies on another device than the kernel: KD8013.</summary>
public sealed class WrongDeviceException : KernelArgumentException
{
    internal WrongDeviceException(params object?[] values)
        : base(RuntimeDiagnostics.WrongDevice, values)
    {
    }
}

/// <summary>An element type is not allowed: KD8015 or KD8016.</summary>
public sealed class KernelTypeException : KernelArgumentException
{
    internal KernelTypeException(RuntimeDiagnostic diagnostic, params object?[] values)
        : base(diagnostic, values)
    {
    }
}

/// <summary>A device, or the code for it, is not there: KD8021 or KD8022.</summary>
public class KernelDeviceException : InvalidOperationException, IKernelError
{
    internal KernelDeviceException(RuntimeDiagnostic diagnostic, params object?[] values)
        : base(KernelMessage.Of(diagnostic, values)) => Diagnostic = diagnostic;

    /// <inheritdoc/>
    public RuntimeDiagnostic Diagnostic { get; }
}

/// <summary>A device has no memory left: KD8026.</summary>
public sealed class DeviceMemoryException : KernelDeviceException
{
    internal DeviceMemoryException(params object?[] values)
        : base(RuntimeDiagnostics.OutOfMemory, values)
    {
    }
}

/// <summary>A tensor was used after it was disposed: KD8011.</summary>
public class TensorDisposedException : ObjectDisposedException, IKernelError
{
    internal TensorDisposedException(RuntimeDiagnostic diagnostic, params object?[] values)
        : base(null, KernelMessage.Of(diagnostic, values)) => Diagnostic = diagnostic;

    /// <inheritdoc/>
    public RuntimeDiagnostic Diagnostic { get; }
}

/// <summary>A tensor was disposed twice: KD8012. Two owners believe that the memory is theirs.</summary>
public sealed class TensorDisposedTwiceException : TensorDisposedException
{
    internal TensorDisposedTwiceException(params object?[] values)
        : base(RuntimeDiagnostics.DoubleDispose, values)
    {
    }
}

/// <summary>A running kernel accessed an element outside a buffer, for example through an index that was data: KD8007.</summary>
public sealed class KernelBoundsException : Exception, IKernelError
{
    internal KernelBoundsException(string buffer, long index, long length)
        : base(KernelMessage.Of(RuntimeDiagnostics.IndexOutOfRange, [buffer, index, length]))
    {
        Buffer = buffer;
        Index = index;
        Length = length;
    }

    /// <inheritdoc/>
    public RuntimeDiagnostic Diagnostic => RuntimeDiagnostics.IndexOutOfRange;

    /// <summary>The buffer's name.</summary>
    public string Buffer { get; }

    /// <summary>The index of the access.</summary>
    public long Index { get; }

    /// <summary>The number of elements that the buffer has.</summary>
    public long Length { get; }
}

internal static class KernelMessage
{
    public static string Of(RuntimeDiagnostic diagnostic, object?[] values)
        => diagnostic.Id + ": " + string.Format(CultureInfo.InvariantCulture, diagnostic.MessageFormat, values);
}
