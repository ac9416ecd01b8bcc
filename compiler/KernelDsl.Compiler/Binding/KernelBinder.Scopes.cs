using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Binding;

/// <summary>Index variables in scope, and the bounds that groups and rows give them.</summary>
internal sealed partial class KernelBinder
{
    private VariableScope _scope = new();

    /// <summary>Brings variables of the axes into scope, ragged and paged ones last so that their groups and rows are known, and returns them in the given order.</summary>
    private ImmutableArray<IndexVariable> EnterScope(ImmutableArray<Axis> axes)
    {
        var variables = axes.Select(axis => new IndexVariable(axis)).ToImmutableArray();
        foreach (var variable in variables.OrderBy(v => v.Axis.Kind is AxisKind.Ragged or AxisKind.Paged ? 1 : 0))
        {
            Enter(variable);
        }

        return variables;
    }

    private void Enter(IndexVariable variable)
    {
        SetBounds(variable);
        _scope.Push(variable);
    }

    private void SetBounds(IndexVariable variable)
    {
        var span = variable.Axis.Span;
        if (variable.Axis.Ragged is { } ragged)
        {
            if (PointOf(ragged.Group, span) is { } group)
            {
                variable.Lower = new BoundRead(ragged.Start, [group], span);
                variable.Upper = new BoundRead(ragged.Start, [Bound.Arithmetic(Syntax.BinaryOperator.Add, PointOf(ragged.Group, span)!, Bound.Integer(1))], span);
            }
        }
        else if (variable.Axis.Paging is { } paging)
        {
            var rows = paging.RowAxes.Select(row => PointOf(row, span)).ToArray();
            if (rows.All(row => row is not null))
            {
                variable.Upper = new BoundRead(paging.Length, rows.Select(row => row!).ToImmutableArray(), span);
            }
        }
    }

    /// <summary>The current point of an axis: its variable, or the group of a ragged variable. Null where neither is in scope.</summary>
    private BoundExpression? PointOf(Axis axis, TextSpan span)
    {
        if (_scope.Find(axis) is { } variable)
        {
            return new BoundIndex(variable, span);
        }

        return _scope.FindRagged(axis) is { } ragged ? new BoundGroup(ragged.Axis, new BoundIndex(ragged, span), span) : null;
    }

    /// <summary>As <see cref="PointOf"/>, but the axis of a let whose axes are inferred is added to it.</summary>
    private BoundExpression? RequirePoint(Axis axis, TextSpan span)
    {
        if (PointOf(axis, span) is { } point)
        {
            return point;
        }

        if (!_scope.IsInferring)
        {
            return null;
        }

        var variable = new IndexVariable(axis);
        SetBounds(variable);
        _scope.Inferred.Add(variable);
        return new BoundIndex(variable, span);
    }
}
