using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Parsing;

namespace KernelDsl.Compiler.Syntax.Building;

/// <summary>The parameters and outputs of a kernel.</summary>
internal sealed class SignatureBuilder(ExpressionBuilder expressions, TypeBuilder types, SyntaxErrors errors)
{
    public ImmutableArray<GenericParameterSyntax> GenericParameters(KdslParser.GenericParametersContext? context)
    {
        if (context is null)
        {
            return [];
        }

        if (context.GREATER() is not null && context.genericParameter().Length == 0)
        {
            errors.Report(SyntaxDiagnostics.EmptyList, NodeSpans.Of(context), "the list '<>'", "remove it, or name a type or const parameter");
        }

        return [.. context.genericParameter().Select(GenericParameter).OfType<GenericParameterSyntax>()];
    }

    public ImmutableArray<ParameterSyntax> Parameters(KdslParser.ParametersContext? context)
        => context is null ? [] : [.. context.parameter().Select(Parameter)];

    public ImmutableArray<ParameterSyntax> Outputs(KdslParser.KernelHeaderContext context)
    {
        var outputs = Parameters(NodeSpans.PartAfter<KdslParser.ParametersContext>(context, KdslParser.ARROW));
        if (context.OPEN_BRACE() is null)
        {
            return outputs; // the signature is cut short by an error, which was reported
        }

        foreach (var output in outputs)
        {
            if (output.Default is { } value)
            {
                errors.Report(SyntaxDiagnostics.OutputWithDefault, value.Span, output.Name.Text);
            }
        }

        if (outputs.IsEmpty)
        {
            var name = NameBuilder.Name(context.name(), context);
            errors.Report(SyntaxDiagnostics.KernelWithoutOutput, name.Span, name.Text);
        }

        return outputs;
    }

    private GenericParameterSyntax? GenericParameter(KdslParser.GenericParameterContext context)
    {
        switch (context)
        {
            case KdslParser.TypeParameterContext type:
                return new TypeParameterSyntax(
                    NameBuilder.Name(type.name(0), type),
                    [.. type.name().Skip(1).Select(name => NameBuilder.Name(name, type))],
                    NodeSpans.Of(type));
            case KdslParser.ConstParameterContext constant:
                var fallback = NodeSpans.PartAfter<KdslParser.SumContext>(constant, KdslParser.EQUALS);
                return new ConstParameterSyntax(
                    NameBuilder.Name(constant.name(), constant),
                    [.. constant.sum().Where(sum => sum != fallback).Select(sum => expressions.Sum(sum, constant))],
                    constant.EQUALS() is null ? null : expressions.Sum(fallback, constant),
                    NodeSpans.Of(constant));
            default:
                return null;
        }
    }

    private ParameterSyntax Parameter(KdslParser.ParameterContext context)
        => new(
            NameBuilder.Name(context.name(), context),
            types.Type(context.type(), context),
            context.EQUALS() is null ? null : expressions.Expression(context.expression(), context),
            NodeSpans.Of(context));
}
