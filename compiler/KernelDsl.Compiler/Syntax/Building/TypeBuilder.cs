using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Parsing;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax.Building;

/// <summary>Types, axes and formats.</summary>
internal sealed class TypeBuilder(SourceText source, ExpressionBuilder expressions, SyntaxErrors errors)
{
    private readonly ExtentBuilder _extents = new(source, expressions, errors);

    public TypeSyntax Type(KdslParser.TypeContext? context, KdslParser.ParameterContext parent)
    {
        if (context is null)
        {
            var end = NodeSpans.After(parent);
            return new TypeSyntax(new NameSyntax("", end), false, [], null, end);
        }

        return new TypeSyntax(
            NameBuilder.Name(context.name(), context),
            context.axes() is not null,
            Axes(context.axes()),
            context.format() is { ChildCount: > 0 } format ? Format(format) : null,
            NodeSpans.Of(context));
    }

    public ImmutableArray<AxisSyntax> Axes(KdslParser.AxesContext? context)
        => context is null ? [] : [.. context.axis().Select(Axis)];

    private AxisSyntax Axis(KdslParser.AxisContext context)
        => new(
            NameBuilder.Name(context.name(), context),
            context.COLON() is null ? null : _extents.Extent(context.extent(), context),
            NodeSpans.Of(context));

    private FormatSyntax Format(KdslParser.FormatContext context)
    {
        var name = NameBuilder.Name(context.name(0), context);
        var other = context.name(1);
        var span = NodeSpans.Of(context);
        if ((name.Text == "like") != (other is not null) && context.exception is null)
        {
            errors.Report(SyntaxDiagnostics.MalformedFormat, span, Excerpt.Of(source.ToString(span)));
        }

        var arguments = context.arguments();
        return new FormatSyntax(
            name,
            arguments is null ? [] : expressions.Expressions(arguments.expression(), arguments),
            other is null ? null : NameBuilder.Name(other, context),
            span);
    }
}
