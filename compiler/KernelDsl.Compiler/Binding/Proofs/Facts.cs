using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding.Proofs;

/// <summary>
/// What is known at a point of a kernel: inequalities (polynomials that are at least 0) and truths by key. Immutable; a nested context adds to its outer one.
/// What follows from the kinds of atoms (an index is inside its extent, an extent is at least 1) is not listed here: <see cref="AtomFacts"/> knows it.
/// </summary>
internal sealed class Facts
{
    private string? _key;

    private Facts(ImmutableArray<Polynomial> inequalities, ImmutableHashSet<string> truths)
    {
        Inequalities = inequalities;
        Truths = truths;
    }

    public static Facts None { get; } = new([], []);

    public ImmutableArray<Polynomial> Inequalities { get; }

    public ImmutableHashSet<string> Truths { get; }

    /// <summary>Facts with equal inequalities have equal keys.</summary>
    public string Key => _key ??= string.Join("&", Inequalities.Select(inequality => inequality.Key()));

    /// <summary>Adds a condition, or its negation, as far as it can be used.</summary>
    public Facts Assume(BoundExpression condition, PolynomialBuilder builder, bool isNegated = false, Bindings? bindings = null)
    {
        var inequalities = Inequalities.ToBuilder();
        var truths = Truths.ToBuilder();
        foreach (var part in ConditionParts.Of(condition, builder, isNegated, bindings))
        {
            if (part.Inequality is { } inequality)
            {
                inequalities.Add(inequality);
            }
            else if (!part.IsNegated)
            {
                truths.Add(ExpressionKey.Of(part.Condition!, builder, part.Bindings));
            }
        }

        return new Facts(inequalities.ToImmutable(), truths.ToImmutable());
    }

    public Facts Assume(Polynomial inequality) => new(Inequalities.Add(inequality), Truths);
}

/// <summary>One part of a conjunction: an inequality, or a condition that is none.</summary>
internal sealed record ConditionPart(Polynomial? Inequality, BoundExpression? Condition, bool IsNegated, Bindings? Bindings);

/// <summary>Takes a condition apart into a conjunction. The parts together are exactly the condition.</summary>
internal static class ConditionParts
{
    public static IEnumerable<ConditionPart> Of(BoundExpression condition, PolynomialBuilder builder, bool isNegated = false, Bindings? bindings = null, int depth = 0)
    {
        DeepStack.Guard();
        switch (condition)
        {
            case BoundBoolean literal when literal.Value != isNegated:
                return [];
            case BoundUnary { Operator: UnaryOperator.Not } not:
                return Of(not.Operand, builder, !isNegated, bindings, depth + 1);
            case BoundBinary { Operator: BinaryOperator.And } both when !isNegated:
                return Of(both.Left, builder, false, bindings, depth + 1).Concat(Of(both.Right, builder, false, bindings, depth + 1));
            case BoundBinary { Operator: BinaryOperator.Or } either when isNegated:
                return Of(either.Left, builder, true, bindings, depth + 1).Concat(Of(either.Right, builder, true, bindings, depth + 1));
            case BoundBinary binary when binary.Left.Kind == ValueKind.Integer && binary.Right.Kind == ValueKind.Integer
                    && Compare(isNegated ? Negate(binary.Operator) : binary.Operator, binary, builder, bindings) is Polynomial[] inequalities:
                return inequalities.Select(i => new ConditionPart(i, null, false, null));
            case BoundRead { Tensor.Role: TensorRole.Local } read when depth < 16 && builder.DefinitionOf(read.Tensor) is { Kind: DefinitionKind.Equation } definition
                    && definition.Value.Kind == ValueKind.Bool && definition.Variables.Length == read.Indices.Length:
                return Of(definition.Value, builder, isNegated, builder.Enter(definition, read.Indices, bindings, 0), depth + 1);
            default:
                return [new ConditionPart(null, condition, isNegated, bindings)];
        }
    }

    private static BinaryOperator Negate(BinaryOperator operation) => operation switch
    {
        BinaryOperator.Equal => BinaryOperator.NotEqual,
        BinaryOperator.NotEqual => BinaryOperator.Equal,
        BinaryOperator.Less => BinaryOperator.GreaterOrEqual,
        BinaryOperator.LessOrEqual => BinaryOperator.Greater,
        BinaryOperator.Greater => BinaryOperator.LessOrEqual,
        BinaryOperator.GreaterOrEqual => BinaryOperator.Less,
        _ => operation,
    };

    private static Polynomial[]? Compare(BinaryOperator operation, BoundBinary binary, PolynomialBuilder builder, Bindings? bindings)
    {
        if (operation is < BinaryOperator.Equal or > BinaryOperator.GreaterOrEqual)
        {
            return null;
        }

        try
        {
            var left = builder.Of(binary.Left, bindings);
            var right = builder.Of(binary.Right, bindings);
            return operation switch
            {
                BinaryOperator.Less => [right - left - 1],
                BinaryOperator.LessOrEqual => [right - left],
                BinaryOperator.Greater => [left - right - 1],
                BinaryOperator.GreaterOrEqual => [left - right],
                BinaryOperator.NotEqual => Apart(left - right, builder),
                _ when binary is { Left: BoundBinary { Operator: BinaryOperator.Remainder } remainder, Right: BoundInteger { Value: 0 } }
                    => Divides(builder.Of(remainder.Left, bindings), builder.Of(remainder.Right, bindings), left, builder),
                _ => [left - right, right - left],
            };
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>What is not 0 and can only lie on one side of it: the step that is not the first is at least 1.</summary>
    private static Polynomial[]? Apart(Polynomial difference, PolynomialBuilder builder)
    {
        var facts = new AtomFacts(builder);
        return facts.IsAtLeast(difference, 0) ? [difference - 1] : facts.IsAtLeast(-difference, 0) ? [-difference - 1] : null;
    }

    /// <summary><c>a % b == 0</c> also says <c>(a / b) * b == a</c>.</summary>
    private static Polynomial[] Divides(Polynomial dividend, Polynomial divisor, Polynomial remainder, PolynomialBuilder builder)
    {
        var product = builder.Quotient(dividend, divisor) * divisor;
        return [remainder, -remainder, product - dividend, dividend - product];
    }
}
