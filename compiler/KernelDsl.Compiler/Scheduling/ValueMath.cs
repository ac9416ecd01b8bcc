using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>Builds values, folding what is constant.</summary>
internal static class ValueMath
{
    public static Value True { get; } = new BooleanValue(true);

    public static Value Integer(long number) => new IntegerValue(number);

    public static Value Add(Value a, Value b) => (a, b) switch
    {
        (IntegerValue x, IntegerValue y) => Integer(unchecked(x.Number + y.Number)),
        (IntegerValue { Number: 0 }, _) => b,
        (_, IntegerValue { Number: 0 }) => a,
        _ => new BinaryValue(BinaryOperation.Add, a, b),
    };

    public static Value Subtract(Value a, Value b) => (a, b) switch
    {
        (IntegerValue x, IntegerValue y) => Integer(unchecked(x.Number - y.Number)),
        (_, IntegerValue { Number: 0 }) => a,
        _ => new BinaryValue(BinaryOperation.Subtract, a, b),
    };

    public static Value Multiply(Value a, Value b) => (a, b) switch
    {
        (IntegerValue x, IntegerValue y) => Integer(unchecked(x.Number * y.Number)),
        (IntegerValue { Number: 0 }, _) => a,
        (_, IntegerValue { Number: 0 }) => b,
        (IntegerValue { Number: 1 }, _) => b,
        (_, IntegerValue { Number: 1 }) => a,
        _ => new BinaryValue(BinaryOperation.Multiply, a, b),
    };

    public static Value Divide(Value a, Value b) => (a, b) switch
    {
        (IntegerValue { Number: >= 0 } x, IntegerValue { Number: > 0 } y) => Integer(x.Number / y.Number),
        (_, IntegerValue { Number: 1 }) => a,
        _ => new BinaryValue(BinaryOperation.Divide, a, b),
    };

    public static Value Remainder(Value a, Value b) => (a, b) switch
    {
        (IntegerValue { Number: >= 0 } x, IntegerValue { Number: > 0 } y) => Integer(x.Number % y.Number),
        _ => new BinaryValue(BinaryOperation.Remainder, a, b),
    };

    public static Value Minimum(Value a, Value b) => a.Equals(b) ? a : new BinaryValue(BinaryOperation.Minimum, a, b);

    public static Value Maximum(Value a, Value b) => a.Equals(b) ? a : new BinaryValue(BinaryOperation.Maximum, a, b);

    public static Value And(Value a, Value b) => a is BooleanValue { Truth: true } ? b : b is BooleanValue { Truth: true } ? a : new BinaryValue(BinaryOperation.And, a, b);

    public static Value Or(Value a, Value b) => a is BooleanValue { Truth: false } ? b : b is BooleanValue { Truth: false } ? a : new BinaryValue(BinaryOperation.Or, a, b);

    public static Value Not(Value a) => a is BooleanValue literal ? new BooleanValue(!literal.Truth) : new UnaryValue(UnaryOperation.Not, a);

    public static Value Compare(BinaryOperation operation, Value a, Value b) => new BinaryValue(operation, a, b);

    /// <summary>A number as another scalar type; literals are converted at once, from their full precision.</summary>
    public static Value Convert(Value value, ScalarType type) => value switch
    {
        _ when value.Type == type => value,
        FloatValue literal when type is ScalarType.F32 or ScalarType.F64 => new FloatValue(literal.Number, type),
        IntegerValue literal when type is ScalarType.F32 or ScalarType.F64 => new FloatValue(literal.Number, type),
        _ => new ConvertValue(type, value),
    };
}
