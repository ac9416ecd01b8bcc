using Antlr4.Runtime;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Parsing;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax.Building;

/// <summary>From expression trees of the grammar to expression nodes.</summary>
internal sealed class ExpressionBuilder(SourceText source, SyntaxErrors errors)
{
    private readonly LiteralBuilder _literals = new(errors);
    private readonly ComparisonChains _chains = new(source, errors);

    public ExpressionSyntax Expression(KdslParser.ExpressionContext? context, ParserRuleContext parent)
    {
        DeepStack.Guard();
        switch (context)
        {
            case KdslParser.ConditionalExpressionContext conditional:
                return new ConditionalSyntax(
                    Expression(conditional.expression(0), conditional),
                    Operation(conditional.operation(), conditional),
                    Expression(conditional.expression(1), conditional),
                    NodeSpans.Of(conditional));
            case KdslParser.ElseExpressionContext value:
                var left = Operation(value.operation(), value);
                return value.ELSE() is null
                    ? left
                    : new ElseSyntax(left, Expression(value.expression(), value), NodeSpans.Of(value));
            default:
                return Missing(context, parent);
        }
    }

    public ImmutableArray<ExpressionSyntax> Expressions(IEnumerable<KdslParser.ExpressionContext> contexts, ParserRuleContext parent)
        => [.. contexts.Select(context => Expression(context, parent))];

    /// <summary>Conditions joined by 'and', left to right.</summary>
    public ExpressionSyntax? Conjunction(KdslParser.ConditionsContext? context)
    {
        ExpressionSyntax? all = null;
        foreach (var condition in Conditions(context))
        {
            all = all is null ? condition : new BinarySyntax(BinaryOperator.And, all, condition, all.Span.Union(condition.Span));
        }

        return all;
    }

    public ImmutableArray<ExpressionSyntax> Conditions(KdslParser.ConditionsContext? context)
        => context is null ? [] : Expressions(context.expression(), context);

    public ExpressionSyntax Sum(KdslParser.SumContext? context, ParserRuleContext parent)
    {
        DeepStack.Guard();
        switch (context)
        {
            case KdslParser.PrimarySumContext primary:
                return Primary(primary.primary(), primary);
            case KdslParser.UnarySumContext unary:
                return new UnarySyntax(Operators.Unary(unary.op), Sum(unary.sum(), unary), NodeSpans.Of(unary));
            case KdslParser.CastSumContext cast:
                return new CastSyntax(Sum(cast.sum(), cast), NameBuilder.Name(cast.name(), cast), NodeSpans.Of(cast));
            case KdslParser.BinarySumContext { op: not null } binary:
                return new BinarySyntax(
                    Operators.Binary(binary.op), Sum(binary.sum(0), binary), Sum(binary.sum(1), binary), NodeSpans.Of(binary));
            default:
                return Missing(context, parent);
        }
    }

    public ImmutableArray<SubscriptSyntax> Subscripts(KdslParser.SubscriptsContext? context)
        => context is null ? [] : [.. context.subscript().Select(Subscript)];

    private ExpressionSyntax Operation(KdslParser.OperationContext? context, ParserRuleContext parent)
    {
        DeepStack.Guard();
        switch (context)
        {
            case KdslParser.SumOperationContext sum:
                return Sum(sum.sum(), sum);
            case KdslParser.BinaryOperationContext { op: not null } binary:
                var left = Operation(binary.operation(0), binary);
                var right = Operation(binary.operation(1), binary);
                _chains.Check(left, binary.op, right);
                return new BinarySyntax(Operators.Binary(binary.op), left, right, NodeSpans.Of(binary));
            default:
                return Missing(context, parent);
        }
    }

    private ExpressionSyntax Primary(KdslParser.PrimaryContext? context, ParserRuleContext parent)
    {
        switch (context)
        {
            case KdslParser.LiteralPrimaryContext { } literal when literal.literal() is { } token:
                return _literals.Build(token);
            case KdslParser.ParenthesizedPrimaryContext parenthesized:
                return new ParenthesizedSyntax(Expression(parenthesized.expression(), parenthesized), NodeSpans.Of(parenthesized));
            case KdslParser.NamePrimaryContext name:
                return Named(name);
            default:
                return Missing(context, parent);
        }
    }

    private ExpressionSyntax Named(KdslParser.NamePrimaryContext context)
    {
        var span = NodeSpans.Of(context);
        var name = NameBuilder.Name(context.name(), context);
        if (context.call is not null)
        {
            var arguments = context.arguments();
            return new CallSyntax(name, arguments is null ? [] : Expressions(arguments.expression(), arguments), span);
        }

        if (context.OPEN_BRACKET() is null)
        {
            return new NameExpressionSyntax(name, span);
        }

        var subscripts = Subscripts(context.subscripts());
        if (context.OPEN_PAREN() is null)
        {
            return new SubscriptExpressionSyntax(name, subscripts, span);
        }

        if (subscripts.IsEmpty)
        {
            errors.Report(
                SyntaxDiagnostics.EmptyList, name.Span, $"the list of axes of '{name.Text}[]'", $"name the axes, such as '{name.Text}[i](x)'");
        }

        return new ReductionSyntax(name, subscripts, Expression(context.expression(), context), span);
    }

    private SubscriptSyntax Subscript(KdslParser.SubscriptContext context)
    {
        var span = NodeSpans.Of(context);
        var first = Expression(context.expression(0), context);
        if (context.COLON() is null)
        {
            return new SubscriptSyntax(null, first, span);
        }

        if (first is not NameExpressionSyntax name)
        {
            errors.Report(SyntaxDiagnostics.SubscriptAxisNotAName, first.Span, Excerpt.Of(source.ToString(first.Span)));
            name = new NameExpressionSyntax(new NameSyntax("", first.Span), first.Span);
        }

        return new SubscriptSyntax(name.Name, Expression(context.expression(1), context), span);
    }

    private static MissingExpressionSyntax Missing(ParserRuleContext? context, ParserRuleContext parent)
        => new(context is null ? NodeSpans.After(parent) : NodeSpans.Of(context));
}
