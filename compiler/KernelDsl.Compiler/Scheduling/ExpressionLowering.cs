using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Equations;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>Operators and functions as values; what the leaves are is the business of who derives from it.</summary>
internal abstract class ExpressionLowering(PrecisionAnalysis precision)
{
    private ScalarType Weak { get; } = LoadValue.Widened(precision.Weak);

    public abstract Value Lower(BoundExpression expression);

    protected FloatValue Literal(BoundFloat literal) => new(literal.Value, Weak);

    /// <summary>Two lowered operands in one type: of those with a precision of their own the wider one, which the others take.</summary>
    protected (Value Left, Value Right) Unify(BoundExpression left, Value a, BoundExpression right, Value b)
    {
        if (left.Kind == ValueKind.Bool || right.Kind == ValueKind.Bool || (left.Kind == ValueKind.Integer && right.Kind == ValueKind.Integer))
        {
            return (a, b);
        }

        var type = Precision([left, right], [a, b]);
        return (ValueMath.Convert(a, type), ValueMath.Convert(b, type));
    }

    private ScalarType Precision(ImmutableArray<BoundExpression> operands, ImmutableArray<Value> values)
    {
        var own = values.Where((_, i) => !precision.IsWeak(operands[i])).Select(value => value.Type).ToArray();
        return own.Length == 0 ? Weak : own.Max();
    }

    protected Value Operator(BoundUnary unary)
    {
        var operand = Lower(unary.Operand);
        return unary.Operator switch
        {
            UnaryOperator.Not => ValueMath.Not(operand),
            UnaryOperator.Complement => new UnaryValue(UnaryOperation.Complement, operand),
            _ when operand is IntegerValue literal => ValueMath.Integer(unchecked(-literal.Number)),
            _ when operand is FloatValue literal => new FloatValue(-literal.Number, literal.Type),
            _ => new UnaryValue(UnaryOperation.Negate, operand),
        };
    }

    protected Value Operator(BoundBinary binary, Value left, Value right)
    {
        (left, right) = Unify(binary.Left, left, binary.Right, right);
        return binary.Operator switch
        {
            BinaryOperator.Add => ValueMath.Add(left, right),
            BinaryOperator.Subtract => ValueMath.Subtract(left, right),
            BinaryOperator.Multiply => ValueMath.Multiply(left, right),
            BinaryOperator.Divide => ValueMath.Divide(left, right),
            BinaryOperator.Remainder => ValueMath.Remainder(left, right),
            _ => new BinaryValue(Operation(binary.Operator), left, right),
        };
    }

    protected static BinaryOperation Operation(BinaryOperator operation) => operation switch
    {
        BinaryOperator.Equal => BinaryOperation.Equal,
        BinaryOperator.NotEqual => BinaryOperation.NotEqual,
        BinaryOperator.Less => BinaryOperation.Less,
        BinaryOperator.LessOrEqual => BinaryOperation.LessOrEqual,
        BinaryOperator.Greater => BinaryOperation.Greater,
        BinaryOperator.GreaterOrEqual => BinaryOperation.GreaterOrEqual,
        BinaryOperator.And => BinaryOperation.And,
        BinaryOperator.Or => BinaryOperation.Or,
        BinaryOperator.BitAnd => BinaryOperation.BitAnd,
        BinaryOperator.BitOr => BinaryOperation.BitOr,
        BinaryOperator.BitXor => BinaryOperation.BitXor,
        BinaryOperator.ShiftLeft => BinaryOperation.ShiftLeft,
        BinaryOperator.ShiftRight => BinaryOperation.ShiftRight,
        _ => throw new InvalidOperationException("not a direct operation: " + operation),
    };

    protected static Value Cast(Value value, ElementType element)
    {
        var widened = ValueMath.Convert(value, LoadValue.Widened(element));
        return element is ElementType.F64 or ElementType.I64 or ElementType.Bool || (element == ElementType.F32 && value.Type == ScalarType.F32) ? widened : new RoundValue(element, widened);
    }

    protected Value Call(BoundCall call)
    {
        var arguments = call.Arguments.Select(Lower).ToImmutableArray();
        if (call.Kind == ValueKind.Float && call.Function != BuiltInFunction.Random)
        {
            var type = Precision(call.Arguments, arguments);
            arguments = arguments.Select(a => ValueMath.Convert(a, type)).ToImmutableArray();
        }
        else if (call.Function == BuiltInFunction.IsNan)
        {
            arguments = [arguments[0].Type == ScalarType.I64 ? ValueMath.Convert(arguments[0], Weak) : arguments[0]];
        }

        var first = arguments[0];
        Value Zero() => ValueMath.Convert(ValueMath.Integer(0), first.Type);
        Value Of(MathFunction function) => new CallValue(function, arguments, function switch
        {
            MathFunction.IsNan => ScalarType.Bool,
            MathFunction.Random => ScalarType.F32,
            _ => first.Type,
        });
        return call.Function switch
        {
            BuiltInFunction.Min => arguments.Skip(1).Aggregate(first, ValueMath.Minimum),
            BuiltInFunction.Max => arguments.Skip(1).Aggregate(first, ValueMath.Maximum),
            BuiltInFunction.Clamp => ValueMath.Minimum(ValueMath.Maximum(first, arguments[1]), arguments[2]),
            BuiltInFunction.Relu => ValueMath.Maximum(first, Zero()),
            BuiltInFunction.Silu => ValueMath.Multiply(first, new CallValue(MathFunction.Sigmoid, [first], first.Type)),
            BuiltInFunction.Abs => Of(MathFunction.Abs),
            BuiltInFunction.Exp => Of(MathFunction.Exp),
            BuiltInFunction.Exp2 => Of(MathFunction.Exp2),
            BuiltInFunction.Expm1 => Of(MathFunction.Expm1),
            BuiltInFunction.Log => Of(MathFunction.Log),
            BuiltInFunction.Log2 => Of(MathFunction.Log2),
            BuiltInFunction.Log1p => Of(MathFunction.Log1p),
            BuiltInFunction.Sqrt => Of(MathFunction.Sqrt),
            BuiltInFunction.Rsqrt => Of(MathFunction.Rsqrt),
            BuiltInFunction.Pow => Of(MathFunction.Pow),
            BuiltInFunction.Sin => Of(MathFunction.Sin),
            BuiltInFunction.Cos => Of(MathFunction.Cos),
            BuiltInFunction.Tan => Of(MathFunction.Tan),
            BuiltInFunction.Tanh => Of(MathFunction.Tanh),
            BuiltInFunction.Sigmoid => Of(MathFunction.Sigmoid),
            BuiltInFunction.Softplus => Of(MathFunction.Softplus),
            BuiltInFunction.Erf => Of(MathFunction.Erf),
            BuiltInFunction.Floor => Of(MathFunction.Floor),
            BuiltInFunction.Ceil => Of(MathFunction.Ceil),
            BuiltInFunction.Round => Of(MathFunction.Round),
            BuiltInFunction.Sign => Of(MathFunction.Sign),
            BuiltInFunction.IsNan => Of(MathFunction.IsNan),
            BuiltInFunction.Fma => Of(MathFunction.Fma),
            BuiltInFunction.Popcount => Of(MathFunction.Popcount),
            BuiltInFunction.Random => Of(MathFunction.Random),
            _ => throw new InvalidOperationException("unknown function " + call.Function),
        };
    }
}
