using KernelDsl.Kernels.Tests.Harness;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Testing.Mutations;
using Xunit.Abstractions;

namespace KernelDsl.Kernels.Tests.Mutations;

/// <summary>
/// Kernels of all families with one change put into the CUDA C or the PTX that KernelDsl emits: the virtual GPU, with the results of the CPU back end beside it, reports nearly all.
/// A sample of the mutants by default; <c>KDSL_MUTANTS</c> says how many of each kernel.
/// </summary>
public sealed class EmittedMutationTests(CompiledCases compiled, ITestOutputHelper output) : IClassFixture<CompiledCases>
{
    private static readonly int s_mutants = int.TryParse(Environment.GetEnvironmentVariable("KDSL_MUTANTS"), out var mutants) ? mutants : 6;

    private static readonly ImmutableArray<string> s_kernels =
    [
        "attention", "causal_attention", "rotary_half", "paged_decode_attention", "varlen_attention", "conv2d", "max_pool2d", "avg_pool2d_inside", "matmul", "i8_matmul", "embedding", "moe_gate",
        "lstm", "cumsum", "edit_distance", "spmm", "scatter_add", "histogram", "segment_sum", "softmax_rows", "layer_norm", "cross_entropy", "topk_rows",
    ];

    private enum Fate { Broken, Reported, SameCode, NotExecuted, SameEffect, Silent }

    [SkippableFact]
    public void Kernels_as_they_are_are_not_reported()
    {
        foreach (var kernel in Kernels())
        {
            for (var seed = 1; seed <= 5; seed++)
            {
                Assert.True(kernel.Run(kernel.Ptx, seed) is null, $"{kernel.Name}, seed {seed}: {kernel.Run(kernel.Ptx, seed)}");
            }
        }
    }

    [SkippableFact]
    public void Mutants_of_emitted_cuda_c_are_reported()
        => Judge([.. Kernels().SelectMany(kernel => Sample(CudaMutations.Of(kernel.Text)).Select(mutant => (kernel, mutant, new Lazy<string?>(() => kernel.Compile(mutant.Text)), 0)))]);

    [SkippableFact]
    public void Mutants_of_emitted_ptx_are_reported()
        => Judge([.. Kernels().SelectMany(kernel => Sample(PtxMutations.Of(kernel.Ptx)).Select(mutant => (kernel, mutant, new Lazy<string?>(mutant.Text), mutant.Line)))]);

    /// <summary>Mutants spread over the text.</summary>
    private static IEnumerable<Mutant> Sample(ImmutableArray<Mutant> mutants)
        => mutants.Length <= s_mutants ? mutants : Enumerable.Range(0, s_mutants).Select(k => mutants[(int)((k + 0.5) * mutants.Length / s_mutants)]);

    private EmittedKernel[] Kernels()
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out var compiler, out var probe), probe.Describe());
        return [.. s_kernels.Select(name =>
        {
            var cases = CompiledCases.AsCuda.Where(c => c.Work.Kernel.Name == name).ToArray();
            return new EmittedKernel(
                compiler!, [.. cases.Where(c => c.ProgramKey == cases[0].ProgramKey), .. RandomCases.Like(cases[0], 1, 24)], [.. RandomCases.Like(cases[0], 1001, 12)], compiled.RunOnCpu);
        })];
    }

    private static Fate Of(EmittedKernel kernel, string? ptx, int line)
    {
        if (ptx is null)
        {
            return Fate.Broken;
        }

        try
        {
            if (Enumerable.Range(1, 2).Any(seed => kernel.Run(ptx, seed) is not null))
            {
                return Fate.Reported;
            }
        }
        catch (CudaException)
        {
            return Fate.Broken;
        }

        return MachineCode.WithoutLines(ptx) == MachineCode.WithoutLines(kernel.Ptx)
            || (MachineCode.IsAvailable && MachineCode.Of(ptx, EmittedKernel.Architecture) is { } code && code.AsSpan().SequenceEqual(MachineCode.Of(kernel.Ptx, EmittedKernel.Architecture))) ? Fate.SameCode
            : line > 0 && !kernel.Executed.Contains(line) ? Fate.NotExecuted
            : kernel.HasSameEffect(ptx) ? Fate.SameEffect : Fate.Silent;
    }

    private void Judge((EmittedKernel Kernel, Mutant Mutant, Lazy<string?> Ptx, int Line)[] mutants)
    {
        var judged = mutants.AsParallel().AsOrdered().Select(m => (m.Kernel, m.Mutant, Fate: Of(m.Kernel, m.Ptx.Value, m.Line))).ToArray();
        foreach (var (kernel, mutant, fate) in judged.Where(m => m.Fate != Fate.Reported))
        {
            output.WriteLine($"{fate}: {kernel.Name}, {mutant}");
        }

        int Count(Fate fate) => judged.Count(m => m.Fate == fate);
        var compile = judged.Length - Count(Fate.Broken);
        var executed = compile - Count(Fate.SameCode) - Count(Fate.NotExecuted);
        var rest = executed - Count(Fate.SameEffect);
        output.WriteLine($"{judged.Length} of {s_kernels.Length} kernels, {compile} compile: {Count(Fate.Reported)} reported, {Count(Fate.SameCode)} have the same machine code, "
            + $"{Count(Fate.NotExecuted)} lie in lines that no case executes, {Count(Fate.SameEffect)} have the same effect, {Count(Fate.Silent)} are silent");
        double Share(int of) => 100.0 * Count(Fate.Reported) / of;
        output.WriteLine($"reported: {Share(compile):F1} % of all that compile, {Share(executed):F1} % of those of other machine code that are executed, {Share(rest):F1} % of those that have another effect");
        Assert.True(Share(rest) >= 95, $"{Count(Fate.Silent)} of {rest} mutants are not reported");
    }
}
