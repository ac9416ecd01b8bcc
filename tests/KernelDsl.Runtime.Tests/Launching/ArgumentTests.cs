using KernelDsl.Compiler.Tiles;
using KernelDsl.Runtime.Cpu;
using KernelDsl.Runtime.Jit;
using KernelDsl.Runtime.Tests.Programs;
using static KernelDsl.Runtime.Tests.Programs.Build;

namespace KernelDsl.Runtime.Tests.Launching;

/// <summary>Calls that are wrong are told apart before anything runs.</summary>
public sealed class ArgumentTests
{
    private static readonly Lazy<CompiledKernel> s_kernel = new(() => CpuJit.Compile(Twice()));

    [Fact]
    public void Right_call_runs()
    {
        var arguments = Right();
        s_kernel.Value.Run(arguments);
        Assert.Equal(Data.Floats(ElementType.F32, 2, 4, 6).Bytes, arguments.Buffers["y"].Bytes);
    }

    [Fact]
    public void Missing_buffer_is_named() => Fails("KD8001", "'x' (f32, 3 elements)", a => a.Buffers.Remove("x"));

    [Fact]
    public void Missing_extent_is_named() => Fails("KD8002", "'N' (i64)", a => a.Integers.Remove("N"));

    [Fact]
    public void Missing_scalar_is_named() => Fails("KD8002", "'scale' (f32)", a => a.Floats.Remove("scale"));

    [Fact]
    public void Wrong_element_type_names_both() => Fails("KD8003", "elements of type f16, but the kernel was compiled for f32", a => a.Buffers["x"] = new HostBuffer(ElementType.F16, 3));

    [Fact]
    public void Wrong_length_names_both() => Fails("KD8004", "has 4 elements, but its shape needs 3", a => a.Buffers["y"] = new HostBuffer(ElementType.F32, 4));

    [Fact]
    public void Failing_condition_gives_its_message() => Fails("KD8005", "N must be odd, it is even", a =>
    {
        a.Integers["N"] = 4;
        a.Buffers["x"] = new HostBuffer(ElementType.F32, 4);
        a.Buffers["y"] = new HostBuffer(ElementType.F32, 4);
    });

    [Fact]
    public void Negative_length_is_impossible() => Fails("KD8006", "would have -3 elements", a => a.Integers["N"] = -3);

    [Fact]
    public void Output_that_is_also_input_is_refused() => Fails("KD8008", "output 'y' of kernel 'twice' is the same memory as 'x'", a => a.Buffers["y"] = a.Buffers["x"]);

    [Fact]
    public void Index_outside_names_the_buffer()
    {
        var i = Long("i");
        var (x, y) = (Input("x", ElementType.I64, I(3)), Output("y", ElementType.U4, I(3)));
        var kernel = CpuJit.Compile(Program("gather", [], [x, y], Launch("gather", [new GridAxis(i, I(3))], new Store(y, Load(x, V(i)), V(i)))));
        var arguments = new KernelArguments();
        arguments.Buffers["x"] = Data.Integers(ElementType.I64, 0, 1, 3);
        arguments.Buffers["y"] = new HostBuffer(ElementType.U4, 3);
        var error = Assert.Throws<KernelBoundsException>(() => kernel.Run(arguments));
        Assert.Equal(("y", 3L, 3L), (error.Buffer, error.Index, error.Length));
        Assert.StartsWith("KD8007: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Exception_of_another_thread_keeps_its_type()
    {
        var (i, j) = (Long("i"), Long("j"));
        var sum = new Local("sum", ScalarType.F32);
        var (x, y) = (Input("x", ElementType.F32, I(100)), Output("y", ElementType.F32, I(5000)));
        var program = Program("late", [], [x, y], Launch("late", [new GridAxis(i, I(5000))],
            new Declare(sum, null),
            Loop(j, I(5000), new Assign(sum, Add(V(sum), Load(x, Of(BinaryOperation.Remainder, V(j), I(100)))))),
            new Store(y, new SelectValue(Less(V(i), I(4990)), V(i), I(5000)), V(sum))));
        var arguments = new KernelArguments();
        arguments.Buffers["x"] = new HostBuffer(ElementType.F32, 100);
        arguments.Buffers["y"] = new HostBuffer(ElementType.F32, 5000);
        Assert.Throws<KernelBoundsException>(() => CpuJit.Compile(program, new CpuOptions(MaximumDegree: 2)).Run(arguments));
    }

    [Fact]
    public void Workspace_follows_the_size_of_each_launch()
    {
        var scan = HandBuilt.Scan(isReversed: false);
        var kernel = CpuJit.Compile(scan.Program);
        scan.Check(kernel);
        var longer = scan with
        {
            Fill = arguments =>
            {
                (arguments.Integers["T"], arguments.Integers["N"]) = (4, 500);
                arguments.Buffers["x"] = Data.Bits(ElementType.I8, 2000, 9);
                arguments.Buffers["y"] = new HostBuffer(ElementType.I64, 2000);
            },
        };
        longer.Check(kernel);
        scan.Check(kernel);
    }

    private static LoopProgram Twice()
    {
        var (n, i, scale) = (Extent("N"), Long("i"), new ProgramArgument("scale", ScalarType.F32));
        var (x, y) = (Input("x", ElementType.F32, V(n)), Output("y", ElementType.F32, V(n)));
        var check = new ArgumentCheck(
            Of(BinaryOperation.Or, Less(V(n), I(0)), Of(BinaryOperation.Equal, Of(BinaryOperation.Remainder, V(n), I(2)), I(1))), "N must be odd, it is even");
        return Program("twice", [n, scale], [x, y], Launch("twice", [new GridAxis(i, V(n))], new Store(y, V(i), Multiply(Load(x, V(i)), V(scale)))))
            with { Checks = [check] };
    }

    private static KernelArguments Right()
    {
        var arguments = new KernelArguments();
        arguments.Integers["N"] = 3;
        arguments.Floats["scale"] = 2;
        arguments.Buffers["x"] = Data.Floats(ElementType.F32, 1, 2, 3);
        arguments.Buffers["y"] = new HostBuffer(ElementType.F32, 3);
        return arguments;
    }

    private static void Fails(string id, string part, Action<KernelArguments> spoil)
    {
        var arguments = Right();
        spoil(arguments);
        var error = Assert.Throws<KernelArgumentException>(() => s_kernel.Value.Run(arguments));
        Assert.Equal(id, error.Diagnostic.Id);
        Assert.StartsWith(id + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }
}
