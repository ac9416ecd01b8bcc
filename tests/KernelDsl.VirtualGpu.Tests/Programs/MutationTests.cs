using KernelDsl.Runtime.Cuda;
using KernelDsl.Testing.CudaPrograms;
using KernelDsl.Testing.Mutations;
using Xunit.Abstractions;

namespace KernelDsl.VirtualGpu.Tests.Programs;

/// <summary>
/// Programs with one change put in: the virtual GPU reports most of them, and never the programs themselves. What is not reported is printed. Much of that computes the same
/// (a maximum that only shifts a softmax, a store of the same value by more threads) or changes code that these sizes never reach, which PTX has more of, because loops are unrolled
/// there; telling those from changes that matter is still to do.
/// </summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private static readonly int[] s_seeds = [1, 2, 3];

    public static TheoryData<string, string> Programs
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var program in CudaProgramLibrary.All)
            {
                data.Add(program.Name, "sm_80");
                data.Add(program.Name, "sm_90");
            }

            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void Program_as_it_is_breaks_no_rule_under_twenty_orders_of_warps(string name, string architecture)
    {
        var program = CudaProgramLibrary.Find(name);
        var ptx = Cuda.Ptx(program.Text, architecture);
        for (var seed = 1; seed <= 20; seed++)
        {
            Assert.Null(LibraryProgram.Run(program, ptx, architecture, seed));
        }
    }

    [SkippableFact]
    public void Mutants_of_cuda_c_are_reported()
    {
        var mutants = CudaProgramLibrary.All.SelectMany(program => CudaMutations.Of(program.Text).Select(mutant => (program, mutant, Ptx: Compiled(mutant.Text)))).ToArray();
        Judge(mutants.Where(m => m.Ptx is not null).Select(m => (m.program, m.mutant, m.Ptx!)).ToArray(), mutants.Length, percent: 90);
    }

    [SkippableFact]
    public void Mutants_of_ptx_are_reported()
    {
        var mutants = CudaProgramLibrary.All.SelectMany(program => PtxMutations.Of(Cuda.Ptx(program.Text)).Select(mutant => (program, mutant, mutant.Text))).ToArray();
        Judge(mutants, mutants.Length, percent: 75);
    }

    private static string? Compiled(string text)
    {
        try
        {
            return Cuda.Ptx(text);
        }
        catch (NvrtcException)
        {
            return null;
        }
    }

    private void Judge((CudaProgram Program, Mutant Mutant, string Ptx)[] mutants, int made, int percent)
    {
        var silent = mutants.AsParallel().Where(m => s_seeds.All(seed => LibraryProgram.Run(m.Program, m.Ptx, "sm_80", seed) is null)).ToArray();
        foreach (var (program, mutant, _) in silent.OrderBy(m => m.Program.Name))
        {
            output.WriteLine($"not reported: {program.Name}, {mutant}");
        }

        output.WriteLine($"{mutants.Length - silent.Length} of {mutants.Length} mutants reported ({made} made)");
        Assert.True(silent.Length * 100 <= mutants.Length * (100 - percent), $"{silent.Length} of {mutants.Length} mutants are not reported");
    }
}
