using KernelDsl.Compiler.Syntax.Grammar;

namespace KernelDsl.Compiler.Syntax.Lexing;

/// <summary>Questions about kinds of tokens.</summary>
internal static class TokenKinds
{
    /// <summary>Whether an operand can end with this token, so that a '-' after it has two operands.</summary>
    public static bool EndsOperand(int type) => type
        is KdslParser.IDENTIFIER or KdslParser.INTEGER or KdslParser.HEX_INTEGER or KdslParser.FLOAT or KdslParser.BAD_NUMBER
        or KdslParser.TRUE or KdslParser.FALSE
        or KdslParser.CLOSE_PAREN or KdslParser.CLOSE_BRACKET or KdslParser.CLOSE_BRACE;

    public static bool IsKeyword(int type) => type is >= KdslParser.MODULE and <= KdslParser.WRT;

    public static bool IsComparison(int type) => type is >= KdslParser.EQUALS_EQUALS and <= KdslParser.GREATER_EQUALS;

    /// <summary>Whether the token joins two operands and so makes the tree deeper; <c>as</c> does too.</summary>
    public static bool IsBinaryOperator(int type) => type is (>= KdslParser.OR_OR and <= KdslParser.PERCENT) or KdslParser.AS;

    /// <summary>Whether the keyword is the first of an item.</summary>
    public static bool StartsItem(int type) => type
        is KdslParser.KERNEL or KdslParser.FN or KdslParser.EXAMPLE or KdslParser.SCHEDULE or KdslParser.GRADIENT
        or KdslParser.DETERMINISTIC or KdslParser.MODULE;
}
