using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax;

/// <summary>An expression.</summary>
internal abstract record ExpressionSyntax(TextSpan Span) : SyntaxNode(Span);

/// <summary>Stands where the parser found no expression; an error was reported.</summary>
internal sealed record MissingExpressionSyntax(TextSpan Span) : ExpressionSyntax(Span);

/// <summary><c>16</c>, <c>0x1F</c></summary>
internal sealed record IntegerLiteralSyntax(long Value, TextSpan Span) : ExpressionSyntax(Span);

/// <summary><c>1e-5</c></summary>
internal sealed record FloatLiteralSyntax(double Value, TextSpan Span) : ExpressionSyntax(Span);

/// <summary><c>true</c>, <c>false</c></summary>
internal sealed record BooleanLiteralSyntax(bool Value, TextSpan Span) : ExpressionSyntax(Span);

/// <summary>A bare name: a tensor at its own axes, an axis, an extent, a parameter, a label, <c>inf</c>, <c>nan</c>, an element type.</summary>
internal sealed record NameExpressionSyntax(NameSyntax Name, TextSpan Span) : ExpressionSyntax(Span);

/// <summary><c>k[g: h / (H / G)]</c> or <c>k[b, g, j, d]</c></summary>
internal sealed record SubscriptExpressionSyntax(NameSyntax Name, ImmutableArray<SubscriptSyntax> Subscripts, TextSpan Span) : ExpressionSyntax(Span);

/// <summary>One subscript, named or positional.</summary>
internal sealed record SubscriptSyntax(NameSyntax? Axis, ExpressionSyntax Value, TextSpan Span) : SyntaxNode(Span);

/// <summary><c>sum[d](…)</c>, <c>topk[j, 8](…)</c>: a name, subscripts, and one operand.</summary>
internal sealed record ReductionSyntax(NameSyntax Name, ImmutableArray<SubscriptSyntax> Axes, ExpressionSyntax Body, TextSpan Span) : ExpressionSyntax(Span);

/// <summary><c>exp(x)</c></summary>
internal sealed record CallSyntax(NameSyntax Name, ImmutableArray<ExpressionSyntax> Arguments, TextSpan Span) : ExpressionSyntax(Span);

/// <summary><c>-x</c>, <c>!x</c>, <c>~x</c></summary>
internal sealed record UnarySyntax(UnaryOperator Operator, ExpressionSyntax Operand, TextSpan Span) : ExpressionSyntax(Span);

/// <summary><c>a + b</c></summary>
internal sealed record BinarySyntax(BinaryOperator Operator, ExpressionSyntax Left, ExpressionSyntax Right, TextSpan Span) : ExpressionSyntax(Span);

/// <summary><c>if c then a else b</c></summary>
internal sealed record ConditionalSyntax(ExpressionSyntax Condition, ExpressionSyntax WhenTrue, ExpressionSyntax WhenFalse, TextSpan Span) : ExpressionSyntax(Span);

/// <summary><c>x[i - 1] else 0</c></summary>
internal sealed record ElseSyntax(ExpressionSyntax Value, ExpressionSyntax Otherwise, TextSpan Span) : ExpressionSyntax(Span);

/// <summary><c>x as f16</c></summary>
internal sealed record CastSyntax(ExpressionSyntax Value, NameSyntax Type, TextSpan Span) : ExpressionSyntax(Span);

/// <summary><c>(x)</c>; kept so that the formatter and spans are exact.</summary>
internal sealed record ParenthesizedSyntax(ExpressionSyntax Value, TextSpan Span) : ExpressionSyntax(Span);

/// <summary>The operators with one operand.</summary>
internal enum UnaryOperator
{
    /// <summary><c>-</c></summary>
    Negate,

    /// <summary><c>!</c></summary>
    Not,

    /// <summary><c>~</c></summary>
    Complement,
}

/// <summary>The operators with two operands.</summary>
internal enum BinaryOperator
{
    Add, Subtract, Multiply, Divide, Remainder,
    Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual,
    And, Or,
    BitAnd, BitOr, BitXor, ShiftLeft, ShiftRight,
}
