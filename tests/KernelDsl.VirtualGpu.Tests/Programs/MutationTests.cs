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
        var executed = compiled - Of(MutantFate.SameCode) - Of(MutantFate.NotExecuted);
        var rest = executed - Of(MutantFate.SameEffect);
        output.WriteLine($"{mutants.Length} made, {compiled} compile: {Of(MutantFate.Reported)} reported, {Of(MutantFate.SameCode)} have the same machine code, "
            + $"{Of(MutantFate.NotExecuted)} lie in lines that no launch executes, {Of(MutantFate.SameEffect)} have the same effect, {Of(MutantFate.Silent)} are silent");
        double Share(int of) => 100.0 * Of(MutantFate.Reported) / of;
        output.WriteLine($"reported: {Share(compiled):F1} % of all that compile, {Share(executed):F1} % of those of other machine code that are executed, {Share(rest):F1} % of those that have another effect");
        foreach (var kind in judged.GroupBy(m => m.Mutant.Kind))
        {
            output.WriteLine($"{kind.Key}: {kind.Count(m => m.Fate == MutantFate.Reported)} of {kind.Count()}");
        }

        // The rules that take mutants out are not allowed to decide: most are reported without them.
        Assert.True(Share(compiled) >= 93, $"{Share(compiled):F1} % of all are reported");
        Assert.True(Share(rest) >= 95, $"{Of(MutantFate.Silent)} of {rest} mutants are not reported");
    }
}
