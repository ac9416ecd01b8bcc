using Antlr4.Runtime;
using KernelDsl.Compiler.Syntax.Grammar;

namespace KernelDsl.Compiler.Syntax.Building;

/// <summary>From operator tokens to operators.</summary>
internal static class Operators
{
    public static UnaryOperator Unary(IToken token) => token.Type switch
    {
        KdslParser.MINUS => UnaryOperator.Negate,
        KdslParser.BANG => UnaryOperator.Not,
        KdslParser.TILDE => UnaryOperator.Complement,
        _ => throw Unknown(token),
    };

    public static BinaryOperator Binary(IToken token) => token.Type switch
    {
        KdslParser.PLUS => BinaryOperator.Add,
        KdslParser.MINUS => BinaryOperator.Subtract,
        KdslParser.STAR => BinaryOperator.Multiply,
        KdslParser.SLASH => BinaryOperator.Divide,
        KdslParser.PERCENT => BinaryOperator.Remainder,
        KdslParser.EQUALS_EQUALS => BinaryOperator.Equal,
        KdslParser.NOT_EQUALS => BinaryOperator.NotEqual,
        KdslParser.LESS => BinaryOperator.Less,
        KdslParser.LESS_EQUALS => BinaryOperator.LessOrEqual,
        KdslParser.GREATER => BinaryOperator.Greater,
        KdslParser.GREATER_EQUALS => BinaryOperator.GreaterOrEqual,
        KdslParser.AND_AND => BinaryOperator.And,
        KdslParser.OR_OR => BinaryOperator.Or,
        KdslParser.AMPERSAND => BinaryOperator.BitAnd,
        KdslParser.PIPE => BinaryOperator.BitOr,
        KdslParser.CARET => BinaryOperator.BitXor,
        KdslParser.SHIFT_LEFT => BinaryOperator.ShiftLeft,
        KdslParser.SHIFT_RIGHT => BinaryOperator.ShiftRight,
        _ => throw Unknown(token),
    };

    /// <summary>How an operator is written.</summary>
    public static string Text(BinaryOperator op) => op switch
    {
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Remainder => "%",
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.And => "&&",
        BinaryOperator.Or => "||",
        BinaryOperator.BitAnd => "&",
        BinaryOperator.BitOr => "|",
        BinaryOperator.BitXor => "^",
        BinaryOperator.ShiftLeft => "<<",
        BinaryOperator.ShiftRight => ">>",
        _ => throw new InvalidOperationException($"Unknown operator {op}."),
    };

    /// <summary>How an operator is written.</summary>
    public static string Text(UnaryOperator op) => op switch
    {
        UnaryOperator.Negate => "-",
        UnaryOperator.Not => "!",
        UnaryOperator.Complement => "~",
        _ => throw new InvalidOperationException($"Unknown operator {op}."),
    };

    public static bool IsComparison(BinaryOperator op) => op is >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual;

    private static InvalidOperationException Unknown(IToken token) => new($"The grammar has an operator '{token.Text}' that the tree has not.");
}
