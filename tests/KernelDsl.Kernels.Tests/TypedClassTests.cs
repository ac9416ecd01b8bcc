using KernelDsl.Kernels.Tests.Harness;
using KernelDsl.Kernels.Tests.Typed;
using KernelDsl.Tool.Commands;
using KernelDsl.Runtime.Cpu;
using Device = KernelDsl.Runtime.KernelDevice;

namespace KernelDsl.Kernels.Tests;

/// <summary>Every kernel through its generated class, with every element type that it allows, on the CPU.</summary>
public sealed class TypedClassTests(CompiledCases compiled) : IClassFixture<CompiledCases>
{
    // The realistic examples take minutes on the reference.
    private const double MaximumPoints = 3e6;

    private static readonly Device s_oneThread = Device.OpenCpu(new CpuOptions(1));

    public static TheoryData<string> Kernels => [.. Library.Kernels.Select(pair => pair.Kernel.Name)];

    public static TheoryData<string> Names => [.. CompiledCases.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Small_examples_agree_with_the_reference(string name)
    {
        var kernel = Library.Kernel(name);
        using var reference = new ReferenceDevice(roundOutputs: true);
        foreach (var work in SmallExamples(kernel).SelectMany(example => OfAllTypes(kernel, example)))
        {
            var expected = reference.Run(work);
            using var call = new TypedCall(work, Device.Cpu, isStrided: false);
            call.Launch();
            Assert.All(Comparisons.Of(work, new RunResult(call.Read().ToImmutableDictionary(), TimeSpan.Zero), expected), c => Assert.True(c.IsOk, $"{work.Instance}: {c}"));
        }
    }

    /// <summary>What the oracles test is compiled with the consts folded in; the class passes them, which must not change a bit.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Class_gives_the_bits_that_the_oracle_tests_see(string name)
    {
        var prepared = CompiledCases.Find(name);
        var expected = compiled.RunOnCpu(prepared);
        using var launched = new TypedCall(prepared.Work, Device.Cpu, isStrided: false);
        launched.Launch();
        Same(launched.Read());
        using var run = new TypedCall(prepared.Work, Device.Cpu, isStrided: false);
        run.Run();
        Same(run.Read());

        void Same(IReadOnlyDictionary<string, HostArray> actual)
        {
            // Threads add to one place in any order.
            if (prepared.Work.Kernel.Definitions.Any(definition => definition.Kind == DefinitionKind.Scatter))
            {
                Assert.All(Comparisons.Of(prepared.Work, new RunResult(actual.ToImmutableDictionary(), TimeSpan.Zero), expected), c => Assert.True(c.IsOk, c.ToString()));
                return;
            }

            TypedClassTests.Same(expected.Outputs, actual);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Strided_tensors_give_the_same_bits(string name)
    {
        var work = Default(Library.Kernel(name));
        using var dense = new TypedCall(work, s_oneThread, isStrided: false);
        dense.Launch();
        using var strided = new TypedCall(work, s_oneThread, isStrided: true);
        strided.Launch();
        Same(dense.Read(), strided.Read());
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Left_out_consts_and_scalars_are_those_of_shapes_and_spec(string name)
    {
        var kernel = Library.Kernel(name);
        var values = new NamedValues();
        var odd = Library.Examples(kernel).Single(example => example.Name == "odd");
        var scalars = kernel.Scalars.Where(scalar => scalar.Default is not null).Select(scalar => scalar.Name).ToArray();
        var consts = kernel.Consts.Select(constant => constant.Name).Where(constant => IsGivenByShapes(kernel, constant) || !odd.Values.ContainsKey(constant));
        RunOptions.AddExample(values, odd with { Values = odd.Values.Where(pair => !scalars.Contains(pair.Key)).ToImmutableDictionary() });
        var work = KernelCase.Prepare(kernel, values, null, seed: 5);
        using var given = new TypedCall(work, s_oneThread, isStrided: false);
        given.Run();
        using var leftOut = new TypedCall(work, s_oneThread, isStrided: false);
        leftOut.Run([.. scalars, .. consts]);
        Same(given.Read(), leftOut.Read());
    }

    private static bool IsGivenByShapes(BoundKernel kernel, string constant)
        => kernel.Parameters.Concat(kernel.Outputs).SelectMany(tensor => tensor.Axes).Any(axis => axis.Extent is BoundConst extent && extent.Symbol.Name == constant);

    internal static KernelCase Default(BoundKernel kernel) => OfAllTypes(kernel, Library.Examples(kernel).Single(example => example.Name == "odd")).First();

    private static IEnumerable<BoundExample> SmallExamples(BoundKernel kernel) => Library.Examples(kernel)
        .Where(example => kernel.Extents.Aggregate(1.0, (count, extent) => count * example.Values.GetValueOrDefault(extent.Name, 1)) < MaximumPoints);

    private static IEnumerable<KernelCase> OfAllTypes(BoundKernel kernel, BoundExample example)
    {
        IEnumerable<ImmutableDictionary<string, ElementType>> all = [ImmutableDictionary<string, ElementType>.Empty];
        foreach (var parameter in kernel.TypeParameters)
        {
            all = all.SelectMany(types => parameter.Allowed.Select(type => types.SetItem(parameter.Name, type))).ToArray();
        }

        foreach (var types in all)
        {
            var values = new NamedValues();
            RunOptions.AddExample(values, example with { Types = types });
            yield return KernelCase.Prepare(kernel, values, null, seed: 3);
        }
    }

    private static void Same(IReadOnlyDictionary<string, HostArray> expected, IReadOnlyDictionary<string, HostArray> actual)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, output) in expected)
        {
            Assert.Equal(output.Shape.ToArray(), actual[key].Shape.ToArray());
            Assert.Equal(Bits(output), Bits(actual[key]));
        }

        static IEnumerable<long> Bits(HostArray array) => array.Element.IsFloat() ? array.Floats.Select(BitConverter.DoubleToInt64Bits) : array.Integers;
    }
}
