using System.Text;
using static KernelDsl.Compiler.Syntax.SyntaxDump;

namespace KernelDsl.Compiler.Syntax;

/// <summary>Shows items, signatures and statements.</summary>
internal static class SyntaxDumpItems
{
    public static void Append(StringBuilder text, ItemSyntax item)
    {
        switch (item)
        {
            case KernelSyntax kernel:
                Kernel(text, kernel);
                break;
            case FunctionSyntax function:
                Documentation(text, function.Documentation);
                text.Append($"(fn {Name(function.Name)} ({Names(function.Parameters)}) {Of(function.Body)})\n");
                break;
            case ExampleSyntax example:
                var entries = string.Concat(example.Entries.Select(e => $" ({Name(e.Name)} {Of(e.Value)})"));
                text.Append($"(example {Name(example.Kernel)} {Name(example.Name)}{entries})\n");
                break;
            case ScheduleSyntax schedule:
                Schedule(text, schedule);
                break;
            case GradientSyntax gradient:
                text.Append($"(gradient {Name(gradient.Kernel)} {Names(gradient.Parameters)})\n");
                break;
            default:
                throw new InvalidOperationException($"No dump of {item.GetType().Name}.");
        }
    }

    private static void Kernel(StringBuilder text, KernelSyntax kernel)
    {
        Documentation(text, kernel.Documentation);
        text.Append($"({(kernel.IsDeterministic ? "deterministic-" : "")}kernel {Name(kernel.Name)}\n");
        foreach (var parameter in kernel.GenericParameters)
        {
            text.Append("  ").Append(Generic(parameter)).Append('\n');
        }

        foreach (var parameter in kernel.Parameters)
        {
            text.Append("  ").Append(Parameter("in", parameter)).Append('\n');
        }

        foreach (var output in kernel.Outputs)
        {
            text.Append("  ").Append(Parameter("out", output)).Append('\n');
        }

        foreach (var condition in kernel.Where)
        {
            text.Append($"  (where {Of(condition)})\n");
        }

        foreach (var statement in kernel.Statements)
        {
            text.Append("  ").Append(Statement(statement)).Append('\n');
        }

        text.Append(")\n");
    }

    private static void Documentation(StringBuilder text, string documentation)
    {
        if (documentation.Length > 0)
        {
            text.Append($"; {documentation.Replace("\n", "\n; ")}\n");
        }
    }

    private static string Generic(GenericParameterSyntax parameter) => parameter switch
    {
        TypeParameterSyntax type => $"(type {Name(type.Name)} {Names(type.Allowed)})",
        ConstParameterSyntax constant => $"(const {Name(constant.Name)}"
            + (constant.Allowed.IsEmpty ? "" : $" in {Values(constant.Allowed)}")
            + (constant.Default is { } value ? $" = {Of(value)})" : ")"),
        _ => throw new InvalidOperationException($"No dump of {parameter.GetType().Name}."),
    };

    private static string Parameter(string direction, ParameterSyntax parameter)
        => $"({direction} {Name(parameter.Name)} {Type(parameter.Type)}{(parameter.Default is { } value ? $" = {Of(value)}" : "")})";

    private static string Type(TypeSyntax type)
        => Name(type.Element) + (type.HasAxes ? Axes(type.Axes) : "") + (type.Format is { } format ? " " + Format(format) : "");

    private static string Format(FormatSyntax format)
        => format.Like is { } like ? $"(like {Name(like)})"
            : format.Arguments.IsEmpty ? Name(format.Name)
            : $"({Name(format.Name)} {Values(format.Arguments)})";

    private static string Axes(IEnumerable<AxisSyntax> axes) => $"[{string.Join(", ", axes.Select(Axis))}]";

    private static string Axis(AxisSyntax axis) => Name(axis.Name) + axis.Extent switch
    {
        null => "",
        ExpressionExtentSyntax extent => ": " + Of(extent.Value),
        LabelsExtentSyntax extent => $": {{{Names(extent.Labels)}}}",
        RaggedExtentSyntax extent => $": (ragged {Name(extent.Start)}{Axes([extent.Group])})",
        PagedExtentSyntax extent
            => $": (paged {Name(extent.Table)}{Axes(extent.TableAxes)} {Name(extent.Length)}{Axes(extent.LengthAxes)} {Of(extent.PageSize)})",
        _ => throw new InvalidOperationException($"No dump of {axis.Extent.GetType().Name}."),
    };

    private static string Statement(StatementSyntax statement) => statement switch
    {
        LetSyntax let => $"(let {string.Join(", ", let.Targets.Select(Name))}{(let.HasAxes ? Axes(let.Axes) : "")} {Of(let.Value)}{Where(let.Where)})",
        AssignmentSyntax assignment
            => $"({Operator(assignment.Operator)} {string.Join(", ", assignment.Targets.Select(Target))} {Of(assignment.Value)}{Where(assignment.Where)})",
        _ => throw new InvalidOperationException($"No dump of {statement.GetType().Name}."),
    };

    private static string Where(ExpressionSyntax? condition) => condition is null ? "" : $" (where {Of(condition)})";

    private static string Target(AssignmentTargetSyntax target)
        => Name(target.Name) + (target.HasSubscripts ? $"[{Subscripts(target.Subscripts)}]" : "");

    private static string Operator(AssignmentOperator op) => op switch
    {
        AssignmentOperator.Define => "=",
        AssignmentOperator.Add => "+=",
        AssignmentOperator.Max => "max=",
        AssignmentOperator.Min => "min=",
        _ => throw new InvalidOperationException($"Unknown assignment {op}."),
    };

    private static void Schedule(StringBuilder text, ScheduleSyntax schedule)
    {
        var target = schedule.Target is { } name ? " on " + Name(name) : "";
        var architecture = schedule.Architecture is { } part ? $"({Name(part)})" : "";
        text.Append($"(schedule {Name(schedule.Kernel)}{target}{architecture}");
        foreach (var directive in schedule.Directives)
        {
            text.Append($" ({Name(directive.Name)}{string.Concat(directive.Arguments.Select(Argument))})");
        }

        text.Append(")\n");
    }

    private static string Argument(DirectiveArgumentSyntax argument)
        => argument.Axis is { } axis ? $" ({Name(axis)} {Values(argument.Values)})" : $" ({Values(argument.Values)})";
}
