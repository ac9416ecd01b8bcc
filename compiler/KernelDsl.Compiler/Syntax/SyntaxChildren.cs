namespace KernelDsl.Compiler.Syntax;

/// <summary>The nodes directly below a node, in the order of the text.</summary>
internal static class SyntaxChildren
{
    /// <summary>The node and all nodes below it, parents first. Does not recurse.</summary>
    public static IEnumerable<SyntaxNode> SelfAndDescendants(SyntaxNode root)
    {
        var open = new Stack<SyntaxNode>([root]);
        while (open.Count > 0)
        {
            var node = open.Pop();
            yield return node;
            foreach (var child in Of(node).Reverse())
            {
                open.Push(child);
            }
        }
    }

    /// <summary>The children of a node.</summary>
    public static IEnumerable<SyntaxNode> Of(SyntaxNode node) => node switch
    {
        NameSyntax or MissingExpressionSyntax or IntegerLiteralSyntax or FloatLiteralSyntax or BooleanLiteralSyntax => [],
        ModuleSyntax n => [.. Maybe(n.Name), .. n.Items],
        KernelSyntax n => [n.Name, .. n.GenericParameters, .. n.Parameters, .. n.Outputs, .. n.Where, .. n.Statements],
        FunctionSyntax n => [n.Name, .. n.Parameters, n.Body],
        ExampleSyntax n => [n.Kernel, n.Name, .. n.Entries],
        ExampleEntrySyntax n => [n.Name, n.Value],
        ScheduleSyntax n => [n.Kernel, .. Maybe(n.Target), .. Maybe(n.Architecture), .. n.Directives],
        DirectiveSyntax n => [n.Name, .. n.Arguments],
        DirectiveArgumentSyntax n => [.. Maybe(n.Axis), .. n.Values],
        GradientSyntax n => [n.Kernel, .. n.Parameters],
        TypeParameterSyntax n => [n.Name, .. n.Allowed],
        ConstParameterSyntax n => [n.Name, .. n.Allowed, .. Maybe(n.Default)],
        ParameterSyntax n => [n.Name, n.Type, .. Maybe(n.Default)],
        TypeSyntax n => [n.Element, .. n.Axes, .. Maybe(n.Format)],
        FormatSyntax n => [n.Name, .. n.Arguments, .. Maybe(n.Like)],
        AxisSyntax n => [n.Name, .. Maybe(n.Extent)],
        ExpressionExtentSyntax n => [n.Value],
        LabelsExtentSyntax n => [.. n.Labels],
        RaggedExtentSyntax n => [n.Start, n.Group],
        PagedExtentSyntax n => [n.Table, .. n.TableAxes, n.Length, .. n.LengthAxes, n.PageSize],
        LetSyntax n => [.. n.Targets, .. n.Axes, n.Value, .. Maybe(n.Where)],
        AssignmentSyntax n => [.. n.Targets, n.Value, .. Maybe(n.Where)],
        AssignmentTargetSyntax n => [n.Name, .. n.Subscripts],
        NameExpressionSyntax n => [n.Name],
        SubscriptExpressionSyntax n => [n.Name, .. n.Subscripts],
        SubscriptSyntax n => [.. Maybe(n.Axis), n.Value],
        ReductionSyntax n => [n.Name, .. n.Axes, n.Body],
        CallSyntax n => [n.Name, .. n.Arguments],
        UnarySyntax n => [n.Operand],
        BinarySyntax n => [n.Left, n.Right],
        ConditionalSyntax n => [n.Condition, n.WhenTrue, n.WhenFalse],
        ElseSyntax n => [n.Value, n.Otherwise],
        CastSyntax n => [n.Value, n.Type],
        ParenthesizedSyntax n => [n.Value],
        _ => throw new InvalidOperationException($"The children of {node.GetType().Name} are not known."),
    };

    private static IEnumerable<SyntaxNode> Maybe(SyntaxNode? node) => node is null ? [] : [node];
}
