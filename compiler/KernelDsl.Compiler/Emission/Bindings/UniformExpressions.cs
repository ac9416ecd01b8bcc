using System.Globalization;
using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Emission.Bindings;

/// <summary>Writes expressions over extents and consts as the postfix text of signatures, without knowing types or equations.</summary>
internal sealed class UniformExpressions(ImmutableDictionary<string, string> argumentNames)
{
    /// <summary>The text, or null for what a host cannot compute.</summary>
    public string? TryWrite(BoundExpression expression)
    {
        DeepStack.Guard();
        return expression switch
        {
            BoundInteger literal => literal.Value.ToString(CultureInfo.InvariantCulture),
            BoundFloat literal => Literal(literal.Value),
            BoundBoolean literal => literal.Value ? "1" : "0",
            BoundExtent extent => Name(extent.Symbol),
            BoundConst constant => Name(constant.Symbol),
            BoundUnary unary => Unary(unary),
            BoundBinary binary => Binary(binary),
            BoundConditional conditional => Join(
                TryWrite(conditional.Condition), As(conditional.WhenTrue, conditional.Kind), As(conditional.WhenFalse, conditional.Kind), "?:"),
            BoundCast cast => As(cast.Value, cast.Kind),
            BoundCall call => Call(call),
            _ => null,
        };
    }

    /// <summary>The text of a size, which is always one that a host can compute.</summary>
    public string Write(BoundExpression expression)
        => TryWrite(expression) ?? throw new InvalidOperationException($"A size cannot be a {expression.GetType().Name}.");

    /// <summary>The value of an expression as another kind.</summary>
    public string? As(BoundExpression expression, ValueKind kind) => (expression.Kind, kind) switch
    {
        var (from, to) when from == to => TryWrite(expression),
        (ValueKind.Float, ValueKind.Integer) => Join(TryWrite(expression), "integer"),
        (ValueKind.Float, ValueKind.Bool) => Join(TryWrite(expression), "0f", "f!="),
        (_, ValueKind.Float) => Join(TryWrite(expression), "float"),
        (_, ValueKind.Bool) => Join(TryWrite(expression), "0", "!="),
        _ => TryWrite(expression),
    };

    public string Name(Symbol symbol) => HostExpressionWriter.Named(argumentNames[symbol.Name]);

    // An infinity is a quotient; there is no literal for it.
    private static string Literal(double value)
        => double.IsNaN(value) ? "0f 0f f/" : double.IsInfinity(value) ? $"{(value > 0 ? "1f" : "-1f")} 0f f/" : HostExpressionWriter.Number(value);

    private string? Unary(BoundUnary unary) => (unary.Operator, unary.Kind) switch
    {
        (UnaryOperator.Negate, ValueKind.Float) => Join(TryWrite(unary.Operand), "fneg"),
        (UnaryOperator.Negate, _) => Join(TryWrite(unary.Operand), "neg"),
        (UnaryOperator.Not, _) => Join(TryWrite(unary.Operand), "!"),
        _ => Join(TryWrite(unary.Operand), "~"),
    };

    private string? Binary(BoundBinary binary)
    {
        var isFloat = binary.Left.Kind == ValueKind.Float || binary.Right.Kind == ValueKind.Float;
        var kind = isFloat ? ValueKind.Float : binary.Left.Kind;
        return Join(As(binary.Left, kind), As(binary.Right, kind), (isFloat ? "f" : string.Empty) + OperatorText.Of(binary.Operator));
    }

    private string? Call(BoundCall call)
    {
        var isFloat = call.Kind == ValueKind.Float;
        var prefix = isFloat ? "f" : string.Empty;
        var arguments = call.Arguments.Select(argument => As(argument, call.Kind)).ToArray();
        string? Of(string operation) => Join(arguments[0], operation);
        return call.Function switch
        {
            BuiltInFunction.Min => arguments.Skip(1).Aggregate(arguments[0], (a, b) => Join(a, b, prefix + "min")),
            BuiltInFunction.Max => arguments.Skip(1).Aggregate(arguments[0], (a, b) => Join(a, b, prefix + "max")),
            BuiltInFunction.Clamp => Join(arguments[0], arguments[1], prefix + "max", arguments[2], prefix + "min"),
            BuiltInFunction.Abs => Of(prefix + "abs"),
            BuiltInFunction.Sqrt => Of("fsqrt"),
            BuiltInFunction.Rsqrt => Join("1f", arguments[0], "fsqrt", "f/"),
            BuiltInFunction.Exp => Of("fexp"),
            BuiltInFunction.Log => Of("flog"),
            BuiltInFunction.Floor => Of("ffloor"),
            BuiltInFunction.Ceil => Of("fceil"),
            _ => null,
        };
    }

    private static string? Join(params string?[] parts) => parts.Contains(null) ? null : string.Join(" ", parts);
}
