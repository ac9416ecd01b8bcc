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

    /// <summary>A pack of compiled kernels is damaged.</summary>
    public static RuntimeDiagnostic PackDamaged { get; } = new(
        "KD8030", "Damaged pack", "the kernel pack of '{0}' is damaged: {1}", "Build the project again; the pack is made anew.");

    /// <summary>A resource or file with the name of a pack is something else.</summary>
    public static RuntimeDiagnostic PackForeign { get; } = new(
        "KD8031", "Not a pack", "what '{0}' has in the place of its kernel pack is not one", "Packs are made by the build or by kdsl pack.");

    /// <summary>A pack of a format that this version does not read.</summary>
    public static RuntimeDiagnostic PackVersion { get; } = new(
        "KD8032", "Pack of another version", "the kernel pack of '{0}' has format {1}, and this runtime reads format {2}",
        "Build that project with the version of KernelDsl that the program uses.");

    /// <summary>A kernel is not in its pack, and the policy allows no other source.</summary>
    public static RuntimeDiagnostic NotInPack { get; } = new(
        "KD8033", "Kernel not in the pack", "kernel '{0}' with {1} has no image for {2} in the pack of '{3}', and the policy is Sealed; {4}",
        "Sealed programs run only what was compiled with the project: KernelDslTargets names the architectures, and consts that the spec does not list are taken from its examples.");

    /// <summary>NVRTC refuses the text of a kernel.</summary>
    public static RuntimeDiagnostic CompileFailed { get; } = new(
        "KD8034", "Kernel does not compile", "kernel '{0}' with {1} cannot be compiled for {2}: {3}", "This is an error of the compiler; please report it with the spec.");

    /// <summary>A kernel has to be compiled, and NVRTC is not there.</summary>
    public static RuntimeDiagnostic NoCompiler { get; } = new(
        "KD8035", "No compiler for the kernel", "kernel '{0}' with {1} is not compiled for {2}: no pack has it, and {3}",
        "Install NVRTC, or compile with the project: set KernelDslTargets.");

    /// <summary>All of them, by id.</summary>
    public static ImmutableArray<RuntimeDiagnostic> All { get; } =
    [
        MissingBuffer, MissingArgument, ElementMismatch, LengthMismatch, CheckFailed, ImpossibleLength, IndexOutOfRange, AliasedOutput,
        PackDamaged, PackForeign, PackVersion, NotInPack, CompileFailed, NoCompiler,
    ];
}
