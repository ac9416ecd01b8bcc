using System.Globalization;

namespace KernelDsl.Tool;

/// <summary>A problem with what the user gave, as data: it ends the command with a message and an exit code, never with a stack trace.</summary>
internal sealed class ToolException(DiagnosticDescriptor descriptor, ImmutableArray<object?> arguments, ExitCode exitCode)
    : Exception(string.Format(CultureInfo.InvariantCulture, descriptor.MessageFormat, [.. arguments]))
{
    public DiagnosticDescriptor Descriptor { get; } = descriptor;

    public ExitCode ExitCode { get; } = exitCode;

    /// <summary>A problem with the work: exit code 1.</summary>
    public static ToolException Failure(DiagnosticDescriptor descriptor, params ImmutableArray<object?> arguments) => new(descriptor, arguments, ExitCode.Failure);

    /// <summary>A problem with the command line: exit code 2.</summary>
    public static ToolException Usage(DiagnosticDescriptor descriptor, params ImmutableArray<object?> arguments) => new(descriptor, arguments, ExitCode.Usage);
}

internal enum ExitCode
{
    Success = 0,

    /// <summary>The spec has errors, an argument does not fit, a check failed.</summary>
    Failure = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>A bug in kdsl.</summary>
    Internal = 3,
}
