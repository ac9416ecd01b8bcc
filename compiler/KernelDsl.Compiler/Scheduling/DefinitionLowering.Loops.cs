using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Binding.Proofs;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>Loops over the points at which something is defined.</summary>
internal sealed partial class DefinitionLowering
{
    /// <summary>Runs the body for each point of the variables at which the condition holds. Affine parts of the condition become loop bounds.</summary>
    private void ForEachPoint(ImmutableArray<IndexVariable> variables, BoundExpression condition, Action body)
    {
        var plan = LoopPlan.Of(variables, condition);
        Guard(plan.Before, () => Level(plan, 0, () => Knowing(condition, isNegated: false, body)));
    }

    /// <summary>
    /// Runs the body for the given variables where the condition holds, a probe is inside its extents, and the value is defined. Variables of
    /// <paramref name="all"/> that are not looped over have their values already, and their bounds are checked.
    /// </summary>
    public void ForEach(ImmutableArray<IndexVariable> loops, ImmutableArray<IndexVariable> all, BoundExpression? where, BoundRead? probe, BoundExpression value, Action body)
    {
        var domains = _context.Domains;
        var condition = all.Where(v => !loops.Contains(v)).SelectMany(VariableBounds).Aggregate(Bound.True, Bound.And);
        if (where is not null)
        {
            condition = Bound.And(Bound.And(condition, domains.Of(where, domains.KernelFacts).Condition), where);
        }

        var facts = domains.Assume(domains.KernelFacts, condition);
        if (probe is not null)
        {
            condition = Bound.And(condition, domains.OfSubscripts(probe, facts).Condition);
        }

        condition = Bound.And(condition, domains.Of(value, facts).Condition);
        ForEachPoint(loops, condition, body);
    }

    /// <summary>Runs an action; what it computed is forgotten after.</summary>
    public void InScope(Action action) => Scoped(action);

    /// <summary>Runs an action at a stored point of a sparse tensor.</summary>
    public void AtStored(TensorSymbol tensor, Value row, Value column, Value place, Action action)
    {
        _storedPoints.Add(new StoredPoint(tensor, row, column, place));
        Scoped(action);
        _storedPoints.RemoveAt(_storedPoints.Count - 1);
    }

    private void Level(LoopPlan plan, int level, Action body)
    {
        if (level == plan.Levels.Length)
        {
            body();
            return;
        }

        var current = plan.Levels[level];
        if (current.Driver is { } driver)
        {
            DrivenLevel(plan, level, current, driver, body);
            return;
        }

        var (from, to, rest) = Bounds(current);
        Scoped(() => _stage.For(current.Variable.Axis.Name, from, to, variable =>
        {
            Bind(current.Variable, variable);
            Guard(rest, () => Level(plan, level + 1, body));
        }));
    }

    private void DrivenLevel(LoopPlan plan, int level, LoopLevel current, BoundStored driver, Action body)
    {
        var isRowMajor = SparseAccess.IsRowMajor(driver.Tensor);
        var major = Lower(driver.Indices[isRowMajor ? 0 : 1]);
        Scoped(() => new SparseAccess(_context.Storage, _stage, driver.Tensor).Visit(major, (minor, place) =>
        {
            Bind(current.Variable, minor);
            _storedPoints.Add(isRowMajor ? new StoredPoint(driver.Tensor, major, minor, place) : new StoredPoint(driver.Tensor, minor, major, place));
            Knowing(driver, isNegated: false, () => Guard(VariableBounds(current.Variable).Concat(current.Conditions), () => Level(plan, level + 1, body)));
            _storedPoints.RemoveAt(_storedPoints.Count - 1);
        }));
    }

    private static IEnumerable<BoundExpression> VariableBounds(IndexVariable variable)
    {
        if (variable.Lower is { } lower)
        {
            yield return Bound.Compare(BinaryOperator.GreaterOrEqual, Bound.Index(variable), lower, lower.Span);
        }

        if (variable.Upper is { } upper)
        {
            yield return Bound.Compare(BinaryOperator.Less, Bound.Index(variable), upper, upper.Span);
        }
    }

    /// <summary>Runs the action where all conditions hold, knowing them.</summary>
    private void Guard(IEnumerable<BoundExpression> conditions, Action action)
    {
        var condition = conditions.Aggregate(Bound.True, Bound.And);
        if (Bound.IsTrue(condition))
        {
            action();
            return;
        }

        var value = Lower(condition);
        Knowing(condition, isNegated: false, () => Scoped(() => _stage.If(value, action)));
    }

    /// <summary>What is computed inside is not known after.</summary>
    private void Scoped(Action action)
    {
        var known = _computed.Count;
        action();
        _computed.RemoveRange(known, _computed.Count - known);
    }

    private (Value From, Value To, List<BoundExpression> Unbounded) Bounds(LoopLevel level)
    {
        var variable = level.Variable;
        var from = ValueMath.Integer(0);
        var to = _context.Storage.Uniform(variable.Axis.Extent);
        var rest = new List<BoundExpression>();
        if (variable.Lower is { } lower)
        {
            from = ValueMath.Maximum(from, Lower(lower));
        }

        if (variable.Upper is { } upper)
        {
            to = ValueMath.Minimum(to, Lower(upper));
        }

        foreach (var condition in level.Conditions)
        {
            // A bound is computed before the loop, so one that reads memory must not rely on a condition that is checked inside it.
            if ((rest.Count == 0 || LoopPlan.IsPure(condition)) && LoopBound.Of(condition, variable, _context.Domains.Prover.Builder, this) is { } bound)
            {
                from = bound.From is null ? from : ValueMath.Maximum(from, bound.From);
                to = bound.To is null ? to : ValueMath.Minimum(to, bound.To);
            }
            else
            {
                rest.Add(condition);
            }
        }

        return (_stage.Declare("from", from), _stage.Declare("to", to), rest);
    }
}

/// <summary>A condition on one variable as a bound of its loop: <c>j &lt; n</c>, or any affine inequality in which the variable has factor 1 or -1.</summary>
internal sealed record LoopBound(Value? From, Value? To)
{
    public static LoopBound? Of(BoundExpression condition, IndexVariable variable, PolynomialBuilder builder, DefinitionLowering lowering)
    {
        if (Direct(condition, variable) is { } direct)
        {
            var limit = lowering.Lower(direct.Limit);
            return direct.Operator switch
            {
                BinaryOperator.Less => new LoopBound(null, limit),
                BinaryOperator.LessOrEqual => new LoopBound(null, ValueMath.Add(limit, ValueMath.Integer(1))),
                BinaryOperator.Greater => new LoopBound(ValueMath.Add(limit, ValueMath.Integer(1)), null),
                BinaryOperator.GreaterOrEqual => new LoopBound(limit, null),
                _ => new LoopBound(limit, ValueMath.Add(limit, ValueMath.Integer(1))),
            };
        }

        var result = new LoopBound(null, null);
        try
        {
            foreach (var part in ConditionParts.Of(condition, builder))
            {
                if (part.Inequality is not { } inequality || OfInequality(inequality, variable, builder, lowering) is not { } bound)
                {
                    return null;
                }

                result = new LoopBound(
                    bound.From is null ? result.From : result.From is null ? bound.From : ValueMath.Maximum(result.From, bound.From),
                    bound.To is null ? result.To : result.To is null ? bound.To : ValueMath.Minimum(result.To, bound.To));
            }
        }
        catch (OverflowException)
        {
            return null;
        }

        return result;
    }

    private static (BinaryOperator Operator, BoundExpression Limit)? Direct(BoundExpression condition, IndexVariable variable)
        => condition is BoundBinary { Operator: >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual and not BinaryOperator.NotEqual, Left: BoundIndex index } comparison
            && index.Variable == variable && comparison.Right.Kind == ValueKind.Integer && !ExpressionWalk.FreeVariables(comparison.Right).Contains(variable)
            ? (comparison.Operator, comparison.Right) : null;

    private static LoopBound? OfInequality(Polynomial inequality, IndexVariable variable, PolynomialBuilder builder, DefinitionLowering lowering)
    {
        var atom = builder.Variable(variable).Atoms.Single();
        var factor = inequality.Coefficient(new Monomial([atom]));
        if (factor is not (1 or -1) || !inequality.IsLinearIn(atom))
        {
            return null;
        }

        var rest = inequality - (Polynomial.OfAtom(atom) * Polynomial.Constant(factor));
        var value = new PolynomialLowering(builder, lowering, variable).Lower(factor == 1 ? -rest : rest + 1);
        return value is null ? null : factor == 1 ? new LoopBound(value, null) : new LoopBound(null, value);
    }
}
