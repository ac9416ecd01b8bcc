using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>One thread per output point, reductions serial, recurrences outermost: works for every kernel.</summary>
internal static class PlainSchedule
{
    /// <summary>
    /// Lowers a valid kernel. Arguments are named after extents, consts are folded in; characters that are not allowed in identifiers become <c>_</c>.
    /// Buffers are named <see cref="StorageComponent.BufferName"/>.
    /// </summary>
    public static LoopProgram Lower(BoundKernel kernel, KernelInstance instance) => throw new NotImplementedException();
}
