using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Tool.Inputs;

/// <summary>
/// Evaluates expressions over extents, consts and scalars. A value that cannot be known (a name without a value, a zero divisor, an overflow) is null.
/// </summary>
internal sealed class UniformEvaluator(Func<Symbol, UniformValue?> lookup)
{
    public UniformValue? Evaluate(BoundExpression expression) => expression switch
    {
        BoundInteger integer => UniformValue.Of(integer.Value),
        BoundFloat number => UniformValue.Of(number.Value),
        BoundBoolean truth => UniformValue.Of(truth.Value),
        BoundExtent extent => lookup(extent.Symbol),
        BoundConst constant => lookup(constant.Symbol),
        BoundScalar scalar => lookup(scalar.Symbol),
        BoundUnary unary => Unary(unary),
        BoundBinary { Operator: BinaryOperator.And or BinaryOperator.Or } logical => Logical(logical),
        BoundBinary binary => Evaluate(binary.Left) is { } left && Evaluate(binary.Right) is { } right ? Binary(binary.Operator, left, right) : null,
        BoundConditional conditional => Evaluate(conditional.Condition) is { } condition
            ? Evaluate(condition.IsTrue ? conditional.WhenTrue : conditional.WhenFalse) : null,
        BoundElse otherwise => Evaluate(otherwise.Value) ?? Evaluate(otherwise.Otherwise),
        BoundCast cast => Evaluate(cast.Value) is { } value ? Cast(value, cast.Kind) : null,
        BoundCall call => Call(call),
        _ => null,
    };

    public long? Integer(BoundExpression expression) => Evaluate(expression) is { Kind: ValueKind.Integer } value ? value.Integer : null;

    private static UniformValue Cast(UniformValue value, ValueKind kind) => kind switch
    {
        ValueKind.Bool => UniformValue.Of(value.Number != 0),
        ValueKind.Float => UniformValue.Of(value.Number),
        _ => UniformValue.Of(value.Kind == ValueKind.Float ? (double.IsNaN(value.Float) ? 0 : (long)Math.Clamp(value.Float, long.MinValue, long.MaxValue)) : value.Integer),
    };

    private static UniformValue? Binary(BinaryOperator operation, UniformValue a, UniformValue b)
    {
        if (a.Kind == ValueKind.Float || b.Kind == ValueKind.Float)
        {
            return Floats(operation, a.Number, b.Number);
        }

        try
        {
            return Integers(operation, a.Integer, b.Integer);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static UniformValue? Integers(BinaryOperator operation, long a, long b) => operation switch
    {
        BinaryOperator.Add => UniformValue.Of(checked(a + b)),
        BinaryOperator.Subtract => UniformValue.Of(checked(a - b)),
        BinaryOperator.Multiply => UniformValue.Of(checked(a * b)),
        BinaryOperator.Divide => b == 0 ? null : UniformValue.Of(FloorDivide(a, b)),
        BinaryOperator.Remainder => b == 0 ? null : UniformValue.Of(checked(a - (FloorDivide(a, b) * b))),
        BinaryOperator.BitAnd => UniformValue.Of(a & b),
        BinaryOperator.BitOr => UniformValue.Of(a | b),
        BinaryOperator.BitXor => UniformValue.Of(a ^ b),
        BinaryOperator.ShiftLeft => UniformValue.Of(a << (int)(b & 63)),
        BinaryOperator.ShiftRight => UniformValue.Of(a >> (int)(b & 63)),
        _ => Compare(operation, a.CompareTo(b)),
    };

    private static UniformValue? Floats(BinaryOperator operation, double a, double b) => operation switch
    {
        BinaryOperator.Add => UniformValue.Of(a + b),
        BinaryOperator.Subtract => UniformValue.Of(a - b),
        BinaryOperator.Multiply => UniformValue.Of(a * b),
        BinaryOperator.Divide => UniformValue.Of(a / b),
        BinaryOperator.Remainder => UniformValue.Of(a - (b * Math.Floor(a / b))),
        _ when double.IsNaN(a) || double.IsNaN(b) => UniformValue.Of(operation == BinaryOperator.NotEqual),
        _ => Compare(operation, a.CompareTo(b)),
    };

    private static UniformValue? Compare(BinaryOperator operation, int order) => operation switch
    {
        BinaryOperator.Equal => UniformValue.Of(order == 0),
        BinaryOperator.NotEqual => UniformValue.Of(order != 0),
        BinaryOperator.Less => UniformValue.Of(order < 0),
        BinaryOperator.LessOrEqual => UniformValue.Of(order <= 0),
        BinaryOperator.Greater => UniformValue.Of(order > 0),
        BinaryOperator.GreaterOrEqual => UniformValue.Of(order >= 0),
        _ => null,
    };

    private static long FloorDivide(long a, long b)
    {
        var quotient = checked(a / b);
        return (a % b != 0) && ((a < 0) != (b < 0)) ? quotient - 1 : quotient;
    }

    private UniformValue? Unary(BoundUnary unary) => Evaluate(unary.Operand) is { } value
        ? unary.Operator switch
        {
            UnaryOperator.Negate when value.Kind == ValueKind.Float => UniformValue.Of(-value.Float),
            UnaryOperator.Negate => value.Integer == long.MinValue ? null : UniformValue.Of(-value.Integer),
            UnaryOperator.Not => UniformValue.Of(!value.IsTrue),
            _ => UniformValue.Of(~value.Integer),
        }
        : null;

    private UniformValue? Logical(BoundBinary logical)
    {
        if (Evaluate(logical.Left) is not { } left)
        {
            return null;
        }

        var isDecided = left.IsTrue == (logical.Operator == BinaryOperator.Or);
        return isDecided ? left : Evaluate(logical.Right);
    }

    private UniformValue? Call(BoundCall call)
    {
        var values = call.Arguments.Select(Evaluate).ToArray();
        if (values.Any(value => value is null))
        {
            return null;
        }

        var a = values[0]!.Value;
        if (values.All(value => value!.Value.Kind != ValueKind.Float))
        {
            return call.Function switch
            {
                BuiltInFunction.Min => UniformValue.Of(values.Min(value => value!.Value.Integer)),
                BuiltInFunction.Max => UniformValue.Of(values.Max(value => value!.Value.Integer)),
                BuiltInFunction.Abs => a.Integer == long.MinValue ? null : UniformValue.Of(Math.Abs(a.Integer)),
                _ => null,
            };
        }

        return call.Function switch
        {
            BuiltInFunction.Min => UniformValue.Of(values.Min(value => value!.Value.Number)),
            BuiltInFunction.Max => UniformValue.Of(values.Max(value => value!.Value.Number)),
            BuiltInFunction.Abs => UniformValue.Of(Math.Abs(a.Number)),
            BuiltInFunction.Sqrt => UniformValue.Of(Math.Sqrt(a.Number)),
            BuiltInFunction.Rsqrt => UniformValue.Of(1 / Math.Sqrt(a.Number)),
            BuiltInFunction.Floor => UniformValue.Of(Math.Floor(a.Number)),
            BuiltInFunction.Ceil => UniformValue.Of(Math.Ceiling(a.Number)),
            BuiltInFunction.Exp => UniformValue.Of(Math.Exp(a.Number)),
            BuiltInFunction.Log => UniformValue.Of(Math.Log(a.Number)),
            _ => null,
        };
    }
}
