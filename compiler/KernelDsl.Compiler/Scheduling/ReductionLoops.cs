using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>One loop of a reduction: its variable, the conditions that become its bounds, those that are checked inside it, and the sparse tensor that drives it.</summary>
internal sealed class LoopLevel(IndexVariable variable)
{
    public IndexVariable Variable { get; } = variable;

    public List<BoundExpression> Conditions { get; } = [];

    /// <summary>A sparse tensor whose stored points give the values of the variable.</summary>
    public BoundStored? Driver { get; set; }
}

/// <summary>Plans the loops of a reduction: each part of its domain is checked as soon as its variables are known.</summary>
internal sealed record LoopPlan(ImmutableArray<BoundExpression> Before, ImmutableArray<LoopLevel> Levels)
{
    public static LoopPlan Of(ImmutableArray<IndexVariable> variables, BoundExpression condition)
    {
        // A ragged variable's bounds speak of its group, which must be known first.
        var ordered = variables.OrderBy(v => v.Lower is not null || v.Upper is not null ? variables.Count(o => Mentions(v, o)) : 0).ToImmutableArray();
        var isReordered = !ordered.SequenceEqual(variables);
        var levels = (isReordered ? ordered : variables).Select(variable => new LoopLevel(variable)).ToImmutableArray();
        var before = ImmutableArray.CreateBuilder<BoundExpression>();
        var deepest = -1;
        foreach (var part in Parts(condition))
        {
            var free = ExpressionWalk.FreeVariables(part);
            var own = levels.Select((l, k) => free.Contains(l.Variable) ? k : -1).DefaultIfEmpty(-1).Max();

            // A part that reads memory may do so only where the parts before it hold, so it is never checked before them.
            var depth = IsPure(part) ? own : Math.Max(own, deepest);
            deepest = Math.Max(deepest, depth);
            var level = depth < 0 ? null : levels[depth];
            if (level is null)
            {
                before.Add(part);
            }
            else if (depth == own && part is BoundStored { Tensor.IsSparse: true } stored && level.Driver is null && Drives(stored, level.Variable))
            {
                level.Driver = stored;
            }
            else
            {
                level.Conditions.Add(part);
            }
        }

        return new LoopPlan(before.ToImmutable(), levels);
    }

    /// <summary>Whether computing the expression reads nothing.</summary>
    public static bool IsPure(BoundExpression expression)
        => ExpressionWalk.All(expression).All(node => node is not (BoundRead or BoundStored or BoundDefined or BoundNonEmpty or BoundReduction or BoundGroup));

    private static bool Mentions(IndexVariable variable, IndexVariable other)
        => new[] { variable.Lower, variable.Upper }.Any(bound => bound is not null && ExpressionWalk.FreeVariables(bound).Contains(other));

    /// <summary>Whether the stored points of one row (one column) can be run over in place of the variable.</summary>
    private static bool Drives(BoundStored stored, IndexVariable variable)
    {
        var isRowMajor = SparseAccess.IsRowMajor(stored.Tensor);
        var (major, minor) = isRowMajor ? (stored.Indices[0], stored.Indices[1]) : (stored.Indices[1], stored.Indices[0]);
        return minor is BoundIndex index && index.Variable == variable && !ExpressionWalk.FreeVariables(major).Contains(variable);
    }

    private static IEnumerable<BoundExpression> Parts(BoundExpression condition) => condition switch
    {
        _ when Bound.IsTrue(condition) => [],
        BoundBinary { Operator: Syntax.BinaryOperator.And } both => Parts(both.Left).Concat(Parts(both.Right)),
        _ => [condition],
    };
}
