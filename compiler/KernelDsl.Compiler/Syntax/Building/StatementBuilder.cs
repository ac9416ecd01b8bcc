using Antlr4.Runtime;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Parsing;

namespace KernelDsl.Compiler.Syntax.Building;

/// <summary>The equations of a kernel.</summary>
internal sealed class StatementBuilder(ExpressionBuilder expressions, TypeBuilder types, SyntaxErrors errors)
{
    /// <summary>A statement; none where the text does not even tell of which kind it is.</summary>
    public StatementSyntax? Build(KdslParser.StatementContext context) => context switch
    {
        KdslParser.LetStatementContext let => Let(let),
        KdslParser.AssignmentStatementContext assignment => Assignment(assignment),
        _ => null,
    };

    private LetSyntax Let(KdslParser.LetStatementContext context)
    {
        var targets = context.letTargets();
        ImmutableArray<NameSyntax> names = targets is null ? [NameBuilder.Name(null, context)]
            : targets.OPEN_PAREN() is null ? [NameBuilder.Name(targets.name(), targets)]
            : NameBuilder.Names(targets.names());
        return new LetSyntax(
            names.IsEmpty ? [NameBuilder.Name(null, context)] : names,
            context.axes() is not null,
            types.Axes(context.axes()),
            expressions.Expression(context.expression(), context),
            expressions.Conjunction(context.conditions()),
            NodeSpans.Of(context));
    }

    private AssignmentSyntax Assignment(KdslParser.AssignmentStatementContext context)
    {
        ImmutableArray<AssignmentTargetSyntax> targets = [.. (context.targets()?.target() ?? []).Select(Target)];
        return new AssignmentSyntax(
            targets.IsEmpty ? [MissingTarget(context)] : targets,
            Operator(context.assignmentOperator()),
            expressions.Expression(context.expression(), context),
            expressions.Conjunction(context.conditions()),
            NodeSpans.Of(context));
    }

    private AssignmentTargetSyntax Target(KdslParser.TargetContext context)
        => new(
            NameBuilder.Name(context.name(), context),
            context.OPEN_BRACKET() is not null,
            expressions.Subscripts(context.subscripts()),
            NodeSpans.Of(context));

    private static AssignmentTargetSyntax MissingTarget(ParserRuleContext parent)
    {
        var span = NodeSpans.After(parent);
        return new AssignmentTargetSyntax(new NameSyntax("", span), false, [], span);
    }

    private AssignmentOperator Operator(KdslParser.AssignmentOperatorContext? context)
    {
        if (context?.PLUS_EQUALS() is not null)
        {
            return AssignmentOperator.Add;
        }

        switch (NameBuilder.TextOrEmpty(context?.name()))
        {
            case "":
                return AssignmentOperator.Define;
            case "max":
                return AssignmentOperator.Max;
            case "min":
                return AssignmentOperator.Min;
            case var other:
                if (context!.EQUALS() is not null)
                {
                    errors.Report(SyntaxDiagnostics.UnknownAssignment, NodeSpans.Of(context), Excerpt.Of(other));
                }

                return AssignmentOperator.Define;
        }
    }
}
