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

    /// <summary>A tensor has another number of axes.</summary>
    public static RuntimeDiagnostic RankMismatch { get; } = new(
        "KD8009", "Wrong number of axes", "kernel '{0}': '{1}' has {2} ({3}), but the tensor given has {4} ({5})", "Reshape the tensor, or pass another.");

    /// <summary>Two shapes disagree about a size.</summary>
    public static RuntimeDiagnostic SizeMismatch { get; } = new(
        "KD8010", "Sizes disagree", "kernel '{0}': {1}", "Axes of one size must have it in all tensors.");

    /// <summary>A tensor was used after it was disposed.</summary>
    public static RuntimeDiagnostic UseAfterDispose { get; } = new(
        "KD8011", "Use after dispose", "the {0} tensor of shape {1} was used after it was disposed", "Keep the tensor until the last launch that uses it has returned.");

    /// <summary>A tensor was disposed twice.</summary>
    public static RuntimeDiagnostic DoubleDispose { get; } = new(
        "KD8012", "Disposed twice", "the {0} tensor of shape {1} was disposed twice", "One owner disposes; others borrow it as a TensorRef.");

    /// <summary>A tensor lies on another device.</summary>
    public static RuntimeDiagnostic WrongDevice { get; } = new(
        "KD8013", "Wrong device", "'{0}' lies on {1}, but the kernel '{2}' runs on {3}", "Upload the data to the device of the kernel.");

    /// <summary>A const has a value that the spec does not list.</summary>
    public static RuntimeDiagnostic ConstNotAllowed { get; } = new(
        "KD8014", "Const value not allowed", "kernel '{0}' cannot have {1} = {2}; {3}", "Choose one of the values, or change the spec.");

    /// <summary>A type parameter has a type that the spec does not list.</summary>
    public static RuntimeDiagnostic TypeNotAllowed { get; } = new(
        "KD8015", "Element type not allowed", "kernel '{0}' cannot have {1} = {2}; the spec allows {3}", "Choose one of the types, or change the spec.");

    /// <summary>A .NET type is no element type.</summary>
    public static RuntimeDiagnostic UnknownElementType { get; } = new(
        "KD8016", "Not an element type", "'{0}' is not the type of a tensor's elements", "Use double, float, Half, BFloat16, an integer type or bool.");

    /// <summary>A const has no value.</summary>
    public static RuntimeDiagnostic ConstNotGiven { get; } = new(
        "KD8017", "Const without a value", "kernel '{0}': no shape gives the const '{1}', and it has no default; pass it to Compile or Run", "Pass it to Compile or Run.");

    /// <summary>The memory of a tensor is not in the order of its axes.</summary>
    public static RuntimeDiagnostic NotContiguous { get; } = new(
        "KD8018", "Strides not supported", "'{0}' of kernel '{1}' has the strides {2}; on {3} tensors must lie in the order of their axes without gaps", "Copy the tensor first.");

    /// <summary>A shape or a range of memory is not possible.</summary>
    public static RuntimeDiagnostic InvalidShape { get; } = new(
        "KD8019", "Invalid shape", "{0}", "Sizes are at least 0 and fit the memory.");

    /// <summary>Host data has another length than the tensor.</summary>
    public static RuntimeDiagnostic HostLength { get; } = new(
        "KD8020", "Wrong host length", "the tensor of shape {0} has {1} elements, but the host memory has {2}", "Give memory of the tensor's length.");

    /// <summary>The generated code has nothing for this device.</summary>
    public static RuntimeDiagnostic NoCode { get; } = new(
        "KD8021", "No code for the device", "the assembly has no {0} code of kernel '{1}'{2}",
        "For CUDA, reference KernelDsl.Runtime.Cuda from the project with the .kdsl file, or set KernelDslEmbedCuda.");

    /// <summary>The device that was asked for is not there.</summary>
    public static RuntimeDiagnostic NoDevice { get; } = new(
        "KD8022", "No such device", "the device '{0}' cannot be opened: {1}", "Run 'kdsl devices'; the environment variable KDSL_DEVICE names the default device.");

    /// <summary>The memory of a device tensor cannot be read by the host.</summary>
    public static RuntimeDiagnostic NotHostMemory { get; } = new(
        "KD8023", "Not host memory", "{0}", "Copy with CopyTo or ToArray.");

    /// <summary>Memory of another framework cannot be taken.</summary>
    public static RuntimeDiagnostic ForeignTensor { get; } = new(
        "KD8024", "Foreign tensor not usable", "the DLPack tensor cannot be used: {0}", "Convert it in the framework that made it.");

    /// <summary>A sparse structure is not valid.</summary>
    public static RuntimeDiagnostic InvalidStructure { get; } = new(
        "KD8025", "Invalid sparse structure", "{0}", "Offsets rise from 0 to the number of stored values; indices of a row rise and lie in the shape.");

    /// <summary>A scalar or size was passed that does not fit.</summary>
    public static RuntimeDiagnostic OutOfMemory { get; } = new(
        "KD8026", "Out of memory", "{0} cannot allocate {1} bytes", "Use smaller sizes, or dispose tensors that are no longer used.");

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
        RankMismatch, SizeMismatch, UseAfterDispose, DoubleDispose, WrongDevice, ConstNotAllowed, TypeNotAllowed, UnknownElementType, ConstNotGiven,
        NotContiguous, InvalidShape, HostLength, NoCode, NoDevice, NotHostMemory, ForeignTensor, InvalidStructure, OutOfMemory,
        PackDamaged, PackForeign, PackVersion, NotInPack, CompileFailed, NoCompiler,
    ];
}
