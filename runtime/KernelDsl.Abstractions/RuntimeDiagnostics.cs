using System.Collections.Immutable;

namespace KernelDsl;

/// <summary>One kind of error in a call of a kernel, as data.</summary>
/// <param name="Id">The id, such as <c>KD8001</c>.</param>
/// <param name="Title">A few words that name the problem.</param>
/// <param name="MessageFormat">A composite format string.</param>
/// <param name="Help">How to mend it.</param>
public sealed record RuntimeDiagnostic(string Id, string Title, string MessageFormat, string Help);

/// <summary>All errors in calls of kernels.</summary>
public static class RuntimeDiagnostics
{
    /// <summary>An input or output is not given.</summary>
    public static RuntimeDiagnostic MissingBuffer { get; } = new(
        "KD8001", "Missing buffer", "kernel '{0}' needs the buffer '{1}' ({2}, {3} elements)", "Pass a buffer of that name.");

    /// <summary>An extent or scalar is not given.</summary>
    public static RuntimeDiagnostic MissingArgument { get; } = new(
        "KD8002", "Missing argument", "kernel '{0}' needs the argument '{1}' ({2})", "Pass extents and integers in Integers, floating-point scalars in Floats.");

    /// <summary>A buffer has another element type.</summary>
    public static RuntimeDiagnostic ElementMismatch { get; } = new(
        "KD8003", "Wrong element type", "buffer '{1}' of kernel '{0}' has elements of type {2}, but the kernel was compiled for {3}",
        "Convert the data, or compile the kernel for that type.");

    /// <summary>A buffer has another length.</summary>
    public static RuntimeDiagnostic LengthMismatch { get; } = new(
        "KD8004", "Wrong length", "buffer '{1}' of kernel '{0}' has {2} elements, but its shape needs {3}", "Check the extents and the buffer.");

    /// <summary>A condition of the kernel does not hold.</summary>
    public static RuntimeDiagnostic CheckFailed { get; } = new(
        "KD8005", "Condition does not hold", "kernel '{0}': {1}", "The spec's 'where' clause names the condition.");

    /// <summary>A buffer's length is not a possible size.</summary>
    public static RuntimeDiagnostic ImpossibleLength { get; } = new(
        "KD8006", "Impossible size", "buffer '{1}' of kernel '{0}' would have {2} elements", "Check the extents.");

    /// <summary>An access of a compiled kernel was outside its buffer.</summary>
    public static RuntimeDiagnostic IndexOutOfRange { get; } = new(
        "KD8007", "Index out of range", "the kernel accessed element {1} of buffer '{0}', which has {2} elements",
        "Data that is used as an index (gather, scatter) must be within the extents.");

    /// <summary>The same memory is an output and another buffer of one launch.</summary>
    public static RuntimeDiagnostic AliasedOutput { get; } = new(
        "KD8008", "Output aliases a buffer", "output '{1}' of kernel '{0}' is the same memory as '{2}'", "Give every output its own buffer.");

    /// <summary>All of them, by id.</summary>
    public static ImmutableArray<RuntimeDiagnostic> All { get; } =
    [
        MissingBuffer, MissingArgument, ElementMismatch, LengthMismatch, CheckFailed, ImpossibleLength, IndexOutOfRange, AliasedOutput,
    ];
}
