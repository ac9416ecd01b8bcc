using System.Reflection;
using KernelDsl.Plans;

namespace KernelDsl.Runtime.Cuda;

/// <summary>Where an image came from.</summary>
public enum KernelImageOrigin
{
    /// <summary>The pack of the assembly.</summary>
    Pack,

    /// <summary>The cache on the disk.</summary>
    Cache,

    /// <summary>NVRTC, just now.</summary>
    Compiler,
}

/// <summary>A kernel in a form that the driver loads.</summary>
/// <param name="Code">PTX in UTF-8 or a cubin.</param>
/// <param name="Kind"><c>ptx</c> or <c>cubin</c>.</param>
/// <param name="Architecture">What it was made for; PTX may be for an older GPU.</param>
/// <param name="Origin">Where it came from.</param>
public sealed record KernelImage(ReadOnlyMemory<byte> Code, string Kind, string Architecture, KernelImageOrigin Origin);

/// <summary>A kernel that is wanted for a device.</summary>
/// <param name="Kernel">The kernel's name, for messages.</param>
/// <param name="Types">Its element types, such as <c>T=f16</c>, for messages; empty when there are none.</param>
/// <param name="Consts">The values of its consts, in the order of its signature.</param>
/// <param name="Architecture">The device's architecture, such as <c>sm_80</c>.</param>
/// <param name="CudaKey">The SHA-256 of its CUDA text as hex.</param>
/// <param name="CudaText">The text; null when only a pack can serve.</param>
/// <param name="Assembly">The assembly whose pack may have it.</param>
public sealed record KernelImageRequest(
    string Kernel, string Types, ImmutableArray<KernelConst> Consts, string Architecture, string CudaKey, string? CudaText, Assembly? Assembly)
{
    /// <summary>Whether a device that checks what kernels do runs it, as a virtual GPU: it takes PTX only, with line information where the text is at hand.</summary>
    public bool IsForChecking { get; init; }

    /// <summary>The types and consts, as messages name them.</summary>
    internal string Variant => (Types.Length, Consts.Length) switch
    {
        (0, 0) => "no types or consts to choose",
        (_, 0) => Types,
        (0, _) => CudaCompilation.Describe(Consts),
        _ => Types + "," + CudaCompilation.Describe(Consts),
    };
}
