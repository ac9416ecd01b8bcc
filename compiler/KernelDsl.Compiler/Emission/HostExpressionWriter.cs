using System.Globalization;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Emission;

/// <summary>Writes values over arguments as the postfix text of plans.</summary>
internal sealed class HostExpressionWriter(Func<object, string> nameOf)
{
    private static readonly ImmutableHashSet<string> s_operators =
    [
        "min", "max", "neg", "abs", "fmin", "fmax", "fneg", "fabs", "fsqrt", "fexp", "flog", "ffloor", "fceil", "float", "integer",
    ];

    /// <summary>A name as it stands in an expression: one that looks like an operator is marked.</summary>
    public static string Named(string name) => s_operators.Contains(name) ? "$" + name : name;

    /// <summary>A finite float as it stands in an expression.</summary>
    public static string Number(double number) => number.ToString("G17", CultureInfo.InvariantCulture) + "f";

    public string Write(Value value)
    {
        DeepStack.Guard();
        return Code(value);
    }

    private string Code(Value value) => value switch
    {
        IntegerValue integer => integer.Number.ToString(CultureInfo.InvariantCulture),
        BooleanValue boolean => boolean.Truth ? "1" : "0",
        FloatValue number when !double.IsNaN(number.Number) && !double.IsInfinity(number.Number)
            => Number(number.Number),
        ArgumentValue argument => Named(nameOf(argument.Argument)),
        LocalValue local => Named(nameOf(local.Local)),
        UnaryValue unary => $"{Write(unary.Operand)} {Prefix(unary.Type)}{Operator(unary.Operation)}",
        BinaryValue binary => $"{Write(binary.Left)} {Write(binary.Right)} {Prefix(binary.Left.Type)}{Operator(binary.Operation)}",
        SelectValue select => $"{Write(select.Condition)} {Write(select.WhenTrue)} {Write(select.WhenFalse)} ?:",
        ConvertValue convert => Convert(convert),
        _ => throw new NotSupportedException($"The host cannot evaluate {value}."),
    };

    private string Convert(ConvertValue convert)
    {
        var operand = Write(convert.Operand);
        return (IsFloat(convert.Operand.Type), convert.Type) switch
        {
            (false, ScalarType.I64) => operand,
            (false, ScalarType.Bool) => $"{operand} 0 !=",
            (true, ScalarType.Bool) => $"{operand} 0f f!=",
            (false, _) => $"{operand} float",
            (true, ScalarType.I64) => $"{operand} integer",
            (true, _) => operand,
        };
    }

    private static bool IsFloat(ScalarType type) => type is ScalarType.F32 or ScalarType.F64;

    private static string Prefix(ScalarType type) => IsFloat(type) ? "f" : string.Empty;

    private static string Operator(UnaryOperation operation) => operation switch
    {
        UnaryOperation.Negate => "neg",
        UnaryOperation.Not => "!",
        UnaryOperation.Complement => "~",
        _ => throw new NotSupportedException(operation.ToString()),
    };

    private static string Operator(BinaryOperation operation) => operation switch
    {
        BinaryOperation.Add => "+",
        BinaryOperation.Subtract => "-",
        BinaryOperation.Multiply => "*",
        BinaryOperation.Divide => "/",
        BinaryOperation.Remainder => "%",
        BinaryOperation.Minimum => "min",
        BinaryOperation.Maximum => "max",
        BinaryOperation.Equal => "==",
        BinaryOperation.NotEqual => "!=",
        BinaryOperation.Less => "<",
        BinaryOperation.LessOrEqual => "<=",
        BinaryOperation.Greater => ">",
        BinaryOperation.GreaterOrEqual => ">=",
        BinaryOperation.And => "&&",
        BinaryOperation.Or => "||",
        BinaryOperation.BitAnd => "&",
        BinaryOperation.BitOr => "|",
        BinaryOperation.BitXor => "^",
        BinaryOperation.ShiftLeft => "<<",
        BinaryOperation.ShiftRight => ">>",
        _ => throw new NotSupportedException(operation.ToString()),
    };
}
