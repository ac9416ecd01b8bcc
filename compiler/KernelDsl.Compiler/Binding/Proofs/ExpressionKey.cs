using System.Globalization;
using System.Text;

namespace KernelDsl.Compiler.Binding.Proofs;

/// <summary>A text that is equal for expressions of equal meaning: integers are compared as polynomials, bound variables by position.</summary>
internal static class ExpressionKey
{
    public static string Of(BoundExpression expression, PolynomialBuilder builder, Bindings? bindings = null, int depth = 0)
    {
        var text = new StringBuilder();
        Write(text, expression, builder, bindings, depth);
        return text.ToString();
    }

    private static void Write(StringBuilder text, BoundExpression expression, PolynomialBuilder builder, Bindings? bindings, int depth)
    {
        DeepStack.Guard();
        void Nested(BoundExpression inner)
        {
            text.Append('(');
            if (inner.Kind == ValueKind.Integer && depth < 24)
            {
                text.Append(builder.Of(inner, bindings, depth + 1).Key());
            }
            else
            {
                Write(text, inner, builder, bindings, depth + 1);
            }

            text.Append(')');
        }

        text.Append(expression.GetType().Name).Append(' ');
        switch (expression)
        {
            case BoundInteger literal:
                text.Append(literal.Value);
                break;
            case BoundFloat literal:
                text.Append(literal.Value.ToString("R", CultureInfo.InvariantCulture));
                break;
            case BoundBoolean literal:
                text.Append(literal.Value);
                break;
            case BoundScalar scalar:
                text.Append(builder.Atoms.Identity(scalar.Symbol));
                break;
            case BoundRead read:
                text.Append(builder.Atoms.Identity(read.Tensor));
                Each(read.Indices);
                break;
            case BoundStored stored:
                text.Append(builder.Atoms.Identity(stored.Tensor));
                Each(stored.Indices);
                break;
            case BoundDefined defined:
                text.Append(builder.Atoms.Identity(defined.Tensor));
                Each(defined.Indices);
                break;
            case BoundUnary unary:
                text.Append(unary.Operator);
                Nested(unary.Operand);
                break;
            case BoundBinary binary:
                text.Append(binary.Operator);
                Nested(binary.Left);
                Nested(binary.Right);
                break;
            case BoundConditional conditional:
                Nested(conditional.Condition);
                Nested(conditional.WhenTrue);
                Nested(conditional.WhenFalse);
                break;
            case BoundElse otherwise:
                Nested(otherwise.Value);
                Nested(otherwise.Otherwise);
                break;
            case BoundCast cast:
                text.Append(cast.Type);
                Nested(cast.Value);
                break;
            case BoundCall call:
                text.Append(call.Function);
                Each(call.Arguments);
                break;
            default:
                // Reductions and the like are compared by identity: equal ones are rare and a missed equality is only a missed proof.
                text.Append('#').Append(builder.Atoms.Identity(expression));
                if (bindings is not null)
                {
                    text.Append('@').Append(builder.Atoms.Identity(bindings));
                }

                break;
        }

        void Each(ImmutableArray<BoundExpression> items)
        {
            foreach (var item in items)
            {
                Nested(item);
            }
        }
    }
}
