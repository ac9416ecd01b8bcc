using KernelDsl.Runtime.Cuda;
using KernelDsl.Testing.CudaPrograms;
using KernelDsl.Testing.Mutations;
using Xunit.Abstractions;

namespace KernelDsl.VirtualGpu.Tests.Programs;

/// <summary>Programs with one change put in: the virtual GPU reports nearly all of them, and never the programs themselves. What is not reported is printed.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
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
        var ptx = Cuda.Ptx(CudaProgramLibrary.Find(name).Text, architecture);
        for (var seed = 1; seed <= 20; seed++)
        {
            Assert.All(CudaProgramLibrary.Launches(name), launch => Assert.Null(LibraryProgram.Run(launch, ptx, architecture, seed)));
            Assert.Null(LibraryProgram.Run(CudaProgramLibrary.Random(name, seed), ptx, architecture, seed));
        }
    }

    [SkippableFact]
    public void Mutants_of_cuda_c_are_reported()
        => Judge([.. CudaProgramLibrary.All.SelectMany(program => CudaMutations.Of(program.Text).Select(mutant => (program, mutant, Compiled(mutant.Text), 0)))]);

    [SkippableFact]
    public void Mutants_of_ptx_are_reported()
        => Judge([.. CudaProgramLibrary.All.SelectMany(program => PtxMutations.Of(Cuda.Ptx(program.Text)).Select(mutant => (program, mutant, (string?)mutant.Text, mutant.Line)))]);

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

    private void Judge((CudaProgram Program, Mutant Mutant, string? Ptx, int Line)[] mutants)
    {
        var judged = mutants.AsParallel().AsOrdered().Select(m => (m.Program, m.Mutant, MutantJudge.Judge(m.Program.Name, Cuda.Ptx(m.Program.Text), m.Ptx, m.Line).Fate)).ToArray();
        foreach (var (program, mutant, fate) in judged.Where(m => m.Fate != MutantFate.Reported))
        {
            output.WriteLine($"{fate}: {program.Name}, {mutant}");
        }

        var counts = judged.CountBy(m => m.Fate).ToDictionary(pair => pair.Key, pair => pair.Value);
        int Of(MutantFate fate) => counts.GetValueOrDefault(fate);
        var compiled = mutants.Length - Of(MutantFate.Broken);
        var rest = compiled - Of(MutantFate.SameCode) - Of(MutantFate.NotExecuted);
        output.WriteLine($"{mutants.Length} made, {compiled} compile: {Of(MutantFate.Reported)} reported, {Of(MutantFate.SameCode)} are the same machine code, "
            + $"{Of(MutantFate.NotExecuted)} are in lines that no launch executes, {Of(MutantFate.Silent)} silent");
        output.WriteLine($"reported: {100.0 * Of(MutantFate.Reported) / compiled:F1} % of all that compile, {100.0 * Of(MutantFate.Reported) / rest:F1} % of the {rest} that differ and are executed");
        Assert.True(Of(MutantFate.Reported) * 100 >= rest * 95, $"{Of(MutantFate.Silent)} of {rest} mutants are not reported");
    }
}
