using KernelDsl.Testing.CudaPrograms;
using KernelDsl.Testing.Mutations;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tests.Programs;

/// <summary>What became of a mutant.</summary>
internal enum MutantFate
{
    /// <summary>A compiler refuses it.</summary>
    Broken,

    /// <summary>A finding, a wrong result, or a part of a result that was not written.</summary>
    Reported,

    /// <summary>Its machine code is that of the program.</summary>
    SameCode,

    /// <summary>No launch executes the changed line.</summary>
    NotExecuted,

    /// <summary>
    /// In twenty more launches of random sizes, inputs and orders of warps the results have the same bits, the same bytes of global memory are accessed as often,
    /// and nothing is found. A mutant that such a launch finds out counts as silent, because the launches of the program did not.
    /// </summary>
    SameEffect,

    /// <summary>Nothing was said.</summary>
    Silent,
}

/// <summary>Runs a mutant with all launches of its program until one reports it.</summary>
internal static class MutantJudge
{
    private const string Architecture = "sm_80";

    private const int RandomLaunches = 20;

    private static readonly int[] s_seeds = [1, 2, 3];

    /// <param name="program">The program.</param>
    /// <param name="ptx">Of the program.</param>
    /// <param name="changed">Of the mutant; null when it did not compile.</param>
    /// <param name="line">The changed line of the PTX; 0 when the change is in CUDA C.</param>
    public static (MutantFate Fate, string? Report) Judge(string program, string ptx, string? changed, int line)
    {
        if (changed is null)
        {
            return (MutantFate.Broken, null);
        }

        try
        {
            foreach (var seed in s_seeds)
            {
                foreach (var launch in CudaProgramLibrary.Launches(program))
                {
                    if (LibraryProgram.Run(launch, changed, Architecture, seed) is { } report)
                    {
                        return (MutantFate.Reported, report);
                    }
                }
            }
        }
        catch (PtxException)
        {
            return (MutantFate.Broken, null);
        }

        if (MachineCode.WithoutLines(ptx) == MachineCode.WithoutLines(changed))
        {
            return (MutantFate.SameCode, null);
        }

        if (MachineCode.IsAvailable)
        {
            if (MachineCode.Of(changed, Architecture) is not { } code)
            {
                return (MutantFate.Broken, null);
            }

            if (code.AsSpan().SequenceEqual(MachineCode.Of(ptx, Architecture)))
            {
                return (MutantFate.SameCode, null);
            }
        }

        if (line > 0 && !CudaProgramLibrary.Launches(program).Any(launch => LibraryProgram.Executed(launch, ptx, Architecture).Contains(line)))
        {
            return (MutantFate.NotExecuted, null);
        }

        return (Enumerable.Range(1000, RandomLaunches).All(seed => HasSameEffect(CudaProgramLibrary.Random(program, seed), ptx, changed, seed)) ? MutantFate.SameEffect : MutantFate.Silent, null);
    }

    private static bool HasSameEffect(CudaProgram launch, string ptx, string changed, int seed)
        => LibraryProgram.Effect(launch, changed, Architecture, seed) is { } effect && effect.SequenceEqual(LibraryProgram.Effect(launch, ptx, Architecture, seed)!.Value);
}
