using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Navigation;

/// <summary>Names in expressions, found in the binder's order: labels of the axis that is subscripted, parameters of the function, names of the kernel, constants, labels.</summary>
internal sealed partial class SymbolIndexBuilder
{
    private static readonly Dictionary<string, NavigationSymbol> s_noParameters = [];

    private readonly Stack<(SyntaxNode Node, string? LabelAxis)> _open = new();

    private void AddExpression(ExpressionSyntax? expression, KernelNames scope)
    {
        if (expression is not null)
        {
            AddExpression(expression, [scope], s_noParameters);
        }
    }

    // Not recursive: expressions may be deep.
    private void AddExpression(ExpressionSyntax expression, ImmutableArray<KernelNames> scopes, Dictionary<string, NavigationSymbol> parameters)
    {
        _open.Push((expression, null));
        AddOpen(scopes, parameters);
    }

    private void AddOpen(ImmutableArray<KernelNames> scopes, Dictionary<string, NavigationSymbol> parameters)
    {
        while (_open.Count > 0)
        {
            var (node, labelAxis) = _open.Pop();
            switch (node)
            {
                case NameExpressionSyntax name:
                    Add(name.Name, Value(name.Name, labelAxis, scopes, parameters));
                    break;
                case SubscriptExpressionSyntax subscript:
                    Add(subscript.Name, parameters.TryGetValue(subscript.Name.Text, out var parameter) ? [parameter] : InAll(scopes, scope => scope.Find(subscript.Name.Text)));
                    OpenSubscripts(subscript.Name, subscript.Subscripts, scopes);
                    break;
                case ReductionSyntax reduction:
                    AddReduction(reduction, scopes, labelAxis);
                    break;
                case CallSyntax call:
                    AddCall(call);
                    Open(call.Arguments, labelAxis);
                    break;
                case CastSyntax cast:
                    AddTypeName(cast.Type, scopes);
                    _open.Push((cast.Value, labelAxis));
                    break;
                default:
                    Open(SyntaxChildren.Of(node), labelAxis);
                    break;
            }
        }
    }

    private void Open(IEnumerable<SyntaxNode> nodes, string? labelAxis)
    {
        foreach (var node in nodes)
        {
            _open.Push((node, labelAxis));
        }
    }

    private NavigationSymbol?[] Value(NameSyntax name, string? labelAxis, ImmutableArray<KernelNames> scopes, Dictionary<string, NavigationSymbol> parameters)
    {
        if (labelAxis is not null && InAll(scopes, scope => scope.FindLabel(labelAxis, name.Text)) is { Length: > 0 } labels)
        {
            return labels;
        }

        if (parameters.TryGetValue(name.Text, out var parameter))
        {
            return [parameter];
        }

        if (InAll(scopes, scope => scope.Find(name.Text)) is { Length: > 0 } symbols)
        {
            return symbols;
        }

        return BuiltInNames.Constants.Contains(name.Text) ? [BuiltIn(NavigationKind.Constant, name.Text)] : InAll(scopes, scope => scope.FindLabel(name.Text));
    }

    private static NavigationSymbol?[] InAll(ImmutableArray<KernelNames> scopes, Func<KernelNames, NavigationSymbol?> find)
        => scopes.Select(find).Where(symbol => symbol is not null).ToArray();

    private void AddSubscripts(NameSyntax tensor, ImmutableArray<SubscriptSyntax> subscripts, ImmutableArray<KernelNames> scopes)
    {
        OpenSubscripts(tensor, subscripts, scopes);
        AddOpen(scopes, s_noParameters);
    }

    private void OpenSubscripts(NameSyntax tensor, ImmutableArray<SubscriptSyntax> subscripts, ImmutableArray<KernelNames> scopes)
    {
        foreach (var (value, labelAxis) in Subscripts(tensor, subscripts, scopes))
        {
            _open.Push((value, labelAxis));
        }
    }

    private IEnumerable<(ExpressionSyntax Value, string? LabelAxis)> Subscripts(NameSyntax tensor, ImmutableArray<SubscriptSyntax> subscripts, ImmutableArray<KernelNames> scopes)
    {
        for (var k = 0; k < subscripts.Length; k++)
        {
            var place = k;
            if (subscripts[k].Axis is { } axis)
            {
                Add(axis, InAll(scopes, scope => scope.FindAxis(axis.Text)));
            }

            var labelAxis = subscripts[k].Axis?.Text
                ?? scopes.Select(scope => scope.AxesOf(tensor.Text)).FirstOrDefault(axes => axes is { } known && place < known.Length)?[place];
            yield return (subscripts[k].Value, labelAxis);
        }
    }

    private void AddReduction(ReductionSyntax reduction, ImmutableArray<KernelNames> scopes, string? labelAxis)
    {
        AddBuiltIn(reduction.Name, NavigationKind.Reduction, BuiltInNames.Reductions);
        foreach (var subscript in reduction.Axes)
        {
            if (subscript.Value is NameExpressionSyntax name)
            {
                Add(name.Name, InAll(scopes, scope => scope.Find(name.Name.Text)));
            }
            else
            {
                _open.Push((subscript.Value, null));
            }
        }

        _open.Push((reduction.Body, labelAxis));
    }

    private void AddCall(CallSyntax call)
    {
        if (Named(_functions, call.Name) is { } function)
        {
            Add(call.Name, function);
        }
        else if (BuiltInNames.Functions.Contains(call.Name.Text))
        {
            Add(call.Name, BuiltIn(NavigationKind.BuiltInFunction, call.Name.Text));
        }
        else
        {
            // 'sum(x)' lacks its axes, but what it means is clear.
            AddBuiltIn(call.Name, NavigationKind.Reduction, BuiltInNames.Reductions);
        }
    }
}
