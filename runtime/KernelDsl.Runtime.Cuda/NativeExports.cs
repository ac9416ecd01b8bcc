using System.Runtime.InteropServices;

namespace KernelDsl.Runtime.Cuda;

/// <summary>
/// The functions of a native library that was found at run time. Function pointers rather than <c>LibraryImport</c>, because the path is a result of
/// the search and not a constant, and because two versions can then be loaded side by side without a resolver for the whole process.
/// </summary>
internal sealed class NativeExports(nint library, string path)
{
    public string Path { get; } = path;

    /// <exception cref="EntryPointNotFoundException">The library lacks the function.</exception>
    public nint Get(string name)
        => NativeLibrary.TryGetExport(library, name, out var address)
            ? address
            : throw new EntryPointNotFoundException($"{Path} has no function {name}");

    /// <summary>The first of the names that the library has: newer names first.</summary>
    public nint GetFirst(string name, string older)
        => NativeLibrary.TryGetExport(library, name, out var address) ? address : Get(older);

    /// <summary>The address, or 0.</summary>
    public nint Find(string name) => NativeLibrary.TryGetExport(library, name, out var address) ? address : 0;
}
