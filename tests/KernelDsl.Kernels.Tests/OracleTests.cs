using KernelDsl.Kernels.Tests.Harness;
using KernelDsl.Testing.Execution;

namespace KernelDsl.Kernels.Tests;

/// <summary>Every kernel against plain loops that are written from the formula, on awkward inputs.</summary>
public sealed class OracleTests(CompiledCases compiled) : IClassFixture<CompiledCases>
{
    // f64 on both sides: what differs is the order of sums and the last digits of functions.
    private const double ReferenceTolerance = 1e-12;

    public static TheoryData<string> Names => [.. CompiledCases.All.Select(c => c.Name)];

    public static TheoryData<string> CudaNames => [.. CompiledCases.AsCuda.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Reference_agrees_with_the_oracle(string name)
    {
        var prepared = CompiledCases.Find(name);
        using var reference = new ReferenceDevice(roundOutputs: false);
        Compare(prepared, reference.Run(prepared.Work), _ => new Tolerance(ReferenceTolerance, 0));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Cpu_agrees_with_the_oracle(string name)
    {
        var prepared = CompiledCases.Find(name);
        Compare(prepared, compiled.RunOnCpu(prepared), element => DerivedTolerance(prepared.Work, element));
    }

    [SkippableTheory]
    [MemberData(nameof(CudaNames))]
    public void Cuda_text_agrees_with_the_oracle(string name)
    {
        Skip.IfNot(HostCudaRunner.IsAvailable, "g++ is not on the path.");
        var prepared = CompiledCases.Find(name);
        Compare(prepared, compiled.RunAsCuda(prepared), element => DerivedTolerance(prepared.Work, element));
    }

    [Fact]
    public void Every_kernel_has_an_oracle()
        => Assert.Empty(Library.Kernels.Select(pair => pair.Kernel.Name).Except(CompiledCases.All.Select(c => c.Case.Kernel)));

    /// <summary>The oracle does not round what a recurrence carries on, so that the rounding of any output reaches all of them.</summary>
    private static Tolerance DerivedTolerance(KernelCase work, ElementType output)
    {
        var elements = Tolerance.ReadsOutputs(work.Kernel) ? work.Outputs().Select(o => o.Element).Where(e => e.IsFloat()).Append(output) : [output];
        return elements.Select(element => Tolerance.Of(work, element)).MaxBy(tolerance => tolerance.Relative)!;
    }

    private static void Compare(PreparedCase prepared, RunResult actual, Func<ElementType, Tolerance> toleranceOf)
    {
        foreach (var (_, component, element, shape) in prepared.Work.Outputs())
        {
            var expected = prepared.Expected.Out(component.Key).Values;
            var wanted = element.IsFloat()
                ? new HostArray(element, shape, expected)
                : new HostArray(element, shape, expected.Select(value => (long)value).ToArray());
            var tolerance = element.IsFloat() ? toleranceOf(element) : new Tolerance(0, 0);
            var allowed = tolerance with { Relative = tolerance.Relative * prepared.Case.Amplification };
            var comparison = Comparison.Of(component.Key, actual.Outputs[component.Key], wanted, allowed);
            Assert.True(comparison.IsOk, comparison.ToString());
        }
    }
}
