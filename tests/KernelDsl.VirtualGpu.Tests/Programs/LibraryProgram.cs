using KernelDsl.Testing.CudaPrograms;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tests.Programs;

/// <summary>One of the hand-written programs on the virtual GPU.</summary>
internal static class LibraryProgram
{
    public const VirtualGpuChecks Checks = VirtualGpuChecks.Strict;

    /// <summary>A hundred times what any of them needs, so that one that never ends is found out soon.</summary>
    private static VirtualGpuOptions Options(string architecture, int seed)
        => new() { Architecture = architecture, Seed = seed, Workers = 1, InstructionBudget = 2_000_000, Checks = Checks };

    /// <summary>Runs PTX of a program, or of a changed one.</summary>
    /// <returns>What was found, or how the results are wrong; null when all is well.</returns>
    /// <exception cref="PtxException">This is no PTX.</exception>
    public static string? Run(CudaProgram program, string ptx, string architecture, int seed)
    {
        using var gpu = new VirtualGpu(Options(architecture, seed));
        try
        {
            using var module = gpu.LoadModule(ptx);
            return Launch(gpu, module, program) is var arrays ? arrays.Select(Wrong).FirstOrDefault(wrong => wrong is not null) : null;
        }
        catch (VirtualGpuFaultException e)
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
        return gpu.LastProfile!.Counters.Lines.Where(line => line.WarpExecutions > 0).Select(line => line.PtxLine).ToArray();
    }

    /// <summary>What the world sees of a run: the bits of all arrays, and which bytes of them were accessed how often and in which way; null when something is wrong.</summary>
    public static ImmutableArray<ulong>? Effect(CudaProgram program, string ptx, string architecture, int seed)
    {
        var touched = 0UL;
        using var gpu = new VirtualGpu(Options(architecture, seed))
        {
            // A sum, because the order of threads does not matter.
            Observer = touch => touched += Mix((touch.Allocation.Address << 8) ^ ((ulong)touch.Offset << 8) ^ ((ulong)touch.Width << 2) ^ (ulong)touch.Type),
        };
        try
        {
            using var module = gpu.LoadModule(ptx);
            var arrays = Launch(gpu, module, program);
            return arrays.Any(array => Wrong(array) is not null) ? null : [touched, .. arrays.SelectMany(array => array.Words).Select(word => (ulong)(uint)word)];
        }
        catch (VirtualGpuFaultException)
        {
            return null;
        }
    }

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 31)) * 0x9e3779b97f4a7c15;
        x = (x ^ (x >> 29)) * 0xbf58476d1ce4e5b9;
        return x ^ (x >> 32);
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
