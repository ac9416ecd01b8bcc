using KernelDsl.Compiler.Tiles;
using static KernelDsl.Runtime.Tests.Programs.Build;

namespace KernelDsl.Runtime.Tests.Programs;

/// <summary>Every operation and function at edge values: one program for each operand type, with one output for each operation.</summary>
internal static class OperationMatrix
{
    private static readonly ImmutableArray<long> s_integers =
    [
        0, 1, -1, 2, -2, 3, 5, -7, 8, 15, 16, 31, 63, 64, 65, 100, 127, 128, -128, -129, 255, 256, 32767, -32769, int.MaxValue, int.MinValue,
        1L << 32, (1L << 53) + 1, -(1L << 53) - 1, long.MaxValue, long.MinValue, long.MinValue + 1, 0x0123456789ABCDEF,
    ];

    private static readonly ImmutableArray<double> s_floats =
    [
        0.0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.5, 0.3, 3.7, -7.25, 0.9, 1e-10, -1e-10, 1e-4, -1e-4, 20, -20, 88.9, -88, -103.5, 100.3, 6.5, -5.9,
        16777217, 448, 464, 57344, 61440, 65504, 65520, 1e30, -1e30, 9.2233720368547758E18, -9.2233720368547758E18, 1.1754943508222875e-38,
        1.401298464324817e-45, 3.4028234663852886e38, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
    ];

    private static readonly ImmutableArray<MathFunction> s_exact =
    [
        MathFunction.Abs, MathFunction.Sign, MathFunction.Sqrt, MathFunction.Rsqrt, MathFunction.Floor, MathFunction.Ceil, MathFunction.Round,
        MathFunction.IsNan,
    ];

    private static readonly ImmutableArray<MathFunction> s_approximate =
    [
        MathFunction.Exp, MathFunction.Exp2, MathFunction.Expm1, MathFunction.Log, MathFunction.Log2, MathFunction.Log1p, MathFunction.Sin,
        MathFunction.Cos, MathFunction.Tan, MathFunction.Tanh, MathFunction.Sigmoid, MathFunction.Softplus, MathFunction.Erf,
    ];

    public static ImmutableArray<ProgramCase> All { get; } =
    [
        Binary(ScalarType.Bool), Binary(ScalarType.I64), Binary(ScalarType.F32), Binary(ScalarType.F64),
        Unary(ScalarType.Bool), Unary(ScalarType.I64), Unary(ScalarType.F32), Unary(ScalarType.F64),
        Functions(ScalarType.F32), Functions(ScalarType.F64), Several(),
    ];

    /// <summary>All pairs of edge values.</summary>
    private static ProgramCase Binary(ScalarType type)
    {
        var count = Edges(type).Length;
        return Make($"binary_{type}", type, count * count, 0, (x, i) =>
        {
            var a = Load(x, Divide(i, I(count)));
            var b = Load(x, Of(BinaryOperation.Remainder, i, I(count)));
            return Enum.GetValues<BinaryOperation>().Where(o => Applies(o, type)).Select(o => (o.ToString(), Of(o, a, b)));
        });
    }

    /// <summary>Unary operations, conversions, rounding to every element type and the functions that have one right result.</summary>
    private static ProgramCase Unary(ScalarType type) => Make($"unary_{type}", type, Edges(type).Length, 0, (x, i) =>
    {
        var a = Load(x, i);
        var results = new List<(string, Value)>();
        results.AddRange(Enum.GetValues<ScalarType>().Select(to => ($"to_{to}", (Value)new ConvertValue(to, a))));
        results.AddRange(Enum.GetValues<ElementType>().Where(e => LoadValue.Widened(e) == type).Select(e => ($"round_{e.Name()}", (Value)new RoundValue(e, a))));
        results.AddRange(Enum.GetValues<UnaryOperation>().Where(o => Applies(o, type)).Select(o => (o.ToString(), (Value)new UnaryValue(o, a))));
        results.AddRange(type switch
        {
            ScalarType.F32 or ScalarType.F64 => s_exact.Select(f => (f.ToString(), Call(f, a))),
            ScalarType.I64 => [("abs", Call(MathFunction.Abs, a)), ("sign", Call(MathFunction.Sign, a)), ("popcount", Call(MathFunction.Popcount, a))],
            _ => [],
        });
        return results;
    });

    /// <summary>
    /// Libraries promise about 2 units; the compositions (sigmoid, softplus) add 3 roundings. The interpreter computes F32 in binary64, so that its
    /// own error does not count; in F64 its series for erf adds up to 60 roundings of its own.
    /// </summary>
    private static ProgramCase Functions(ScalarType type)
        => Make($"functions_{type}", type, Edges(type).Length, type == ScalarType.F32 ? 5 : 64, (x, i) => s_approximate.Select(f => (f.ToString(), Call(f, Load(x, i)))));

    /// <summary>Functions of several operands.</summary>
    private static ProgramCase Several()
    {
        var edges = s_integers.Length;
        return Make("several", ScalarType.I64, edges * edges, 4, (x, i) =>
        {
            var a = Load(x, Divide(i, I(edges)));
            var b = Load(x, Of(BinaryOperation.Remainder, i, I(edges)));
            var (f, g) = (new ConvertValue(ScalarType.F32, a), new ConvertValue(ScalarType.F32, b));
            var (d, e) = (new ConvertValue(ScalarType.F64, a), new ConvertValue(ScalarType.F64, b));
            var power = Divide(f, F(16));
            return
            [
                ("random1", Call(MathFunction.Random, a)), ("random2", Call(MathFunction.Random, a, b)), ("random3", Call(MathFunction.Random, a, b, i)),
                ("pow_f32", Call(MathFunction.Pow, power, Divide(g, F(8)))), ("pow_f64", Call(MathFunction.Pow, d, Divide(e, D(4)))),
                ("fma_f32", Call(MathFunction.Fma, power, g, f)), ("fma_f64", Call(MathFunction.Fma, d, e, d)),
                ("select", new SelectValue(Less(a, b), f, g)),
                ("lazy", new SelectValue(Less(a, I(0)), I(7), Load(x, Of(BinaryOperation.Minimum, a, I(edges - 1))))),
                ("and", Of(BinaryOperation.And, Of(BinaryOperation.And, Less(I(-1), b), Less(b, I(edges))), Less(Load(x, b), a))),
            ];
        });
    }

    private static ProgramCase Make(string name, ScalarType type, int points, double units, Func<ProgramBuffer, Value, IEnumerable<(string, Value)>> results)
    {
        var i = Long("i");
        var x = Input("x", ElementOf(type), I(Edges(type).Length));
        var outputs = results(x, V(i)).Select(r => (Buffer: Output($"y_{r.Item1}", ElementOf(r.Item2.Type), I(points)), Value: r.Item2)).ToImmutableArray();
        var program = Program(name, [], [x, .. outputs.Select(o => o.Buffer)],
            Launch(name, [new GridAxis(i, I(points))], outputs.Select(o => (Statement)new Store(o.Buffer, V(i), o.Value)).ToArray()));
        return new ProgramCase(program, arguments =>
        {
            arguments.Buffers["x"] = type is ScalarType.F32 or ScalarType.F64
                ? Data.Floats(ElementOf(type), s_floats.AsSpan())
                : Data.Integers(ElementOf(type), Edges(type).AsSpan());
            foreach (var output in outputs)
            {
                arguments.Buffers[output.Buffer.Name] = new HostBuffer(output.Buffer.Element, points);
            }
        }, units);
    }

    private static ImmutableArray<long> Edges(ScalarType type) => type switch
    {
        ScalarType.Bool => [0, 1],
        ScalarType.I64 => s_integers,
        _ => s_floats.Select((_, i) => (long)i).ToImmutableArray(),
    };

    private static ElementType ElementOf(ScalarType type) => type switch
    {
        ScalarType.Bool => ElementType.Bool,
        ScalarType.I64 => ElementType.I64,
        ScalarType.F32 => ElementType.F32,
        _ => ElementType.F64,
    };

    private static bool Applies(UnaryOperation operation, ScalarType type) => (operation, type) switch
    {
        (UnaryOperation.Negate, ScalarType.Bool) => false,
        (UnaryOperation.Not, not ScalarType.Bool) => false,
        (UnaryOperation.Complement, ScalarType.F32 or ScalarType.F64) => false,
        _ => true,
    };

    private static bool Applies(BinaryOperation operation, ScalarType type) => type switch
    {
        ScalarType.Bool => operation is BinaryOperation.Equal or BinaryOperation.NotEqual or BinaryOperation.And or BinaryOperation.Or or BinaryOperation.BitAnd
            or BinaryOperation.BitOr or BinaryOperation.BitXor or BinaryOperation.Minimum or BinaryOperation.Maximum,
        ScalarType.I64 => operation is not (BinaryOperation.And or BinaryOperation.Or),
        _ => operation <= BinaryOperation.GreaterOrEqual,
    };
}
