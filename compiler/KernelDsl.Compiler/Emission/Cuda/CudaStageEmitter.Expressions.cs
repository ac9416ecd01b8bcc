using System.Globalization;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Emission.Cuda;

internal sealed partial class CudaStageEmitter
{
    protected override string TypeName(ScalarType type) => type switch
    {
        ScalarType.Bool => "bool",
        ScalarType.I64 => "i64",
        ScalarType.F32 => "float",
        ScalarType.F64 => "double",
        _ => throw new NotSupportedException(type.ToString()),
    };

    protected override string Integer(long number) => number switch
    {
        long.MinValue => "(-9223372036854775807ll - 1)",
        < 0 => $"({number.ToString(CultureInfo.InvariantCulture)}ll)",
        _ => number.ToString(CultureInfo.InvariantCulture) + "ll",
    };

    protected override string SpecialFloat(double number, ScalarType type)
    {
        var bits = double.IsNaN(number) ? "7F{0}" : number > 0 ? "7F{1}" : "FF{1}";
        return type == ScalarType.F32
            ? $"__uint_as_float(0x{string.Format(CultureInfo.InvariantCulture, bits, "C00000", "800000")}u)"
            : $"__longlong_as_double((i64)0x{string.Format(CultureInfo.InvariantCulture, bits, "F8000000000000", "F0000000000000")}ull)";
    }

    protected override string LoadElement(ProgramBuffer buffer, string index)
    {
        var name = NameOf(buffer);
        return buffer.Element switch
        {
            ElementType.F64 or ElementType.F32 or ElementType.I64 => $"{name}[{index}]",
            ElementType.I32 or ElementType.I16 or ElementType.I8 or ElementType.U8 => $"((i64){name}[{index}])",
            ElementType.I4 or ElementType.U4 or ElementType.I2 => $"{helpers[$"kd_load_{buffer.Element.Name()}"]}({name}, {index})",
            ElementType.Bool => $"({name}[{index}] != 0)",
            _ => $"{helpers[$"kd_decode_{buffer.Element.Name()}"]}({name}[{index}])",
        };
    }

    /// <summary>Unsigned, because signed overflow has no meaning in C and indexes are sums of products.</summary>
    protected override string Index(Value index)
    {
        StageTypes.RequireSame(ScalarType.I64, index, "an index");
        return Bare(Unsigned(index));
    }

    protected override string Unary(UnaryValue unary)
        => unary is { Operation: UnaryOperation.Negate, Type: ScalarType.I64 } ? $"(i64){Unsigned(unary)}" : base.Unary(unary);

    protected override string Binary(BinaryValue binary)
    {
        StageTypes.RequireSame(binary.Left.Type, binary.Right, "the right operand");
        return IsWrapping(binary) ? $"((i64){Unsigned(binary)})" : base.Binary(binary);
    }

    protected override string Binary(BinaryOperation operation, ScalarType type, string left, string right) => operation switch
    {
        BinaryOperation.Add or BinaryOperation.Subtract or BinaryOperation.Multiply when type == ScalarType.I64
            => $"((i64)((u64){left} {Operator(operation)} (u64){right}))",
        BinaryOperation.ShiftLeft when type == ScalarType.I64 => $"((i64)((u64){left} << ({right} & 63)))",
        BinaryOperation.ShiftRight when type == ScalarType.I64 => $"({left} >> ({right} & 63))",
        _ => base.Binary(operation, type, left, right),
    };

    protected override string Special(BinaryOperation operation, ScalarType type, string left, string right)
    {
        var helper = operation switch
        {
            BinaryOperation.Divide => "kd_floor_divide",
            BinaryOperation.Remainder when type == ScalarType.I64 => "kd_floor_remainder",
            BinaryOperation.Remainder => $"kd_remainder_{Suffix(type)}",
            BinaryOperation.Minimum => $"kd_min_{Suffix(type)}",
            BinaryOperation.Maximum => $"kd_max_{Suffix(type)}",
            _ => throw new NotSupportedException(operation.ToString()),
        };
        return $"{helpers[helper]}({left}, {right})";
    }

    protected override string Call(MathFunction function, ScalarType type, ImmutableArray<string> arguments)
    {
        if (function == MathFunction.Random)
        {
            var state = arguments.Skip(1).Aggregate(
                $"{helpers["kd_random_start"]}({arguments[0]})", (s, counter) => $"{helpers["kd_random_next"]}({s}, {counter})");
            return $"{helpers["kd_random_end"]}({state})";
        }

        return function == MathFunction.Popcount
            ? $"((i64)__popcll((u64)({arguments[0]})))"
            : $"{FunctionName(function, type)}({string.Join(", ", arguments)})";
    }

    protected override string Truncate(string operand, ScalarType from) => $"{helpers[$"kd_to_i64_{Suffix(from)}"]}({operand})";

    protected override string RoundFloat(ElementType element, string operand)
        => $"{helpers[$"kd_decode_{element.Name()}"]}({helpers[$"kd_encode_{element.Name()}"]}({operand}))";

    protected override string Wrap(ElementType element, string operand) => element switch
    {
        ElementType.I32 or ElementType.I16 or ElementType.I8 or ElementType.U8 => $"((i64)({CudaTypes.Cell(element)}){operand})",
        ElementType.U4 => $"({operand} & 15ll)",
        ElementType.I4 => $"((({operand} & 15ll) ^ 8ll) - 8ll)",
        ElementType.I2 => $"((({operand} & 3ll) ^ 2ll) - 2ll)",
        _ => throw new NotSupportedException(element.ToString()),
    };

    private static bool IsWrapping(Value value) => value
        is BinaryValue { Type: ScalarType.I64, Operation: BinaryOperation.Add or BinaryOperation.Subtract or BinaryOperation.Multiply };

    private static string Suffix(ScalarType type) => type switch
    {
        ScalarType.I64 => "i64",
        ScalarType.F32 => "f32",
        ScalarType.F64 => "f64",
        _ => throw new InvalidOperationException($"No function takes {type}."),
    };

    /// <summary>An I64 as unsigned, whose arithmetic wraps.</summary>
    private string Unsigned(Value value) => value switch
    {
        IntegerValue integer => unchecked((ulong)integer.Number).ToString(CultureInfo.InvariantCulture) + "ull",
        UnaryValue { Operation: UnaryOperation.Negate } unary => $"(0ull - {Unsigned(unary.Operand)})",
        BinaryValue binary when IsWrapping(binary) => $"({Unsigned(binary.Left)} {Operator(binary.Operation)} {Unsigned(binary.Right)})",
        _ => $"(u64){Expression(value)}",
    };

    private string FunctionName(MathFunction function, ScalarType type)
    {
        var library = function switch
        {
            MathFunction.Exp => "exp",
            MathFunction.Exp2 => "exp2",
            MathFunction.Expm1 => "expm1",
            MathFunction.Log => "log",
            MathFunction.Log2 => "log2",
            MathFunction.Log1p => "log1p",
            MathFunction.Sqrt => "sqrt",
            MathFunction.Pow => "pow",
            MathFunction.Sin => "sin",
            MathFunction.Cos => "cos",
            MathFunction.Tan => "tan",
            MathFunction.Tanh => "tanh",
            MathFunction.Erf => "erf",
            MathFunction.Floor => "floor",
            MathFunction.Ceil => "ceil",
            MathFunction.Round => "rint",
            MathFunction.Fma => "fma",
            MathFunction.Abs when type != ScalarType.I64 => "fabs",
            _ => null,
        };
        return library is null
            ? helpers[$"kd_{function.ToString().ToLowerInvariant()}_{Suffix(type)}"]
            : library + (type == ScalarType.F32 ? "f" : string.Empty);
    }
}
