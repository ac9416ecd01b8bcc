using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Equations;

/// <summary>Rewrites definitions to normal form, adding locals for what is lifted out.</summary>
internal sealed class EquationNormalizer
{
    public List<Definition> Definitions { get; } = [];

    public HashSet<TensorSymbol> AssumedDefined { get; } = [];

    public void Add(Definition definition)
    {
        var isRanking = definition.Kind is DefinitionKind.TopK or DefinitionKind.Sort;
        var context = definition.Along is { } along ? definition.Variables.Add(along) : definition.Variables;
        var value = Rewrite(definition.Value, context);
        if (isRanking && ExpressionWalk.All(value).Any(node => node is BoundReduction))
        {
            // A ranking looks at each value many times; one that takes a reduction is computed once.
            value = Lift(value, []);
        }

        var where = definition.Where is null ? null : Rewrite(definition.Where, context);
        var subscripts = definition.Subscripts.Select(subscript => Rewrite(subscript, context)).ToImmutableArray();
        Definitions.Add(new Definition(definition.Kind, definition.Targets, definition.Variables, value, where, definition.Span)
        {
            Subscripts = subscripts,
            Operator = definition.Operator,
            Rank = definition.Rank,
            Along = definition.Along,
        });
    }

    private ImmutableArray<BoundExpression> Rewrite(ImmutableArray<BoundExpression> expressions, ImmutableArray<IndexVariable> context)
        => expressions.Select(expression => Rewrite(expression, context)).ToImmutableArray();

    private BoundExpression Rewrite(BoundExpression e, ImmutableArray<IndexVariable> context)
    {
        DeepStack.Guard();
        return RewriteNode(e, context);
    }

    private BoundExpression RewriteNode(BoundExpression e, ImmutableArray<IndexVariable> context) => e switch
    {
        BoundInteger or BoundFloat or BoundBoolean or BoundExtent or BoundConst or BoundScalar or BoundIndex => e,
        BoundGroup group => new BoundGroup(group.Ragged, Rewrite(group.Point, context), e.Span),
        BoundRead read => new BoundRead(read.Tensor, Rewrite(read.Indices, context), e.Span),
        BoundUnary unary => new BoundUnary(unary.Operator, Rewrite(unary.Operand, context), e.Span),
        BoundBinary binary => new BoundBinary(binary.Operator, Rewrite(binary.Left, context), Rewrite(binary.Right, context), e.Kind, e.Span),
        BoundConditional c => new BoundConditional(Rewrite(c.Condition, context), Rewrite(c.WhenTrue, context), Rewrite(c.WhenFalse, context), e.Kind, e.Span),
        BoundElse otherwise => new BoundElse(Rewrite(otherwise.Value, context), Rewrite(otherwise.Otherwise, context), e.Kind, e.Span),
        BoundCast cast => new BoundCast(Rewrite(cast.Value, context), cast.Type, e.Span),
        BoundCall call => new BoundCall(call.Function, Rewrite(call.Arguments, context), e.Kind, e.Span),
        BoundReduction reduction => Reduction(reduction, context),
        BoundNormalisation normalisation => Normalisation(normalisation, context),
        _ => throw new InvalidOperationException("unknown node " + e.GetType().Name),
    };

    private BoundExpression Reduction(BoundReduction reduction, ImmutableArray<IndexVariable> context)
    {
        var body = Rewrite(reduction.Body, context.AddRange(reduction.Variables));
        var rewritten = new BoundReduction(reduction.Reduction, reduction.Variables, body, reduction.Component, reduction.Kind, reduction.Span);
        return ExpressionWalk.FreeVariables(rewritten).Length < context.Distinct().Count() ? Lift(rewritten, context) : rewritten;
    }

    /// <summary><c>exp(x - m) / sum(exp(x - m))</c> with <c>m = max(x)</c>; the maximum and the sum are equations of their own.</summary>
    private BoundExpression Normalisation(BoundNormalisation normalisation, ImmutableArray<IndexVariable> context)
    {
        var span = normalisation.Span;
        var body = Rewrite(normalisation.Body, context.AddRange(normalisation.Variables));
        var largest = LiftShared(new BoundReduction(ReductionKind.Max, normalisation.Variables, body, 0, ValueKind.Float, span), context);
        var copy = (BoundReduction)new Substitution(new Dictionary<IndexVariable, BoundExpression>())
            .Apply(new BoundReduction(ReductionKind.Max, normalisation.Variables, body, 0, ValueKind.Float, span));
        var sum = LiftShared(new BoundReduction(ReductionKind.Sum, copy.Variables, Exponential(copy.Body, largest), 0, ValueKind.Float, span), context);
        var own = Substitution.Apply(body, normalisation.Variables, Rewrite(normalisation.At, context));
        return normalisation.IsLogarithmic
            ? Subtract(Subtract(own, largest), new BoundCall(BuiltInFunction.Log, [sum], ValueKind.Float, span))
            : new BoundBinary(BinaryOperator.Divide, Exponential(own, largest), sum, ValueKind.Float, span);
    }

    private static BoundExpression Subtract(BoundExpression a, BoundExpression b) => new BoundBinary(BinaryOperator.Subtract, a, b, ValueKind.Float, a.Span);

    private static BoundExpression Exponential(BoundExpression value, BoundExpression largest)
        => new BoundCall(BuiltInFunction.Exp, [Subtract(value, largest)], ValueKind.Float, value.Span);

    private BoundExpression LiftShared(BoundReduction reduction, ImmutableArray<IndexVariable> context)
    {
        var read = Lift(reduction, context);
        AssumedDefined.Add(read.Tensor);
        return read;
    }

    /// <summary>Makes the expression a local over its free variables and returns a read of it.</summary>
    private BoundRead Lift(BoundExpression expression, ImmutableArray<IndexVariable> context)
    {
        // The order of the axes follows the context, so that neighbouring points stay neighbours.
        var used = ExpressionWalk.FreeVariables(expression);
        var free = context.Distinct().Where(used.Contains).Concat(used.Where(v => !context.Contains(v))).ToImmutableArray();
        var type = new TypeReference(expression.Kind switch { ValueKind.Bool => ElementType.Bool, ValueKind.Integer => ElementType.I64, _ => ElementType.F32 }, null);
        var symbol = new TensorSymbol("t" + Definitions.Count, expression.Span, TensorRole.Local, type, free.Select(v => v.Axis).ToImmutableArray());
        var map = new Dictionary<IndexVariable, BoundExpression>();
        var inner = new Substitution(map);
        var own = ImmutableArray.CreateBuilder<IndexVariable>();

        // Ragged variables keep their bounds, which may speak of the variables before them.
        foreach (var variable in free.OrderBy(v => v.Lower is null && v.Upper is null ? 0 : 1))
        {
            var fresh = new IndexVariable(variable.Axis);
            map[variable] = Bound.Index(fresh);
            fresh.Lower = BoundOver(variable.Lower, free, inner);
            fresh.Upper = BoundOver(variable.Upper, free, inner);
        }

        own.AddRange(free.Select(variable => ((BoundIndex)map[variable]).Variable));
        Definitions.Add(new Definition(DefinitionKind.Equation, [symbol], own.ToImmutable(), inner.Apply(expression), null, expression.Span));
        return new BoundRead(symbol, free.Select(Bound.Index).ToImmutableArray(), expression.Span);
    }

    /// <summary>A bound that speaks of variables which the lifted expression does not use is dropped: the equation is then over more points than are read.</summary>
    private static BoundExpression? BoundOver(BoundExpression? bound, ImmutableArray<IndexVariable> free, Substitution inner)
        => bound is null || ExpressionWalk.FreeVariables(bound).Any(v => !free.Contains(v)) ? null : inner.Apply(bound);
}
