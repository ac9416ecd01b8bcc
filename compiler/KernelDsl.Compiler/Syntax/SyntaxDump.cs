using System.Globalization;
using System.Text;
using KernelDsl.Compiler.Syntax.Building;

namespace KernelDsl.Compiler.Syntax;

/// <summary>Shows a tree as nested lists: one item, parameter or statement a line, expressions in prefix form.</summary>
internal static class SyntaxDump
{
    /// <summary>Shows a file.</summary>
    public static string Of(ModuleSyntax module)
    {
        var text = new StringBuilder();
        if (module.Name is { } name)
        {
            text.Append("(module ").Append(Name(name)).Append(")\n");
        }

        foreach (var item in module.Items)
        {
            SyntaxDumpItems.Append(text, item);
        }

        return text.ToString();
    }

    /// <summary>Shows an expression.</summary>
    public static string Of(ExpressionSyntax expression) => expression switch
    {
        MissingExpressionSyntax => "<missing>",
        IntegerLiteralSyntax integer => integer.Value.ToString(CultureInfo.InvariantCulture),
        FloatLiteralSyntax real => real.Value.ToString("R", CultureInfo.InvariantCulture) + "f",
        BooleanLiteralSyntax boolean => boolean.Value ? "true" : "false",
        NameExpressionSyntax name => Name(name.Name),
        SubscriptExpressionSyntax subscript => $"{Name(subscript.Name)}[{Subscripts(subscript.Subscripts)}]",
        ReductionSyntax reduction => $"({Name(reduction.Name)}[{Subscripts(reduction.Axes)}] {Of(reduction.Body)})",
        CallSyntax call => $"({Name(call.Name)}!{string.Concat(call.Arguments.Select(a => " " + Of(a)))})",
        UnarySyntax unary => $"({Operators.Text(unary.Operator)} {Of(unary.Operand)})",
        BinarySyntax binary => $"({Operators.Text(binary.Operator)} {Of(binary.Left)} {Of(binary.Right)})",
        ConditionalSyntax conditional => $"(if {Of(conditional.Condition)} {Of(conditional.WhenTrue)} {Of(conditional.WhenFalse)})",
        ElseSyntax value => $"(else {Of(value.Value)} {Of(value.Otherwise)})",
        CastSyntax cast => $"(as {Of(cast.Value)} {Name(cast.Type)})",
        ParenthesizedSyntax parenthesized => $"(_ {Of(parenthesized.Value)})",
        _ => throw new InvalidOperationException($"No dump of {expression.GetType().Name}."),
    };

    internal static string Name(NameSyntax name) => name.IsMissing ? "<missing>" : name.Text;

    internal static string Names(IEnumerable<NameSyntax> names) => string.Join(" ", names.Select(Name));

    internal static string Values(IEnumerable<ExpressionSyntax> values) => string.Join(" ", values.Select(Of));

    internal static string Subscripts(IEnumerable<SubscriptSyntax> subscripts)
        => string.Join(", ", subscripts.Select(s => s.Axis is { } axis ? $"{Name(axis)}: {Of(s.Value)}" : Of(s.Value)));
}
