using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Compiler.Tiles;
using KernelDsl.Kernels.Tests.Harness;
using KernelDsl.Plans;
using KernelDsl.Runtime;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Runtime.Jit;

namespace KernelDsl.Kernels.Tests;

/// <summary>Consts that are not folded in are arguments, and mean the same.</summary>
public sealed class SymbolicConstTests
{
    private static readonly Lazy<Dictionary<string, (CompiledKernel Folded, CompiledKernel Symbolic)>> s_kernels = new(Compile);

    public static TheoryData<string> Names => [.. WithConsts.Select(c => c.Name)];

    private static IEnumerable<PreparedCase> WithConsts => CompiledCases.All.Where(c => !c.Work.Kernel.Consts.IsEmpty);

    [Theory]
    [MemberData(nameof(Names))]
    public void Symbolic_consts_give_the_results_of_folded_ones(string name)
    {
        var work = CompiledCases.Find(name).Work;
        var (folded, symbolic) = s_kernels.Value[name];
        using var expected = new Fixed(folded);
        using var actual = new Fixed(symbolic);
        var wanted = expected.Run(work).Outputs;
        var given = actual.Run(work).Outputs;
        foreach (var (key, output) in wanted)
        {
            Assert.Equal(output.Element.IsFloat() ? output.Floats.Select(BitConverter.DoubleToInt64Bits) : output.Integers, Bits(given[key]));
        }

        static IEnumerable<long> Bits(HostArray array) => array.Element.IsFloat() ? array.Floats.Select(BitConverter.DoubleToInt64Bits) : array.Integers;
    }

    [Fact]
    public void Every_const_is_an_argument_and_checked()
    {
        foreach (var (_, kernel) in Library.Kernels)
        {
            var program = PlainSchedule.Lower(kernel, Symbolic(kernel));
            Assert.Equal(kernel.Consts.Select(c => c.Name), program.Arguments.Where(a => a.IsConst).Select(a => a.Name));
            Assert.All(kernel.Consts, constant => Assert.Contains(program.Checks, check => check.Message.StartsWith($"const {constant.Name} must be", StringComparison.Ordinal)));
            var plan = CudaEmission.Emit(program).Plan;
            Assert.DoesNotContain(
                plan.Stages.SelectMany(stage => stage.Parameters),
                parameter => parameter.Kind == PlanParameterKind.Argument && kernel.Consts.Any(c => c.Name == plan.Arguments[parameter.Index].Name));
        }
    }

    [Fact]
    public void Value_that_is_not_allowed_is_refused()
    {
        var kernel = Library.Kernel("causal_attention");
        var program = PlainSchedule.Lower(kernel, Symbolic(kernel));
        using var compiled = CpuJit.Compile(program);
        var arguments = new KernelArguments();
        foreach (var argument in program.Arguments)
        {
            arguments.Integers[argument.Name] = argument.Name == "D" ? 63 : 1;
        }

        var error = Assert.ThrowsAny<ArgumentException>(() => compiled.Run(arguments));
        Assert.Contains("const D must be 64 or 128", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Nvrtc_takes_the_values_of_consts_as_macros()
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out var compiler, out var probe), probe.Describe());
        foreach (var kernel in Library.Kernels.Select(pair => pair.Kernel).Where(kernel => !kernel.Consts.IsEmpty))
        {
            var program = PlainSchedule.Lower(kernel, Symbolic(kernel));
            var text = CudaEmission.Emit(program).Text;
            Assert.All(kernel.Consts, constant => Assert.Contains($"KDSL_CONST_{constant.Name}", text, StringComparison.Ordinal));
            var macros = kernel.Consts.Select(constant => $"-D{SignatureConst.MacroOf(constant.Name)}={constant.Default ?? constant.Allowed.FirstOrDefault(2)}");
            string[] options = [.. CudaEmission.CompilerOptions, .. macros];
            var result = compiler!.Compile(text, kernel.Name + ".cu", "sm_80", NvrtcOutput.Ptx, options);
            Assert.Contains(kernel.Name, result.Text, StringComparison.Ordinal);
        }
    }

    private static KernelInstance Symbolic(BoundKernel kernel) => new(
        kernel.TypeParameters.ToImmutableDictionary(type => type.Name, type => type.Allowed.Contains(ElementType.F32) ? ElementType.F32 : type.Allowed[0]),
        ImmutableDictionary<string, long>.Empty);

    private static Dictionary<string, (CompiledKernel Folded, CompiledKernel Symbolic)> Compile()
    {
        var cases = WithConsts.ToArray();
        var folded = CpuJit.CompileMany(cases.Select(c => PlainSchedule.Lower(c.Work.Kernel, c.Work.Instance)).ToImmutableArray());
        var symbolic = CpuJit.CompileMany(
            cases.Select(c => PlainSchedule.Lower(c.Work.Kernel, c.Work.Instance with { Consts = ImmutableDictionary<string, long>.Empty })).ToImmutableArray());
        return cases.Select((c, i) => (c.Name, folded[i], symbolic[i])).ToDictionary(row => row.Name, row => (row.Item2, row.Item3), StringComparer.Ordinal);
    }

    private sealed class Fixed(CompiledKernel kernel) : CompiledDevice
    {
        public override string Name => "cpu";

        protected override CompiledKernel Compile(LoopProgram program, KernelCase work) => new Shared(kernel);

        private sealed class Shared(CompiledKernel kernel) : CompiledKernel
        {
            public override string Name => kernel.Name;

            public override TimeSpan Run(KernelArguments arguments) => kernel.Run(arguments);
        }
    }
}
