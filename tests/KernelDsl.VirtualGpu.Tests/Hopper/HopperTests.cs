namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>Every program is clean and right under many seeds; every change of it is found.</summary>
public sealed class HopperTests
{
    private const int CleanSeeds = 12;
    private const int MutantSeeds = 4;

    private static readonly HopperProgram[] s_programs = [.. CopyPrograms.All, .. ClusterPrograms.All, .. ProductPrograms.All, .. OrdinaryProductPrograms.All, .. SpecialisedPrograms.All];

    public static TheoryData<string> Programs => [.. s_programs.Select(program => program.Name)];

    public static TheoryData<string, string> Mutants
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var program in s_programs)
            {
                foreach (var mutant in program.Mutants)
                {
                    data.Add(program.Name, mutant.Name);
                }
            }

            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void Program_is_right_and_clean(string name)
    {
        var program = s_programs.First(p => p.Name == name);
        for (var seed = 1; seed <= CleanSeeds; seed++)
        {
            var finding = program.Execute(seed, workers: 1 + (seed % 2));
            Assert.True(finding is null, $"seed {seed}: {finding}");
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Mutants))]
    public void Change_is_found(string name, string change)
    {
        var program = s_programs.First(p => p.Name == name);
        var mutant = program.Mutants.First(m => m.Name == change);
        for (var seed = 1; seed <= MutantSeeds; seed++)
        {
            var finding = program.Execute(seed, mutant);
            Assert.True(finding is not null, $"seed {seed}: nothing was reported");
            Assert.True(mutant.Kinds.Contains(finding.Kind), $"seed {seed}: {finding}");
        }
    }
}
