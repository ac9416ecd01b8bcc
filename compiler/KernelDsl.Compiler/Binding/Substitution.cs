using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Binding;

/// <summary>Makes bound expressions that the binder and the schedules need often.</summary>
internal static class Bound
{
    public static BoundExpression True { get; } = new BoundBoolean(true, default);

    public static BoundExpression Integer(long value) => new BoundInteger(value, default);

    public static bool IsTrue(BoundExpression expression) => expression is BoundBoolean { Value: true };

    public static bool IsFalse(BoundExpression expression) => expression is BoundBoolean { Value: false };

    public static BoundExpression And(BoundExpression left, BoundExpression right)
        => IsTrue(left) || IsFalse(right) ? right : IsTrue(right) || IsFalse(left) ? left : new BoundBinary(BinaryOperator.And, left, right, ValueKind.Bool, left.Span);

    public static BoundExpression Or(BoundExpression left, BoundExpression right)
        => IsTrue(left) || IsFalse(right) ? left : IsTrue(right) || IsFalse(left) ? right : new BoundBinary(BinaryOperator.Or, left, right, ValueKind.Bool, left.Span);

    public static BoundExpression Not(BoundExpression operand)
        => operand is BoundBoolean literal ? new BoundBoolean(!literal.Value, literal.Span) : new BoundUnary(UnaryOperator.Not, operand, operand.Span);

    public static BoundExpression Compare(BinaryOperator operation, BoundExpression left, BoundExpression right, TextSpan span)
        => new BoundBinary(operation, left, right, ValueKind.Bool, span);

    public static BoundExpression Arithmetic(BinaryOperator operation, BoundExpression left, BoundExpression right)
        => new BoundBinary(operation, left, right, left.Kind == ValueKind.Float ? ValueKind.Float : right.Kind, left.Span);

    public static BoundExpression Index(IndexVariable variable) => new BoundIndex(variable, variable.Axis.Span);
}

/// <summary>Replaces index variables. Reductions inside get fresh variables, so nothing is captured and no node is shared.</summary>
internal sealed class Substitution(IReadOnlyDictionary<IndexVariable, BoundExpression> values)
{
    public static BoundExpression Apply(BoundExpression expression, IEnumerable<IndexVariable> variables, IEnumerable<BoundExpression> values)
    {
        var map = new Dictionary<IndexVariable, BoundExpression>();
        foreach (var (variable, value) in variables.Zip(values, (variable, value) => (variable, value)))
        {
            map[variable] = value;
        }

        return new Substitution(map).Apply(expression);
    }

    public BoundExpression Apply(BoundExpression e)
    {
        DeepStack.Guard();
        return e switch
        {
            BoundInteger or BoundFloat or BoundBoolean or BoundExtent or BoundConst or BoundScalar or BoundInvalid => e,
            BoundIndex index => values.TryGetValue(index.Variable, out var value) ? value : index,
            BoundGroup group => new BoundGroup(group.Ragged, Apply(group.Point), e.Span),
            BoundRead read => new BoundRead(read.Tensor, Apply(read.Indices), e.Span),
            BoundUnary unary => new BoundUnary(unary.Operator, Apply(unary.Operand), e.Span),
            BoundBinary binary => new BoundBinary(binary.Operator, Apply(binary.Left), Apply(binary.Right), e.Kind, e.Span),
            BoundConditional c => new BoundConditional(Apply(c.Condition), Apply(c.WhenTrue), Apply(c.WhenFalse), e.Kind, e.Span),
            BoundElse otherwise => new BoundElse(Apply(otherwise.Value), Apply(otherwise.Otherwise), e.Kind, e.Span),
            BoundCast cast => new BoundCast(Apply(cast.Value), cast.Type, e.Span),
            BoundCall call => new BoundCall(call.Function, Apply(call.Arguments), e.Kind, e.Span),
            BoundStored stored => new BoundStored(stored.Tensor, Apply(stored.Indices), e.Span),
            BoundDefined defined => new BoundDefined(defined.Tensor, Apply(defined.Indices), e.Span),
            BoundNonEmpty nonEmpty => new BoundNonEmpty((BoundReduction)Apply(nonEmpty.Reduction), e.Span),
            BoundReduction reduction => Reduction(reduction),
            BoundNormalisation normalisation => Normalisation(normalisation),
            _ => throw new InvalidOperationException("unknown node " + e.GetType().Name),
        };
    }

    public ImmutableArray<BoundExpression> Apply(ImmutableArray<BoundExpression> expressions) => expressions.Select(Apply).ToImmutableArray();

    private BoundReduction Reduction(BoundReduction reduction)
    {
        var (inner, variables) = Freshen(reduction.Variables);
        return new BoundReduction(reduction.Reduction, variables, inner.Apply(reduction.Body), reduction.Component, reduction.Kind, reduction.Span);
    }

    private BoundNormalisation Normalisation(BoundNormalisation normalisation)
    {
        var (inner, variables) = Freshen(normalisation.Variables);
        return new BoundNormalisation(normalisation.IsLogarithmic, variables, inner.Apply(normalisation.Body), Apply(normalisation.At), normalisation.Span);
    }

    private (Substitution Inner, ImmutableArray<IndexVariable> Variables) Freshen(ImmutableArray<IndexVariable> variables)
    {
        var map = values.ToDictionary(entry => entry.Key, entry => entry.Value);
        var inner = new Substitution(map);
        var fresh = ImmutableArray.CreateBuilder<IndexVariable>();
        foreach (var variable in variables)
        {
            var copy = new IndexVariable(variable.Axis);
            copy.Lower = variable.Lower is null ? null : inner.Apply(variable.Lower);
            copy.Upper = variable.Upper is null ? null : inner.Apply(variable.Upper);
            map[variable] = Bound.Index(copy);
            fresh.Add(copy);
        }

        return (inner, fresh.ToImmutable());
    }
}
