using Microsoft.CodeAnalysis;

namespace KernelDsl.Generators.Pipeline;

/// <summary>Whether a project references the package for NVIDIA GPUs, whose back end is registered when the project's assembly is loaded.</summary>
internal static class CudaReference
{
    private const string AssemblyName = "KernelDsl.Runtime.Cuda";

    public static bool Is(MetadataReference reference) => reference switch
    {
        CompilationReference project => project.Compilation.AssemblyName == AssemblyName,
        PortableExecutableReference { FilePath: { } path } => path.EndsWith("/" + AssemblyName + ".dll", StringComparison.OrdinalIgnoreCase)
            || path.EndsWith("\\" + AssemblyName + ".dll", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };
}
