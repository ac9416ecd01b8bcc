using KernelDsl.Testing.CudaPrograms;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tests.Programs;

/// <summary>One of the hand-written programs on the virtual GPU.</summary>
internal static class LibraryProgram
{
    public const VirtualGpuChecks Checks = VirtualGpuChecks.All | VirtualGpuChecks.RedundantWrites;

    /// <summary>A hundred times what any of them needs, so that one that never ends is found out soon.</summary>
    private static VirtualGpuOptions Options(string architecture, int seed)
        => new() { Architecture = architecture, Seed = seed, Workers = 1, InstructionBudget = 2_000_000, Checks = Checks };

    /// <summary>Runs PTX of a program, or of a changed one.</summary>
    /// <returns>What was found, or how the results are wrong; null when all is well.</returns>
    public static string? Run(CudaProgram program, string ptx, string architecture, int seed)
    {
        using var gpu = new VirtualGpu(Options(architecture, seed));
        try
        {
            using var module = gpu.LoadModule(ptx);
            return Launch(gpu, module, program) is var arrays ? arrays.Select(Wrong).FirstOrDefault(wrong => wrong is not null) : null;
        }
        catch (Exception e) when (e is VirtualGpuFaultException or PtxException)
        {
            return e.Message;
        }
    }

    /// <summary>The lines of the PTX that a launch executes.</summary>
    public static IEnumerable<int> Executed(CudaProgram program, string ptx, string architecture)
    {
        using var gpu = new VirtualGpu(Options(architecture, 1) with { CountEvents = true });
        using var module = gpu.LoadModule(ptx);
        _ = Launch(gpu, module, program);
        return gpu.LastCounters!.Instructions.Where(i => i.Executed > 0).Select(i => i.PtxLine).ToArray();
    }

    private static (CudaArray Array, int[] Words, bool IsWritten)[] Launch(VirtualGpu gpu, VirtualModule module, CudaProgram program)
    {
        var addresses = program.Arguments.Select(a => a is not CudaArray array ? 0
            : array.StartsUnwritten ? gpu.Allocate(array.Words.Length * 4, array.Name) : gpu.Upload<int>(array.Words.AsSpan(), array.Name)).ToArray();
        var arguments = program.Arguments.Select((a, i) => a is CudaScalar scalar ? (object)scalar.Value : addresses[i]).ToArray();
        module.GetKernel(program.Name).Launch(Extents(program.Grid), Extents(program.Block), program.DynamicSharedBytes, arguments);
        return program.Arguments.Zip(addresses).Where(pair => pair.First is CudaArray).Select(pair =>
        {
            var array = (CudaArray)pair.First;
            return (array, gpu.Download<int>(pair.Second, array.Words.Length), gpu.IsWritten(pair.Second, array.Words.Length * 4));
        }).ToArray();
    }

    private static string? Wrong((CudaArray Array, int[] Words, bool IsWritten) result)
        => !result.IsWritten ? $"unwritten values in {result.Array.Name}" : !result.Array.Accepts(result.Words) ? $"wrong values in {result.Array.Name}" : null;

    private static Dim3 Extents(CudaExtents extents) => new((uint)extents.X, (uint)extents.Y, (uint)extents.Z);
}
