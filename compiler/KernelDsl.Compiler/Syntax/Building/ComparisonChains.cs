using Antlr4.Runtime;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Lexing;
using KernelDsl.Compiler.Syntax.Parsing;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax.Building;

/// <summary>Finds <c>a &lt; b &lt; c</c>, which the grammar takes and mathematics means otherwise.</summary>
internal sealed class ComparisonChains(SourceText source, SyntaxErrors errors)
{
    /// <summary>Checks a comparison; a longer chain is reported at its first two comparisons.</summary>
    public void Check(ExpressionSyntax left, IToken op, ExpressionSyntax right)
    {
        if (TokenKinds.IsComparison(op.Type) && AsComparison(left) is { } first && AsComparison(first.Left) is null)
        {
            var (a, b, c) = (Text(first.Left), Text(first.Right), Text(right));
            var fix = $"{a} {Operators.Text(first.Operator)} {b} && {b} {op.Text} {c}";
            errors.Report(SyntaxDiagnostics.ChainedComparison, first.Span.Union(right.Span), fix);
        }
    }

    private static BinarySyntax? AsComparison(ExpressionSyntax expression)
        => expression is BinarySyntax binary && Operators.IsComparison(binary.Operator) ? binary : null;

    private string Text(ExpressionSyntax expression) => Excerpt.Of(source.ToString(expression.Span));
}
