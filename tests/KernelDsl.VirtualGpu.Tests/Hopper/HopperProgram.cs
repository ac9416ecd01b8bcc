namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>A change of a program's text that makes it wrong, and what may be found.</summary>
internal sealed record HopperMutant(string Name, string From, string To, params FindingKind[] Kinds);

/// <summary>A program for sm_90, its check, and changes that must be found.</summary>
/// <param name="Body">CUDA C behind the prelude, with one kernel.</param>
/// <param name="Run">Launches the kernel and asserts its results.</param>
internal sealed record HopperProgram(string Name, string Body, Action<VirtualGpu, VirtualKernel> Run, params HopperMutant[] Mutants)
{
    public string Architecture { get; init; } = "sm_90a";

    /// <summary>Runs it, changed or not.</summary>
    /// <returns>The finding; null when there was none and the results are right.</returns>
    public Finding? Execute(int seed, HopperMutant? mutant = null, int workers = 1)
    {
        var (prelude, body) = (HopperCode.Prelude, Body);
        if (mutant is not null && body.Contains(mutant.From, StringComparison.Ordinal))
        {
            body = body.Replace(mutant.From, mutant.To, StringComparison.Ordinal);
        }
        else if (mutant is not null)
        {
            Assert.Contains(mutant.From, prelude, StringComparison.Ordinal);
            prelude = prelude.Replace(mutant.From, mutant.To, StringComparison.Ordinal);
        }

        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = Architecture, Seed = seed, Workers = workers, InstructionBudget = 20_000_000 });
        var kernel = Cuda.Load(gpu, prelude + body);
        try
        {
            Run(gpu, kernel);
            return null;
        }
        catch (VirtualGpuFaultException fault)
        {
            return fault.Finding;
        }
    }
}
