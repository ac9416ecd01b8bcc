using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Lexing;
using KernelDsl.Compiler.Syntax.Parsing;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax.Building;

/// <summary>Schedules and their directives.</summary>
internal sealed class ScheduleBuilder(SourceText source, ExpressionBuilder expressions, SyntaxErrors errors)
{
    private readonly LiteralBuilder _literals = new(errors);

    public ScheduleSyntax Build(KdslParser.ScheduleContext context)
        => new(
            NameBuilder.Name(context.name(0), context),
            context.ON() is null ? null : NameBuilder.Name(context.name(1), context),
            context.OPEN_PAREN() is null ? null : NameBuilder.Name(context.name(2), context),
            [.. context.directive().Select(Directive)],
            NodeSpans.Of(context));

    private DirectiveSyntax Directive(KdslParser.DirectiveContext context)
        => new(NameBuilder.Name(context.name(), context), [.. context.directiveArgument().Select(Argument)], NodeSpans.Of(context));

    private DirectiveArgumentSyntax Argument(KdslParser.DirectiveArgumentContext context)
    {
        var values = context.choice().Select(choice => Choice(choice, context)).ToImmutableArray();
        NameSyntax? axis = null;
        if (HasAxis(context))
        {
            axis = (values[0] as NameExpressionSyntax)?.Name;
            if (axis is null)
            {
                errors.Report(SyntaxDiagnostics.MalformedDirective, values[0].Span, Excerpt.Of(source.ToString(values[0].Span)));
            }

            values = values.RemoveAt(0);
        }

        return new DirectiveArgumentSyntax(axis, values, NodeSpans.Of(context));
    }

    // An axis and its first value stand side by side, without a '|' between them.
    private static bool HasAxis(KdslParser.DirectiveArgumentContext context)
        => context.ChildCount > 1 && context.GetChild(1) is KdslParser.ChoiceContext;

    private ExpressionSyntax Choice(KdslParser.ChoiceContext context, KdslParser.DirectiveArgumentContext parent)
    {
        switch (context)
        {
            case KdslParser.LiteralChoiceContext { } choice when choice.literal() is { } literal:
                var value = _literals.Build(literal);
                return choice.MINUS() is { } minus
                    ? new UnarySyntax(UnaryOperator.Negate, value, minus.Symbol.Span().Union(value.Span))
                    : value;
            case KdslParser.NameChoiceContext choice:
                return new NameExpressionSyntax(NameBuilder.Name(choice.name(), choice), NodeSpans.Of(choice));
            case KdslParser.ParenthesizedChoiceContext choice:
                return new ParenthesizedSyntax(expressions.Expression(choice.expression(), choice), NodeSpans.Of(choice));
            default:
                return new MissingExpressionSyntax(NodeSpans.After(parent));
        }
    }
}
