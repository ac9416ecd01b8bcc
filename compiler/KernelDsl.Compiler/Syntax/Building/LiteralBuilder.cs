using System.Globalization;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Parsing;

namespace KernelDsl.Compiler.Syntax.Building;

/// <summary>Numbers and truth values.</summary>
internal sealed class LiteralBuilder(SyntaxErrors errors)
{
    public ExpressionSyntax Build(KdslParser.LiteralContext context)
    {
        var span = NodeSpans.Of(context);
        if (context.ChildCount == 0)
        {
            return new MissingExpressionSyntax(span);
        }

        var token = context.Start;
        var digits = token.Text.Replace("_", "");
        switch (token.Type)
        {
            case KdslParser.TRUE or KdslParser.FALSE:
                return new BooleanLiteralSyntax(token.Type == KdslParser.TRUE, span);
            case KdslParser.FLOAT:
                if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) || double.IsInfinity(real))
                {
                    errors.Report(SyntaxDiagnostics.FloatOutOfRange, span, Excerpt.Of(token.Text));
                }

                return new FloatLiteralSyntax(real, span);
            case KdslParser.INTEGER:
                return Integer(digits, NumberStyles.None, 0);
            case KdslParser.HEX_INTEGER:
                return Integer(digits.Substring(2), NumberStyles.AllowHexSpecifier, 0);
            default: // a malformed number, which was reported
                return new IntegerLiteralSyntax(0, span);
        }

        IntegerLiteralSyntax Integer(string text, NumberStyles style, long fallback)
        {
            // Sixteen hexadecimal digits from 8 on parse as a negative number.
            if (!long.TryParse(text, style, CultureInfo.InvariantCulture, out var value) || value < 0)
            {
                errors.Report(SyntaxDiagnostics.IntegerOutOfRange, span, Excerpt.Of(token.Text));
                value = fallback;
            }

            return new IntegerLiteralSyntax(value, span);
        }
    }
}
