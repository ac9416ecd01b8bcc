using System.Diagnostics;
using KernelDsl.Compiler.Tiles;
using KernelDsl.Runtime.Cpu;
using KernelDsl.Runtime.Jit;
using KernelDsl.Runtime.Tests.Programs;
using Xunit.Abstractions;

namespace KernelDsl.Runtime.Tests.Emission;

public sealed class JitTests(ITestOutputHelper output)
{
    [Fact]
    public void Defect_of_emitted_code_comes_with_its_source()
    {
        var error = Assert.Throws<JitException>(() => KernelAssembly.Load(["class C { int M() => missing; }"]));
        Assert.StartsWith("KD0001: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("class C", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_compiles_to_nothing() => Assert.Empty(CpuJit.CompileMany([]));

    [Fact]
    public void Programs_of_one_name_can_be_compiled_together()
    {
        var test = HandBuilt.Matmul();
        foreach (var kernel in CpuJit.CompileMany([test.Program, test.Program]))
        {
            test.Check(kernel);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Degree_does_not_change_the_result(int degree)
    {
        var test = HandBuilt.PackNibbles();
        var kernel = CpuJit.Compile(test.Program, new CpuOptions(degree));
        for (var i = 0; i < 20; i++)
        {
            test.Check(kernel);
        }
    }

    /// <summary>A kernel can be run by several threads at once; each run has its own workspace.</summary>
    [Fact]
    public void Runs_beside_each_other_do_not_mix()
    {
        var test = HandBuilt.Scan(isReversed: true);
        var kernel = CpuJit.Compile(test.Program);
        Parallel.For(0, 16, _ => test.Check(kernel));
    }

    /// <summary>The bound is ten times the aim of 30 ms, because other work may run beside the tests; the output shows the time.</summary>
    [Fact]
    public void Many_programs_compile_quickly_together()
    {
        var programs = Enumerable.Range(5000, 100).Select(RandomPrograms.Create).Select(c => c.Program).ToImmutableArray();
        CpuJit.Compile(programs[0]);
        var watch = Stopwatch.StartNew();
        CpuJit.CompileMany(programs);
        output.WriteLine($"{watch.Elapsed.TotalMilliseconds / programs.Length:F1} ms for each random program");
        Assert.True(watch.Elapsed < TimeSpan.FromMilliseconds(300 * programs.Length));
        var small = Enumerable.Repeat(HandBuilt.Softmax().Program, 100).ToImmutableArray();
        watch.Restart();
        CpuJit.CompileMany(small);
        output.WriteLine($"{watch.Elapsed.TotalMilliseconds / small.Length:F1} ms for each small program");
        watch.Restart();
        CpuJit.Compile(small[0]);
        output.WriteLine($"{watch.Elapsed.TotalMilliseconds:F1} ms for one alone");
    }
}
