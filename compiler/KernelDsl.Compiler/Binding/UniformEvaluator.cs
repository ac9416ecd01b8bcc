using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding;

/// <summary>Evaluates expressions over extents, consts and scalars, as the host does before a launch.</summary>
internal static class UniformEvaluator
{
    /// <summary>The value (integers exact up to 2^53, truth as 0 or 1), or null where a name has no value or a division is by 0.</summary>
    public static double? Evaluate(BoundExpression expression, Func<string, double?> valueOf)
    {
        DeepStack.Guard();
        double? Of(BoundExpression e) => Evaluate(e, valueOf);
        switch (expression)
        {
            case BoundInteger literal:
                return literal.Value;
            case BoundFloat literal:
                return literal.Value;
            case BoundBoolean literal:
                return literal.Value ? 1 : 0;
            case BoundExtent extent:
                return valueOf(extent.Symbol.Name);
            case BoundConst constant:
                return valueOf(constant.Symbol.Name);
            case BoundScalar scalar:
                return valueOf(scalar.Symbol.Name);
            case BoundUnary unary:
                var operand = Of(unary.Operand);
                return unary.Operator switch
                {
                    UnaryOperator.Negate => -operand,
                    UnaryOperator.Not => operand is null ? null : operand == 0 ? 1 : 0,
                    _ => operand is null ? null : ~(long)operand,
                };
            case BoundBinary binary:
                return Binary(binary, Of(binary.Left), () => Of(binary.Right));
            case BoundConditional conditional:
                var condition = Of(conditional.Condition);
                return condition is null ? null : condition != 0 ? Of(conditional.WhenTrue) : Of(conditional.WhenFalse);
            case BoundCast cast:
                return cast.Type.Kind == ValueKind.Integer && Of(cast.Value) is { } number ? Math.Truncate(number) : Of(cast.Value);
            case BoundCall call:
                return Call(call.Function, call.Arguments.Select(Of).ToArray());
            default:
                return null;
        }
    }

    /// <summary>The integer value of an extent expression, or null.</summary>
    public static long? EvaluateInteger(BoundExpression expression, Func<string, long?> valueOf)
        => Evaluate(expression, name => valueOf(name)) is { } value && Math.Abs(value) < 9e18 ? (long)value : null;

    private static double? Binary(BoundBinary binary, double? left, Func<double?> rightOf)
    {
        if (left is not { } a)
        {
            return null;
        }

        if (binary.Operator == BinaryOperator.And && a == 0)
        {
            return 0;
        }

        if (binary.Operator == BinaryOperator.Or && a != 0)
        {
            return 1;
        }

        if (rightOf() is not { } b)
        {
            return null;
        }

        var isFloat = binary.Left.Kind == ValueKind.Float || binary.Right.Kind == ValueKind.Float;
        return binary.Operator switch
        {
            BinaryOperator.Add => a + b,
            BinaryOperator.Subtract => a - b,
            BinaryOperator.Multiply => a * b,
            BinaryOperator.Divide => isFloat ? a / b : b == 0 ? null : Math.Floor(a / b),
            BinaryOperator.Remainder => b == 0 ? null : a - (b * Math.Floor(a / b)),
            BinaryOperator.Equal => a == b ? 1 : 0,
            BinaryOperator.NotEqual => a != b ? 1 : 0,
            BinaryOperator.Less => a < b ? 1 : 0,
            BinaryOperator.LessOrEqual => a <= b ? 1 : 0,
            BinaryOperator.Greater => a > b ? 1 : 0,
            BinaryOperator.GreaterOrEqual => a >= b ? 1 : 0,
            BinaryOperator.And or BinaryOperator.Or => b != 0 ? 1 : 0,
            BinaryOperator.BitAnd => (long)a & (long)b,
            BinaryOperator.BitOr => (long)a | (long)b,
            BinaryOperator.BitXor => (long)a ^ (long)b,
            BinaryOperator.ShiftLeft => (long)a << (int)((long)b & 63),
            _ => (long)a >> (int)((long)b & 63),
        };
    }

    private static double? Call(BuiltInFunction function, double?[] arguments)
    {
        if (arguments.Length == 0 || arguments.Any(argument => argument is null))
        {
            return null;
        }

        var first = arguments[0]!.Value;
        return function switch
        {
            BuiltInFunction.Abs => Math.Abs(first),
            BuiltInFunction.Min => arguments.Min(),
            BuiltInFunction.Max => arguments.Max(),
            BuiltInFunction.Sqrt => Math.Sqrt(first),
            BuiltInFunction.Rsqrt => 1 / Math.Sqrt(first),
            BuiltInFunction.Exp => Math.Exp(first),
            BuiltInFunction.Log => Math.Log(first),
            BuiltInFunction.Floor => Math.Floor(first),
            BuiltInFunction.Ceil => Math.Ceiling(first),
            _ => null,
        };
    }
}
