using Antlr4.Runtime;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Parsing;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax.Building;

/// <summary>The items of a file.</summary>
internal sealed class ItemBuilder
{
    private readonly Documentation _documentation;
    private readonly ExpressionBuilder _expressions;
    private readonly SignatureBuilder _signatures;
    private readonly StatementBuilder _statements;
    private readonly ScheduleBuilder _schedules;

    public ItemBuilder(SourceText source, Documentation documentation, SyntaxErrors errors)
    {
        _documentation = documentation;
        _expressions = new ExpressionBuilder(source, errors);
        var types = new TypeBuilder(source, _expressions, errors);
        _signatures = new SignatureBuilder(_expressions, types, errors);
        _statements = new StatementBuilder(_expressions, types, errors);
        _schedules = new ScheduleBuilder(source, _expressions, errors);
    }

    /// <summary>A kernel from its signature, if that could be read at all, and its statements.</summary>
    public KernelSyntax Kernel(KdslParser.KernelHeaderContext? header, IToken start, ImmutableArray<StatementSyntax> statements, TextSpan span)
    {
        var documentation = _documentation.Before(start);
        return header is null
            ? new KernelSyntax(new NameSyntax("", new TextSpan(span.Start, 0)), false, [], [], [], [], statements, documentation, span)
            : new KernelSyntax(
                NameBuilder.Name(header.name(), header),
                header.DETERMINISTIC() is not null,
                _signatures.GenericParameters(header.genericParameters()),
                _signatures.Parameters(NodeSpans.PartAfter<KdslParser.ParametersContext>(header, KdslParser.OPEN_PAREN) is { } parameters
                    && !IsAfterArrow(header, parameters) ? parameters : null),
                _signatures.Outputs(header),
                _expressions.Conditions(header.conditions()),
                statements,
                documentation,
                span);
    }

    public StatementSyntax? Statement(KdslParser.StatementContext context) => _statements.Build(context);

    public ItemSyntax Function(KdslParser.FunctionContext context)
        => new FunctionSyntax(
            NameBuilder.Name(context.name(), context),
            NameBuilder.Names(context.names()),
            _expressions.Expression(context.expression(), context),
            _documentation.Before(context.Start),
            NodeSpans.Of(context));

    public ItemSyntax Example(KdslParser.ExampleContext context)
        => new ExampleSyntax(
            NameBuilder.Name(context.name(0), context),
            NameBuilder.Name(context.name(1), context),
            [.. context.exampleEntry().Select(Entry)],
            NodeSpans.Of(context));

    public ItemSyntax Schedule(KdslParser.ScheduleContext context) => _schedules.Build(context);

    public static ItemSyntax Gradient(KdslParser.GradientContext context)
        => new GradientSyntax(NameBuilder.Name(context.name(), context), NameBuilder.Names(context.names()), NodeSpans.Of(context));

    private ExampleEntrySyntax Entry(KdslParser.ExampleEntryContext context)
        => new(NameBuilder.Name(context.name(), context), _expressions.Expression(context.expression(), context), NodeSpans.Of(context));

    // A kernel without parameters has only outputs.
    private static bool IsAfterArrow(KdslParser.KernelHeaderContext header, KdslParser.ParametersContext parameters)
        => NodeSpans.PartAfter<KdslParser.ParametersContext>(header, KdslParser.ARROW) == parameters;
}
