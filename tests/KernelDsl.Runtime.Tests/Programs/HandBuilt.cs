using KernelDsl.Compiler.Tiles;
using static KernelDsl.Runtime.Tests.Programs.Build;

namespace KernelDsl.Runtime.Tests.Programs;

/// <summary>Programs as the compiler lowers them, written by hand.</summary>
internal static class HandBuilt
{
    public static ImmutableArray<ProgramCase> All { get; } =
    [
        Matmul(), Softmax(), Scan(isReversed: false), Scan(isReversed: true), Scatter(), ScatterExtremes(), PackNibbles(), Fill(), Reversed(), Names(), Empty(),
    ];

    /// <summary>Products of multiples of 1/64 below 8 terms: exact in binary32.</summary>
    public static ProgramCase Matmul()
    {
        var (m, n, k) = (Extent("M"), Extent("N"), Extent("K"));
        var (i, j, l, sum) = (Long("i"), Long("j"), Long("k"), Single("sum"));
        var a = Input("a", ElementType.F16, Multiply(V(m), V(k)));
        var b = Input("b", ElementType.BF16, Multiply(V(k), V(n)));
        var c = Output("c", ElementType.F32, Multiply(V(m), V(n)));
        var product = Multiply(Load(a, At(V(i), V(k), V(l))), Load(b, At(V(l), V(n), V(j))));
        var program = Program("matmul", [m, n, k], [a, b, c], Launch(
            "matmul",
            [new GridAxis(i, V(m)), new GridAxis(j, V(n))],
            new Declare(sum, null),
            Loop(l, V(k), new Assign(sum, Add(V(sum), product))),
            new Store(c, At(V(i), V(n), V(j)), V(sum))));
        return new ProgramCase(program, arguments =>
        {
            Extents(arguments, ("M", 37), ("N", 29), ("K", 7));
            arguments.Buffers["a"] = Data.Units(ElementType.F16, 37 * 7, 1);
            arguments.Buffers["b"] = Data.Units(ElementType.BF16, 29 * 7, 2);
            arguments.Buffers["c"] = new HostBuffer(ElementType.F32, 37 * 29);
        });
    }

    /// <summary>Exponentials differ by 2 units, their sum adds at most 2 more and the division one half; the interpreter rounds once per step too.</summary>
    public static ProgramCase Softmax()
    {
        var (rows, width) = (Extent("M"), Extent("N"));
        var (i, j, j2, j3) = (Long("i"), Long("j"), Long("j2"), Long("j3"));
        var (largest, sum) = (Single("largest"), Single("sum"));
        var x = Input("x", ElementType.F32, Multiply(V(rows), V(width)));
        var y = Output("y", ElementType.F32, Multiply(V(rows), V(width)));
        Value Power(Local at) => Call(MathFunction.Exp, Subtract(Load(x, At(V(i), V(width), V(at))), V(largest)));
        var program = Program("softmax", [rows, width], [x, y], Launch(
            "rows",
            [new GridAxis(i, V(rows))],
            new Declare(largest, F(double.NegativeInfinity)),
            Loop(j, V(width), new Assign(largest, Of(BinaryOperation.Maximum, V(largest), Load(x, At(V(i), V(width), V(j)))))),
            new Declare(sum, F(0)),
            Loop(j2, V(width), new Assign(sum, Add(V(sum), Power(j2)))),
            Loop(j3, V(width), new Store(y, At(V(i), V(width), V(j3)), Divide(Power(j3), V(sum))))));
        return new ProgramCase(program, arguments =>
        {
            Extents(arguments, ("M", 300), ("N", 17));
            arguments.Buffers["x"] = Data.Units(ElementType.F32, 300 * 17, 3);
            arguments.Buffers["y"] = new HostBuffer(ElementType.F32, 300 * 17);
        }, Units: 8);
    }

    /// <summary>A recurrence over the host's loop, with state in workspace: sums of integers, so exact.</summary>
    public static ProgramCase Scan(bool isReversed)
    {
        var (time, width) = (Extent("T"), Extent("N"));
        var (t, n, n2) = (Long("t"), Long("n"), Long("n"));
        var x = Input("x", ElementType.I8, Multiply(V(time), V(width)));
        var state = Workspace("state", ElementType.F64, V(width));
        var y = Output("y", ElementType.I64, Multiply(V(time), V(width)));
        var step = new Stage("step", [t], [new GridAxis(n, V(width))], Do(
            new Store(state, V(n), Add(Multiply(Load(state, V(n)), D(2)), new ConvertValue(ScalarType.F64, Load(x, At(V(t), V(width), V(n)))))),
            new Store(y, At(V(t), V(width), V(n)), new ConvertValue(ScalarType.I64, Load(state, V(n))))));
        var clear = new Stage("clear", [], [new GridAxis(n2, V(width))], Do(new Store(state, V(n2), D(1))));
        var program = Program(isReversed ? "scan_reversed" : "scan", [time, width], [x, state, y],
            new LaunchStep(clear), new SerialStep(t, V(time), isReversed, [new LaunchStep(step)]));
        return new ProgramCase(program, arguments =>
        {
            Extents(arguments, ("T", 9), ("N", 70));
            arguments.Buffers["x"] = Data.Bits(ElementType.I8, 9 * 70, 4);
            arguments.Buffers["y"] = new HostBuffer(ElementType.I64, 9 * 70);
        });
    }

    /// <summary>Sums of small integers into few places, from many threads, in each type that can be updated.</summary>
    public static ProgramCase Scatter()
    {
        var n = Extent("N");
        var i = Long("i");
        var x = Input("x", ElementType.I16, V(n));
        var sums = new[] { ElementType.F32, ElementType.F64, ElementType.I32, ElementType.I64 }.Select(e => Output($"sum_{e.Name()}", e, I(5))).ToImmutableArray();
        var place = Of(BinaryOperation.Remainder, Load(x, V(i)), I(5));
        var updates = sums.Select(sum => (Statement)new Update(sum, place, BinaryOperation.Add,
            new ConvertValue(LoadValue.Widened(sum.Element), Of(BinaryOperation.Remainder, Load(x, V(i)), I(100))))).ToArray();
        var program = Program("scatter", [n], [x, .. sums],
            [.. sums.Select(sum => new FillStep(sum, 3)), Launch("scatter", [new GridAxis(i, V(n))], updates)]);
        return new ProgramCase(program, arguments =>
        {
            Extents(arguments, ("N", 20_000));
            arguments.Buffers["x"] = Data.Bits(ElementType.I16, 20_000, 5);
            foreach (var sum in sums)
            {
                arguments.Buffers[sum.Name] = new HostBuffer(sum.Element, 5);
            }
        });
    }

    /// <summary>Every other commutative update.</summary>
    public static ProgramCase ScatterExtremes()
    {
        var n = Extent("N");
        var i = Long("i");
        var x = Input("x", ElementType.I32, V(n));
        ImmutableArray<BinaryOperation> operations =
            [BinaryOperation.Minimum, BinaryOperation.Maximum, BinaryOperation.Multiply, BinaryOperation.BitAnd, BinaryOperation.BitOr, BinaryOperation.BitXor];
        var targets = (
            from operation in operations
            from element in new[] { ElementType.F32, ElementType.F64, ElementType.I32, ElementType.I64 }
            where operation <= BinaryOperation.Maximum && (operation != BinaryOperation.Multiply || element.IsInteger()) || element.IsInteger()
            select (operation, Buffer: Output($"{operation}_{element.Name()}", element, I(3)))).ToImmutableArray();
        var updates = targets.Select(target => (Statement)new Update(
            target.Buffer,
            Of(BinaryOperation.BitAnd, Load(x, V(i)), I(1)),
            target.operation,
            new ConvertValue(LoadValue.Widened(target.Buffer.Element), Load(x, V(i))))).ToArray();
        var program = Program("scatter_extremes", [n], [x, .. targets.Select(t => t.Buffer)],
            [.. targets.Select(t => new FillStep(t.Buffer, 1)), Launch("scatter", [new GridAxis(i, V(n))], updates)]);
        return new ProgramCase(program, arguments =>
        {
            Extents(arguments, ("N", 3000));
            arguments.Buffers["x"] = Data.Bits(ElementType.I32, 3000, 6);
            foreach (var target in targets)
            {
                arguments.Buffers[target.Buffer.Name] = new HostBuffer(target.Buffer.Element, 3);
            }
        });
    }

    /// <summary>Packs, unpacks and repacks; threads store neighbours in one byte.</summary>
    public static ProgramCase PackNibbles()
    {
        var n = Extent("N");
        var (i, j) = (Long("i"), Long("i"));
        var x = Input("x", ElementType.I4, V(n));
        var u = Output("u", ElementType.U4, V(n));
        var t = Output("t", ElementType.I2, V(n));
        var w = Output("w", ElementType.I4, V(n));
        var b = Output("b", ElementType.Bool, V(n));
        var program = Program("pack", [n], [x, u, t, w, b],
            Launch("pack", [new GridAxis(i, V(n))],
                new Store(u, V(i), Add(Load(x, V(i)), V(i))),
                new Store(t, V(i), Load(x, V(i))),
                new Store(b, V(i), Less(Load(x, V(i)), I(0)))),
            Launch("repack", [new GridAxis(j, V(n))],
                new Store(w, V(j), Subtract(Load(u, V(j)), Multiply(Load(t, V(j)), I(3))))));
        return new ProgramCase(program, arguments =>
        {
            const int Count = 5003;
            Extents(arguments, ("N", Count));
            arguments.Buffers["x"] = Data.Bits(ElementType.I4, Count, 7);
            arguments.Buffers["u"] = new HostBuffer(ElementType.U4, Count);
            arguments.Buffers["t"] = new HostBuffer(ElementType.I2, Count);
            arguments.Buffers["w"] = new HostBuffer(ElementType.I4, Count);
            arguments.Buffers["b"] = new HostBuffer(ElementType.Bool, Count);
        });
    }

    /// <summary>Fills one buffer of each element type, and copies it, so that the fill is seen through a load.</summary>
    public static ProgramCase Fill()
    {
        var buffers = Enum.GetValues<ElementType>().Select(e => Output($"b_{e.Name()}", e, I(21))).ToImmutableArray();
        var program = Program("fill", [], buffers, [.. buffers.Select((b, i) => new FillStep(b, i % 3 == 0 ? -1 : i % 3 == 1 ? 1.7 : 300))]);
        return new ProgramCase(program, arguments =>
        {
            foreach (var buffer in buffers)
            {
                arguments.Buffers[buffer.Name] = new HostBuffer(buffer.Element, 21);
            }
        });
    }

    /// <summary>Reversed loops with a break, loop ends that the body changes, and empty loops.</summary>
    public static ProgramCase Reversed()
    {
        var n = Extent("N");
        var (i, j, k, end, sum) = (Long("i"), Long("j"), Long("k"), Long("end"), Long("sum"));
        var y = Output("y", ElementType.I64, V(n));
        var program = Program("reversed", [n], [y], Launch(
            "loops",
            [new GridAxis(i, V(n))],
            new Declare(sum, null),
            new Declare(end, V(i)),
            new For(j, I(-3), V(end), IsReversed: true, Do(
                new Assign(sum, Add(Multiply(V(sum), I(3)), V(j))),
                new Assign(end, Subtract(V(end), I(1))),
                new If(Less(V(j), I(2)), Do(new Break()), Do(new Assign(sum, Add(V(sum), I(1))))))),
            new For(k, Subtract(V(i), I(5)), V(end), IsReversed: false, Do(
                new Assign(end, Add(V(end), I(7))),
                new Assign(sum, Of(BinaryOperation.BitXor, V(sum), Multiply(V(k), V(end)))))),
            new Store(y, V(i), V(sum))));
        return new ProgramCase(program, arguments =>
        {
            Extents(arguments, ("N", 40));
            arguments.Buffers["y"] = new HostBuffer(ElementType.I64, 40);
        });
    }

    /// <summary>Names that are reserved words of C#, of CUDA C, of emitted methods and of host expressions.</summary>
    public static ProgramCase Names()
    {
        var (min, global) = (Extent("min"), Extent("global"));
        var (@int, serial, threadIdx, scale) = (Long("int"), Long("serial"), Long("threadIdx"), new ProgramArgument("float", ScalarType.F32));
        var (flag, wide) = (new ProgramArgument("asm", ScalarType.Bool), new ProgramArgument("double", ScalarType.F64));
        var x = Input("arguments", ElementType.F32, Multiply(V(min), V(global)));
        var y = Output("__global__", ElementType.F64, Multiply(V(min), V(global)));
        var value = new ConvertValue(ScalarType.F64, Multiply(Load(x, V(serial)), V(scale)));
        var program = Program("names", [min, global, scale, flag, wide], [x, y], Launch(
            "public static",
            [new GridAxis(@int, V(min)), new GridAxis(threadIdx, V(global))],
            new Declare(serial, At(V(@int), V(global), V(threadIdx))),
            new Store(y, V(serial), new SelectValue(V(flag), Add(value, V(wide)), value))));
        return new ProgramCase(program, arguments =>
        {
            Extents(arguments, ("min", 5), ("global", 3), ("asm", 1));
            arguments.Floats["float"] = 0.1;
            arguments.Floats["double"] = 0.1;
            arguments.Buffers["arguments"] = Data.Units(ElementType.F32, 15, 8);
            arguments.Buffers["__global__"] = new HostBuffer(ElementType.F64, 15);
        });
    }

    /// <summary>A grid without axes is one point; a grid with an empty axis is none; buffers may be empty.</summary>
    public static ProgramCase Empty()
    {
        var n = Extent("N");
        var (i, j) = (Long("i"), Long("j"));
        var nothing = Workspace("nothing", ElementType.F32, V(n));
        var y = Output("y", ElementType.I32, I(2));
        var program = Program("empty", [n], [nothing, y],
            new FillStep(nothing, 1),
            Launch("one", [], new Store(y, I(0), I(42))),
            Launch("none", [new GridAxis(i, I(3)), new GridAxis(j, V(n))], new Store(y, I(1), I(1))));
        return new ProgramCase(program, arguments =>
        {
            Extents(arguments, ("N", 0));
            arguments.Buffers["y"] = new HostBuffer(ElementType.I32, 2);
        });
    }

    private static void Extents(KernelArguments arguments, params ReadOnlySpan<(string Name, long Value)> values)
    {
        foreach (var (name, value) in values)
        {
            arguments.Integers[name] = value;
        }
    }
}
