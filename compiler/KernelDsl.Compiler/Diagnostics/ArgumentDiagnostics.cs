namespace KernelDsl.Compiler.Diagnostics;

/// <summary>KD8xxx: what a caller passes: kernels, sizes, arrays and scalars. They have no place in a spec, so they name the argument.</summary>
internal static class ArgumentDiagnostics
{
    public static readonly DiagnosticDescriptor UnknownKernel = Error("KD8101", "Unknown kernel", "'{0}' has no kernel '{1}'{2}; its kernels are {3}.",
        "Kernel names are case-sensitive.");

    public static readonly DiagnosticDescriptor KernelNotChosen = Error("KD8102", "No kernel chosen", "'{0}' has {1} kernels; choose one with --kernel: {2}.",
        "Only with one kernel in the file can --kernel be left out.");

    public static readonly DiagnosticDescriptor UnknownExample = Error("KD8103", "Unknown example", "Kernel '{0}' has no example '{1}'{2}; its examples are {3}.",
        "Examples stand in the same file as the kernel.");

    public static readonly DiagnosticDescriptor MalformedAssignment = Error("KD8104", "Not an assignment", "'{0}' is not of the form name=value.",
        "Write sizes like --dims B=2,M=33 and types like --param T=f16.");

    public static readonly DiagnosticDescriptor UnknownSize = Error("KD8105", "Unknown size or scalar", "Kernel '{0}' has no extent, const, type parameter or scalar '{1}'{2}; it has {3}.",
        "The names are those of the kernel's signature.");

    public static readonly DiagnosticDescriptor MissingExtent = Error("KD8106", "Extent not known", "The extent '{0}' is not known; give it with --dims {0}=…, with an example, or with an input whose shape has it{1}.",
        "Extents come from --dims, from the example, and from the shapes of the inputs.");

    public static readonly DiagnosticDescriptor ExtentMismatch = Error("KD8107", "Sizes disagree", "'{0}' is {1} in {2} and {3} in {4}.",
        "One extent has one size in all tensors of a call.");

    public static readonly DiagnosticDescriptor AxisSize = Error("KD8108", "Axis has another size", "Axis {0} of '{1}' has size {2}, but {3}.",
        "The sizes of all axes follow from the extents.");

    public static readonly DiagnosticDescriptor Rank = Error("KD8109", "Wrong number of axes", "'{0}' has {1} axes {2}, but the kernel wants {3}: [{4}].",
        "The array has one axis for each axis of its storage.");

    public static readonly DiagnosticDescriptor BadValue = Error("KD8110", "Not a value", "'{0}' is not {1} for '{2}'.",
        "Sizes are integers, types are element types, scalars are numbers.");

    public static readonly DiagnosticDescriptor ExtentRange = Error("KD8111", "Size out of range", "'{0}' is {1}; it must be {2}.",
        "Extents are at least 1, those that storage brings with it at least 0.");

    public static readonly DiagnosticDescriptor MissingConst = Error("KD8112", "Const not known", "The const '{0}' is not known; give it with --param {0}=….{1}",
        "A const without a default is part of every call.");

    public static readonly DiagnosticDescriptor NotAllowed = Error("KD8113", "Value not allowed", "'{0}' is {1}, but the kernel allows only {2}.",
        "Type parameters and consts list their values in the signature.");

    public static readonly DiagnosticDescriptor MissingScalar = Error("KD8114", "Scalar not known", "The scalar '{0}' has no value; give it with --set {0}=….",
        "A scalar without a default needs a value.");

    public static readonly DiagnosticDescriptor Precondition = Error("KD8115", "Condition not met", "Kernel '{0}' requires {1}, which does not hold for {2}.",
        "The where of a signature states what the caller must meet.");

    public static readonly DiagnosticDescriptor NotAnArchive = Error("KD8120", "Not an .npz file", "'{0}' cannot be read as .npz: {1}.",
        "An .npz is a zip of .npy files, as numpy.savez writes it.");

    public static readonly DiagnosticDescriptor BadArray = Error("KD8121", "Broken array", "Array '{0}' of '{1}' cannot be read: {2}.",
        "Arrays are .npy files of version 1 to 3.");

    public static readonly DiagnosticDescriptor UnknownArray = Error("KD8122", "Unknown array", "'{0}' has an array '{1}', which kernel '{2}' does not have{3}; its inputs are {4}.",
        "Rename the array. The arrays of a sparse tensor a are a.values, a.offsets and a.indices (scipy's a.data and a.indptr are understood), and a.shape says its sizes.");

    public static readonly DiagnosticDescriptor ElementMismatch = Error("KD8123", "Array has another type", "'{0}' has type {1}, but the kernel wants {2}, which {3}.",
        "Floats convert to floats, integers to integers, b1 to bool; nothing else.");

    public static readonly DiagnosticDescriptor ValueRange = Error("KD8124", "Value out of range", "'{0}' has the value {1} at {2}; {3} holds {4} to {5}.",
        "Integers are range-checked, not wrapped.");

    public static readonly DiagnosticDescriptor MissingComponent = Error("KD8125", "Array missing", "'{0}' is given but '{1}' is not; a tensor is given with all of its arrays or none.",
        "A sparse tensor has values, offsets and indices.");

    public static readonly DiagnosticDescriptor MissingInput = Error("KD8126", "Input missing", "'{0}' has no array '{1}', which kernel '{2}' reads; it has {3}. Give --seed to have absent inputs made at random.",
        "A run on a file takes every input from it, so that a forgotten array is not replaced by random numbers.");

    public static readonly DiagnosticDescriptor Offsets = Error("KD8130", "Offsets broken", "'{0}' {1}.",
        "Offsets start at 0, do not fall, and end at the number of stored elements.");

    public static readonly DiagnosticDescriptor IndexRange = Error("KD8131", "Index out of range", "'{0}' has the index {1} at {2}; it must be 0 to {3}.",
        "Indices of a sparse tensor lie inside its axis.");

    public static readonly DiagnosticDescriptor DuplicateIndex = Error("KD8132", "Point stored twice", "'{0}' stores {1} twice.",
        "Each point of a sparse tensor is stored at most once; add the values first.");

    public static readonly DiagnosticDescriptor Paging = Error("KD8133", "Page table broken", "'{0}' has {1} at {2}; it must be {3} to {4}.",
        "Table entries are pages, lengths fit into the pages of their row.");

    public static readonly DiagnosticDescriptor TooLarge = Error("KD8140", "Array too large", "'{0}' would have {1} elements, which this tool cannot hold.",
        "Arrays are limited to 2 GiB.");

    public static readonly DiagnosticDescriptor BadDevice = Error("KD8141", "Unknown device", "'{0}' is not a device; use reference, cpu, cuda:0 or virtual:sm_80.",
        "kdsl devices lists them.");

    public static readonly DiagnosticDescriptor RunRefused = Error("KD8142", "Kernel refused its arguments", "Kernel '{0}' refused to run: {1}",
        "The compiled kernel checks its arguments again.");

    public static readonly DiagnosticDescriptor OutOfMemory = Error("KD8143", "Out of memory", "There is not enough memory for {0}.",
        "Try smaller sizes.");

    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        UnknownKernel, KernelNotChosen, UnknownExample, MalformedAssignment, UnknownSize, MissingExtent, ExtentMismatch,
        AxisSize, Rank, BadValue, ExtentRange, MissingConst, NotAllowed, MissingScalar, Precondition, NotAnArchive, BadArray,
        UnknownArray, ElementMismatch, ValueRange, MissingComponent, MissingInput, Offsets, IndexRange, DuplicateIndex, Paging, TooLarge,
        BadDevice, RunRefused, OutOfMemory
    ];

    private static DiagnosticDescriptor Error(string id, string title, string message, string help)
        => new(id, title, message, DiagnosticSeverity.Error, help);
}
