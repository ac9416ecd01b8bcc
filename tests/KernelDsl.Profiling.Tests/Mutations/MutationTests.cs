using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Compiler.Scheduling;
using KernelDsl.Compiler.Text;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Testing.CudaPrograms;
using KernelDsl.Testing.Execution;
using KernelDsl.Testing.Mutations;
using Xunit.Abstractions;

namespace KernelDsl.Profiling.Tests.Mutations;

public sealed class MutationTests(ITestOutputHelper output)
{
    private static readonly string[] s_options = ["--std=c++17", "--fmad=false"];

    public static TheoryData<string> Programs => [.. CudaProgramLibrary.All.Select(program => program.Name)];

    [Theory]
    [InlineData("    __syncthreads();", nameof(MutationKind.Barrier), "    ;")]
    [InlineData("    __syncwarp();", nameof(MutationKind.Barrier), "    ;")]
    [InlineData("    wait_all();", nameof(MutationKind.Wait), "    ;")]
    [InlineData("    __threadfence();", nameof(MutationKind.Fence), "    ;")]
    [InlineData("    for (int i = 0; i < n; i++)", nameof(MutationKind.Bound), "    for (int i = 0; i <= n; i++)")]
    [InlineData("    for (int i = 0; i < n; i++)", nameof(MutationKind.Bound), "    for (int i = 0; i < n + 1; i++)")]
    [InlineData("    for (int i = n; i >= 0; i--)", nameof(MutationKind.Bound), "    for (int i = n; i > 0; i--)")]
    [InlineData("    if (i < n && f(i, g(n)))", nameof(MutationKind.Guard), "    if (true)")]
    [InlineData("    v = i < n ? x[i] : 0;", nameof(MutationKind.Guard), "    v = true ? x[i] : 0;")]
    [InlineData("    v = i >= 0 ? x[i] : 0;", nameof(MutationKind.Guard), "    v = true ? x[i] : 0;")]
    [InlineData("    y = tile[i][j];", nameof(MutationKind.Swap), "    y = tile[j][i];")]
    [InlineData("    y = x[row * n + i];", nameof(MutationKind.Swap), "    y = x[i * n + row];")]
    [InlineData("    y = x[((u64)m_0 * (u64)K) + (u64)k_0];", nameof(MutationKind.Swap), "    y = x[((u64)k_0 * (u64)K) + (u64)m_0];")]
    [InlineData("    y = x[i];", nameof(MutationKind.Offset), "    y = x[i + 1];")]
    public void Cuda_statement_has_the_mutant(string statement, string kind, string expected)
        => Assert.Contains(CudaMutations.Of(statement), mutant => (mutant.Kind.ToString(), mutant.Text) == (kind, expected));

    [Theory]
    [InlineData("\tbar.sync \t0;", nameof(MutationKind.Barrier), "\t")]
    [InlineData("\tbar.warp.sync \t-1;", nameof(MutationKind.Barrier), "\t")]
    [InlineData("\tcp.async.wait_group 1;", nameof(MutationKind.Wait), "\t")]
    [InlineData("\tcp.async.wait_all;", nameof(MutationKind.Wait), "\t")]
    [InlineData("\tmembar.gl;", nameof(MutationKind.Fence), "\t")]
    [InlineData("\tfence.acq_rel.gpu;", nameof(MutationKind.Fence), "\t")]
    [InlineData("\tsetp.lt.s32 \t%p1, %r1, 16;", nameof(MutationKind.Bound), "\tsetp.le.s32 \t%p1, %r1, 16;")]
    [InlineData("\tsetp.lt.s32 \t%p1, %r1, 16;", nameof(MutationKind.Bound), "\tsetp.lt.s32 \t%p1, %r1, 17;")]
    [InlineData("\t@%p1 ld.global.f32 \t%f1, [%rd1];", nameof(MutationKind.Guard), "\tld.global.f32 \t%f1, [%rd1];")]
    [InlineData("\t@!%p1 bra \t$L__BB0_2;", nameof(MutationKind.Guard), "\t")]
    [InlineData("\tmad.lo.s32 \t%r1, %r2, %r3, %r4;", nameof(MutationKind.Swap), "\tmad.lo.s32 \t%r1, %r2, %r4, %r3;")]
    [InlineData("\tsub.s32 \t%r1, %r2, %r3;", nameof(MutationKind.Swap), "\tsub.s32 \t%r1, %r3, %r2;")]
    [InlineData("\tld.shared.f32 \t%f1, [%rd1];", nameof(MutationKind.Offset), "\tld.shared.f32 \t%f1, [%rd1+4];")]
    [InlineData("\tst.global.v4.f32 \t[%rd1+16], {%f1, %f2, %f3, %f4};", nameof(MutationKind.Offset), "\tst.global.v4.f32 \t[%rd1+32], {%f1, %f2, %f3, %f4};")]
    [InlineData("\tred.shared.add.u32 \t[%r1+-4], 1;", nameof(MutationKind.Offset), "\tred.shared.add.u32 \t[%r1+0], 1;")]
    public void Ptx_instruction_has_the_mutant(string instruction, string kind, string expected)
        => Assert.Contains(PtxMutations.Of(instruction), mutant => (mutant.Kind.ToString(), mutant.Text) == (kind, expected));

    [Theory]
    [InlineData("    __shared__ float tile[32][33];")]
    [InlineData("    // if (i < n) __syncthreads();")]
    [InlineData("#if N < 3")]
    [InlineData("    value = __shfl_xor_sync(mask, value, 1);")]
    public void Line_without_a_statement_to_break_has_no_mutant(string line) => Assert.Empty(CudaMutations.Of(line));

    [Theory]
    [InlineData("\tld.param.u64 \t%rd1, [f_param_0];")]
    [InlineData("\tmov.u32 \t%r1, %tid.x;")]
    [InlineData("\t// bar.sync 0;")]
    [InlineData("\tadd.s32 \t%r1, %r2, 1;")]
    public void Instruction_without_a_way_to_break_it_has_no_mutant(string line) => Assert.Empty(PtxMutations.Of(line));

    [Theory]
    [MemberData(nameof(Programs))]
    public void Mutants_differ_in_one_line_and_are_the_same_every_time(string name)
    {
        var text = CudaProgramLibrary.Find(name).Text;
        var mutants = CudaMutations.Of(text);
        Assert.Equal(mutants.ToArray(), CudaMutations.Of(text).ToArray());
        Assert.Equal(mutants.Length, mutants.Select(mutant => mutant.Text).Distinct().Count());
        Assert.Contains(mutants, mutant => mutant.Kind == MutationKind.Barrier);
        Assert.Contains(mutants, mutant => mutant.Kind == MutationKind.Offset);
        var lines = text.Split('\n');
        Assert.All(mutants, mutant =>
        {
            var changed = mutant.Text.Split('\n');
            Assert.Equal([mutant.Line], Enumerable.Range(1, lines.Length).Where(line => changed[line - 1] != lines[line - 1]));
        });
    }

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void Nearly_all_mutants_of_a_program_compile(string name)
    {
        var compiler = Load();
        var text = CudaProgramLibrary.Find(name).Text;
        Report(name, CudaMutations.Of(text), mutant => Compiles(compiler, mutant));
    }

    [SkippableTheory]
    [InlineData("linear/matmul.kdsl", "matmul")]
    [InlineData("norm/softmax.kdsl", "softmax_rows")]
    [InlineData("norm/normalisation.kdsl", "layer_norm")]
    public void Nearly_all_mutants_of_an_emitted_kernel_compile(string file, string kernel)
    {
        var compiler = Load();
        var mutants = CudaMutations.Of(EmittedKernels.Cuda(file, kernel));
        Assert.Contains(mutants, mutant => mutant.Kind == MutationKind.Bound);
        Assert.Contains(mutants, mutant => mutant.Kind == MutationKind.Offset);
        Report(kernel, mutants, mutant => Compiles(compiler, mutant));
    }

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void Nearly_all_mutants_of_ptx_assemble(string name)
    {
        var compiler = Load();
        var tools = KernelDsl.Tool.Profiling.SassTools.Find();
        Skip.If(tools is null, KernelDsl.Tool.Profiling.SassTools.Absent);
        var ptx = compiler.Compile(CudaProgramLibrary.Find(name).Text, name + ".cu", "sm_80", NvrtcOutput.Ptx, s_options).Text;
        var mutants = PtxMutations.Of(ptx);
        Assert.Contains(mutants, mutant => mutant.Kind == MutationKind.Barrier);
        // Assembling takes a process each: a few of every kind.
        Report(name, [.. mutants.GroupBy(mutant => mutant.Kind).SelectMany(group => group.Take(3))], mutant => tools!.Assembles(mutant.Text, "sm_80"));
    }

    [SkippableTheory]
    [InlineData("block_sum", nameof(MutationKind.Bound))]
    [InlineData("transpose", nameof(MutationKind.Swap))]
    [InlineData("stencil", nameof(MutationKind.Offset))]
    public void Some_mutant_of_the_kind_computes_something_else(string name, string kind)
    {
        Skip.IfNot(HostCudaRunner.IsAvailable, "There is no g++ on the path.");
        var program = CudaProgramLibrary.Find(name);
        // The last of the kind stands behind the guards of the text, where a change stays inside of the arrays.
        var mutant = CudaMutations.Of(program.Text).Last(mutant => mutant.Kind.ToString() == kind && !mutant.Description.Contains(">=", StringComparison.Ordinal));
        Assert.Contains(program.Arguments.OfType<CudaArray>().Zip(HostCudaProgram.Run(program, mutant.Text)), item => !item.First.Accepts(item.Second));
    }

    private void Report(string name, ImmutableArray<Mutant> mutants, Predicate<Mutant> compiles)
    {
        var broken = mutants.Where(mutant => !compiles(mutant)).ToArray();
        output.WriteLine($"{name}: {mutants.Length} mutants ({string.Join(", ", mutants.CountBy(mutant => mutant.Kind).Select(item => $"{item.Key} {item.Value}"))}), {broken.Length} do not compile");
        foreach (var mutant in broken)
        {
            output.WriteLine($"  {mutant}");
        }

        Assert.True(broken.Length * 10 <= mutants.Length, $"{broken.Length} of {mutants.Length} do not compile: {string.Join("; ", broken.AsEnumerable())}");
    }

    private static bool Compiles(NvrtcCompiler compiler, Mutant mutant)
    {
        try
        {
            compiler.Compile(mutant.Text, "mutant.cu", "sm_80", NvrtcOutput.Ptx, s_options);
            return true;
        }
        catch (NvrtcException)
        {
            return false;
        }
    }

    private static NvrtcCompiler Load()
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out var compiler, out var probe), probe.Describe());
        return compiler!;
    }
}
