using KernelDsl.Compiler.Emission.CSharp;
using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Compiler.Tiles;
using KernelDsl.Kernels.Tests.Harness;
using KernelDsl.Runtime.Cuda;

namespace KernelDsl.Kernels.Tests;

/// <summary>The library as a whole: it compiles, is documented, and has examples that run.</summary>
public sealed class LibraryTests
{
    public static TheoryData<string> Files => [.. Library.Files];

    public static TheoryData<string> Kernels => [.. Library.Kernels.Select(pair => pair.Kernel.Name)];

    [Theory]
    [MemberData(nameof(Files))]
    public void File_has_no_diagnostics(string file) => Assert.Empty(Library.Compilation(file).Diagnostics);

    [Fact]
    public void Names_are_unique()
        => Assert.Empty(Library.Kernels.GroupBy(pair => pair.Kernel.Name).Where(group => group.Count() > 1).Select(group => group.Key));

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Kernel_has_a_realistic_example_and_a_small_odd_one(string name)
    {
        var kernel = Library.Kernel(name);
        var examples = Library.Examples(kernel).ToArray();
        Assert.True(examples.Length >= 2, $"{name} has {examples.Length} examples.");
        var odd = Assert.Single(examples, example => example.Name == "odd");
        var product = kernel.Extents.Aggregate(1.0, (count, extent) => count * odd.Values.GetValueOrDefault(extent.Name, 1));
        Assert.True(product < 3e6, $"{name} odd has {product} points.");
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Odd_example_runs_on_the_reference(string name)
    {
        var kernel = Library.Kernel(name);
        using var reference = new ReferenceDevice(roundOutputs: true);
        var result = reference.Run(Example(kernel, "odd", [], seed: 1));
        Assert.Equal(kernel.Outputs.Length, result.Outputs.Count);
        Assert.All(result.Outputs.Values, output => Assert.DoesNotContain(output.Floats, double.IsNaN));
    }

    [Fact]
    public void Every_type_of_every_kernel_becomes_csharp_and_cuda()
    {
        foreach (var program in Programs())
        {
            Assert.NotEmpty(CSharpEmission.Emit(program, new CSharpOptions("Kernel")).Text);
            Assert.Contains("__global__", CudaEmission.Emit(program).Text, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void Nvrtc_accepts_every_type_of_every_kernel()
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out var compiler, out var probe), probe.Describe());

        // Many kernels in a unit: starting the compiler takes longer than most kernels.
        foreach (var programs in Programs().Chunk(30))
        {
            var text = string.Concat(programs.Select((program, i) =>
                $"namespace unit_{i}\n{{\n{CudaEmission.Emit(program, new CudaOptions($"unit_{i}_{program.Name}")).Text}}}\n"));
            var result = compiler!.Compile(text, "library.cu", "sm_80", NvrtcOutput.Ptx, CudaEmission.CompilerOptions.AsSpan());
            Assert.All(programs, program => Assert.Contains(program.Name, result.Text, StringComparison.Ordinal));
        }
    }

    private static IEnumerable<LoopProgram> Programs()
        => from pair in Library.Kernels
           from types in Types(pair.Kernel)
           let odd = Library.Examples(pair.Kernel).Single(example => example.Name == "odd")
           select PlainSchedule.Lower(pair.Kernel, Instance(pair.Kernel, odd, types));

    private static KernelInstance Instance(BoundKernel kernel, BoundExample example, ImmutableDictionary<string, ElementType> types)
        => new(types, kernel.Consts.ToImmutableDictionary(
            constant => constant.Name,
            constant => example.Values.TryGetValue(constant.Name, out var value) ? (long)value : constant.Default ?? constant.Allowed[0]));

    private static IEnumerable<ImmutableDictionary<string, ElementType>> Types(BoundKernel kernel)
        => kernel.TypeParameters.Aggregate(
            (IEnumerable<ImmutableDictionary<string, ElementType>>)[ImmutableDictionary<string, ElementType>.Empty],
            (known, parameter) => known.SelectMany(types => parameter.Allowed.Select(type => types.SetItem(parameter.Name, type))));

    private static KernelCase Example(BoundKernel kernel, string name, string[] overrides, long seed)
    {
        var values = new NamedValues();
        KernelDsl.Tool.Commands.RunOptions.AddExample(values, Library.Examples(kernel).Single(example => example.Name == name));
        values.Add("test", overrides);
        return KernelCase.Prepare(kernel, values, null, seed);
    }
}
