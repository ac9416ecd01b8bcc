using KernelDsl.Testing.CudaPrograms;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tests.Programs;

/// <summary>One of the hand-written programs on the virtual GPU.</summary>
internal static class LibraryProgram
{
    /// <summary>Runs PTX of a program, or of a changed one.</summary>
    /// <returns>What was found, or how the results are wrong; null when all is well.</returns>
    public static string? Run(CudaProgram program, string ptx, string architecture, int seed)
    {
        // A hundred times what any of them needs, so that one that never ends is found out soon.
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = architecture, Seed = seed, Workers = 1, InstructionBudget = 2_000_000 });
        try
        {
            using var module = gpu.LoadModule(ptx);
            var addresses = program.Arguments.Select(a => a is CudaArray array ? gpu.Upload<int>(array.Words.AsSpan(), array.Name) : 0).ToArray();
            var arguments = program.Arguments.Select((a, i) => a is CudaScalar scalar ? (object)scalar.Value : addresses[i]).ToArray();
            module.GetKernel(program.Name).Launch(Extents(program.Grid), Extents(program.Block), program.DynamicSharedBytes, arguments);
            for (var i = 0; i < addresses.Length; i++)
            {
                if (program.Arguments[i] is CudaArray array && !array.Accepts(gpu.Download<int>(addresses[i], array.Words.Length)))
                {
                    return $"wrong values in {array.Name}";
                }
            }

            return null;
        }
        catch (VirtualGpuFaultException e)
        {
            return e.Message;
        }
        catch (PtxException e)
        {
            return e.Message;
        }
    }

    private static Dim3 Extents(CudaExtents extents) => new((uint)extents.X, (uint)extents.Y, (uint)extents.Z);
}
