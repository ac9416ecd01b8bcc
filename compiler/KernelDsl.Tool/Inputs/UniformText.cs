using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Tool.Inputs;

/// <summary>Writes extents and other uniform expressions as the spec would, with no more parentheses than needed.</summary>
internal static class UniformText
{
    public static string Of(BoundExpression expression) => Write(expression, 0);

    private static string Write(BoundExpression expression, int outer) => expression switch
    {
        BoundInteger integer => integer.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        BoundFloat number => number.Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        BoundBoolean truth => truth.Value ? "true" : "false",
        BoundExtent extent => extent.Symbol.Name,
        BoundConst constant => constant.Symbol.Name,
        BoundScalar scalar => scalar.Symbol.Name,
        BoundUnary unary => $"{Sign(unary.Operator)}{Write(unary.Operand, 4)}",
        BoundBinary binary => Binary(binary, outer),
        BoundCall call => $"{call.Function.ToString().ToLowerInvariant()}({string.Join(", ", call.Arguments.Select(Of))})",
        BoundCast cast => Write(cast.Value, outer),
        _ => "…",
    };

    private static string Binary(BoundBinary binary, int outer)
    {
        var (symbol, level) = binary.Operator switch
        {
            BinaryOperator.Multiply => ("*", 3),
            BinaryOperator.Divide => ("/", 3),
            BinaryOperator.Remainder => ("%", 3),
            BinaryOperator.Add => ("+", 2),
            BinaryOperator.Subtract => ("-", 2),
            _ => (binary.Operator.ToString(), 1),
        };

        // 2*P binds close and reads better without spaces.
        var space = binary.Operator == BinaryOperator.Multiply ? "" : " ";
        var text = $"{Write(binary.Left, level)}{space}{symbol}{space}{Write(binary.Right, level + 1)}";
        return level < outer ? $"({text})" : text;
    }

    private static string Sign(UnaryOperator operation) => operation switch
    {
        UnaryOperator.Negate => "-",
        UnaryOperator.Not => "!",
        _ => "~",
    };
}
