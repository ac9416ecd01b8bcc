using KernelDsl.Plans;

namespace KernelDsl.Tool.Packing;

/// <summary>A kernel with its types and consts chosen, as CUDA text that is to be compiled.</summary>
/// <param name="Kernel">The kernel's name.</param>
/// <param name="Place">Where the spec defines it, <c>file(line,col)</c>.</param>
/// <param name="Types">Such as <c>T=f16</c>.</param>
/// <param name="Consts">The values of its consts, in order.</param>
/// <param name="CudaText">The CUDA C.</param>
/// <param name="CudaKey">The key of the text.</param>
internal sealed record PackVariant(string Kernel, string Place, string Types, ImmutableArray<KernelConst> Consts, string CudaText, string CudaKey)
{
    /// <summary>Equal ones are compiled once.</summary>
    public (string CudaKey, string Consts) Identity => (CudaKey, CudaCompilation.Describe(Consts));
}
