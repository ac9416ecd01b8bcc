using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Parsing;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax.Building;

/// <summary>What follows the colon of an axis. The grammar reads <c>ragged(…)</c> and <c>paged(…)</c> as calls.</summary>
internal sealed class ExtentBuilder(SourceText source, ExpressionBuilder expressions, SyntaxErrors errors)
{
    public AxisExtentSyntax Extent(KdslParser.ExtentContext? context, KdslParser.AxisContext parent)
    {
        if (context is null)
        {
            var end = NodeSpans.After(parent);
            return new ExpressionExtentSyntax(new MissingExpressionSyntax(end), end);
        }

        if (context.labels() is { } labels)
        {
            var names = NameBuilder.Names(labels.names());
            if (names.IsEmpty && labels.CLOSE_BRACE() is not null)
            {
                errors.Report(SyntaxDiagnostics.EmptyList, NodeSpans.Of(labels), "the list of labels", "name the places of the axis, such as '{re, im}'");
            }

            return new LabelsExtentSyntax(names, NodeSpans.Of(labels));
        }

        var value = expressions.Expression(context.expression(), context);
        var isCut = context.exception is not null || context.expression()?.exception is not null;
        return value switch
        {
            CallSyntax { Name.Text: "ragged" } call when !isCut => Ragged(call),
            CallSyntax { Name.Text: "paged" } call when !isCut => Paged(call),
            _ => new ExpressionExtentSyntax(value, value.Span),
        };
    }

    private AxisExtentSyntax Ragged(CallSyntax call)
    {
        if (call.Arguments.Length == 1 && call.Arguments[0] is SubscriptExpressionSyntax { Subscripts.Length: 1 } start
            && Axis(start.Subscripts[0]) is { } axis)
        {
            return new RaggedExtentSyntax(start.Name, axis, call.Span);
        }

        return Malformed(SyntaxDiagnostics.MalformedRagged, call);
    }

    private AxisExtentSyntax Paged(CallSyntax call)
    {
        if (call.Arguments.Length == 3
            && call.Arguments[0] is SubscriptExpressionSyntax table
            && call.Arguments[1] is SubscriptExpressionSyntax length
            && Axes(table) is { } tableAxes && Axes(length) is { } lengthAxes)
        {
            return new PagedExtentSyntax(table.Name, tableAxes, length.Name, lengthAxes, call.Arguments[2], call.Span);
        }

        return Malformed(SyntaxDiagnostics.MalformedPaged, call);
    }

    private ExpressionExtentSyntax Malformed(DiagnosticDescriptor descriptor, CallSyntax call)
    {
        errors.Report(descriptor, call.Span, Excerpt.Of(source.ToString(call.Span)));
        return new ExpressionExtentSyntax(new MissingExpressionSyntax(call.Span), call.Span);
    }

    private static ImmutableArray<AxisSyntax>? Axes(SubscriptExpressionSyntax tensor)
    {
        var axes = tensor.Subscripts.Select(Axis).OfType<AxisSyntax>().ToImmutableArray();
        return axes.Length == tensor.Subscripts.Length ? axes : null;
    }

    // 'e: E' introduces an axis and 'b' uses one, as in the brackets of a type.
    private static AxisSyntax? Axis(SubscriptSyntax subscript) => subscript switch
    {
        { Axis: { } name } => new AxisSyntax(name, new ExpressionExtentSyntax(subscript.Value, subscript.Value.Span), subscript.Span),
        { Value: NameExpressionSyntax use } => new AxisSyntax(use.Name, null, subscript.Span),
        _ => null,
    };
}
