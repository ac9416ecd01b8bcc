namespace KernelDsl.Compiler.Binding;

/// <summary>Looks at the parts of bound expressions.</summary>
internal static class ExpressionWalk
{
    /// <summary>The direct parts, those of variable bounds too.</summary>
    public static IEnumerable<BoundExpression> Children(BoundExpression expression) => expression switch
    {
        BoundInteger or BoundFloat or BoundBoolean or BoundExtent or BoundConst or BoundScalar or BoundIndex or BoundInvalid => [],
        BoundGroup group => [group.Point],
        BoundRead read => read.Indices,
        BoundUnary unary => [unary.Operand],
        BoundBinary binary => [binary.Left, binary.Right],
        BoundConditional c => [c.Condition, c.WhenTrue, c.WhenFalse],
        BoundElse otherwise => [otherwise.Value, otherwise.Otherwise],
        BoundCast cast => [cast.Value],
        BoundCall call => call.Arguments,
        BoundStored stored => stored.Indices,
        BoundDefined defined => defined.Indices,
        BoundNonEmpty nonEmpty => [nonEmpty.Reduction],
        BoundReduction reduction => VariableBounds(reduction.Variables).Append(reduction.Body),
        BoundNormalisation normalisation => VariableBounds(normalisation.Variables).Append(normalisation.Body).Concat(normalisation.At),
        _ => throw new InvalidOperationException("unknown node " + expression.GetType().Name),
    };

    /// <summary>The expression and everything in it.</summary>
    public static IEnumerable<BoundExpression> All(BoundExpression expression)
    {
        var pending = new Stack<BoundExpression>();
        pending.Push(expression);
        while (pending.Count > 0)
        {
            var current = pending.Pop();
            yield return current;
            foreach (var child in Children(current).Reverse())
            {
                pending.Push(child);
            }
        }
    }

    /// <summary>The index variables that the expression uses and does not bind, in order of first use.</summary>
    public static ImmutableArray<IndexVariable> FreeVariables(BoundExpression expression)
    {
        var found = new List<IndexVariable>();
        var bound = new HashSet<IndexVariable>();
        foreach (var node in All(expression))
        {
            if (node is BoundReduction reduction)
            {
                bound.UnionWith(reduction.Variables);
            }
            else if (node is BoundNormalisation normalisation)
            {
                bound.UnionWith(normalisation.Variables);
            }
            else if (node is BoundIndex index && !found.Contains(index.Variable))
            {
                found.Add(index.Variable);
            }
        }

        return found.Where(variable => !bound.Contains(variable)).ToImmutableArray();
    }

    /// <summary>All expressions of a definition.</summary>
    public static IEnumerable<BoundExpression> Roots(Definition definition)
    {
        var roots = VariableBounds(definition.Variables).Concat(definition.Subscripts).Append(definition.Value);
        if (definition.Along is { } along)
        {
            roots = roots.Concat(VariableBounds([along]));
        }

        return definition.Where is null ? roots : roots.Append(definition.Where);
    }

    private static IEnumerable<BoundExpression> VariableBounds(ImmutableArray<IndexVariable> variables)
        => variables.SelectMany(v => new[] { v.Lower, v.Upper }).Where(bound => bound is not null).Select(bound => bound!);
}
