using System.Globalization;
using System.Text;
using KernelDsl.Compiler.Syntax.Building;

namespace KernelDsl.Compiler.Syntax;

/// <summary>Shows a tree as nested lists: one item, parameter or statement a line, expressions in prefix form.</summary>
internal static class SyntaxDump
{
    /// <summary>Shows a file.</summary>
    public static string Of(ModuleSyntax module) => DeepStack.Run(() => Write(module));

    private static string Write(ModuleSyntax module)
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
        ReductionSyntax reduction => List(Name(reduction.Name) + "[" + Subscripts(reduction.Axes) + "]", reduction.Body),
        UnarySyntax unary => List(Operators.Text(unary.Operator), unary.Operand),
        BinarySyntax binary => List(Operators.Text(binary.Operator), binary.Left, binary.Right),
        ConditionalSyntax conditional => List("if", conditional.Condition, conditional.WhenTrue, conditional.WhenFalse),
        ElseSyntax value => List("else", value.Value, value.Otherwise),
        ParenthesizedSyntax parenthesized => List("_", parenthesized.Value),
        CallSyntax call => List(Name(call.Name) + "!", [.. call.Arguments]),
        CastSyntax cast => "(as " + Of(cast.Value) + " " + Name(cast.Type) + ")",
        _ => OfLeaf(expression),
    };

    internal static string Name(NameSyntax name) => name.IsMissing ? "<missing>" : name.Text;

    internal static string Names(IEnumerable<NameSyntax> names) => string.Join(" ", names.Select(Name));

    internal static string Values(IEnumerable<ExpressionSyntax> values) => string.Join(" ", values.Select(Of));

    internal static string Subscripts(IEnumerable<SubscriptSyntax> subscripts)
        => string.Join(", ", subscripts.Select(s => s.Axis is { } axis ? $"{Name(axis)}: {Of(s.Value)}" : Of(s.Value)));

    private static string OfLeaf(ExpressionSyntax expression) => expression switch
    {
        MissingExpressionSyntax => "<missing>",
        IntegerLiteralSyntax integer => integer.Value.ToString(CultureInfo.InvariantCulture),
        FloatLiteralSyntax real => real.Value.ToString("R", CultureInfo.InvariantCulture) + "f",
        BooleanLiteralSyntax boolean => boolean.Value ? "true" : "false",
        NameExpressionSyntax name => Name(name.Name),
        SubscriptExpressionSyntax subscript => Name(subscript.Name) + "[" + Subscripts(subscript.Subscripts) + "]",
        _ => throw new InvalidOperationException($"No dump of {expression.GetType().Name}."),
    };

    private static string List(string head, params ExpressionSyntax[] parts)
    {
        DeepStack.Guard();
        var text = new StringBuilder("(").Append(head);
        foreach (var part in parts)
        {
            text.Append(' ').Append(Of(part));
        }

        return text.Append(')').ToString();
    }
}
