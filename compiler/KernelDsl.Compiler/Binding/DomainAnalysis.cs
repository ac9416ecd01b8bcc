using KernelDsl.Compiler.Binding.Proofs;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Binding;

/// <summary>Why a value may be undefined: the diagnostic to give when it must not be, and the same said in half a sentence.</summary>
internal sealed record DomainCause(TextSpan Span, DiagnosticDescriptor Descriptor, ImmutableArray<object?> Arguments, string Reason);

/// <summary>Where an expression is defined: a condition that is what could not be proved, and the causes when it is not simply true.</summary>
internal sealed record Domain(BoundExpression Condition, ImmutableArray<DomainCause> Causes)
{
    public static Domain Everywhere { get; } = new(Bound.True, []);

    public bool IsEverywhere => Bound.IsTrue(Condition);

    public Domain And(Domain other) => IsEverywhere ? other : other.IsEverywhere ? this : new(Bound.And(Condition, other.Condition), Causes.AddRange(other.Causes));
}

/// <summary>Finds the domains of expressions and definitions, proving away what always holds.</summary>
internal sealed partial class DomainAnalysis
{
    private readonly SourceText _source;
    private readonly Prover _prover;
    private readonly PolynomialBuilder _builder;
    private readonly Func<TensorSymbol, Definition?> _definitionOf;
    private readonly Facts _kernelFacts;
    private readonly Dictionary<TensorSymbol, Domain> _locals = [];
    private readonly HashSet<TensorSymbol> _inProgress = [];
    private readonly HashSet<TensorSymbol> _dynamic = [];
    private readonly HashSet<TensorSymbol> _assumedTotal = [];
    private readonly ImmutableHashSet<TensorSymbol> _assumedDefined;

    /// <param name="assumedDefined">Locals that are only read where they are defined.</param>
    public DomainAnalysis(
        SourceText source, Func<TensorSymbol, Definition?> definitionOf, IEnumerable<Precondition> preconditions, ImmutableHashSet<TensorSymbol>? assumedDefined = null)
    {
        _assumedDefined = assumedDefined ?? [];
        _source = source;
        _definitionOf = definitionOf;
        _builder = new PolynomialBuilder(new AtomTable(), definitionOf);
        _prover = new Prover(_builder);
        _kernelFacts = preconditions.Aggregate(Facts.None, (facts, p) => facts.Assume(p.Condition, _builder));
    }

    public Facts KernelFacts => _kernelFacts;

    public Prover Prover => _prover;

    /// <summary>The facts inside a definition: those of the kernel, its <c>where</c>, and for an output like a sparse tensor that the point is stored.</summary>
    public Facts FactsOf(Definition definition)
    {
        var facts = definition.Where is null ? _kernelFacts : _kernelFacts.Assume(definition.Where, _builder);
        if (definition.Kind == DefinitionKind.Equation && definition.Targets[0].Like is { } like)
        {
            facts = facts.Assume(new BoundStored(like, definition.Variables.Select(Bound.Index).ToImmutableArray(), definition.Span), _builder);
        }

        return facts;
    }

    public Facts Assume(Facts facts, BoundExpression condition, bool isNegated = false) => facts.Assume(condition, _builder, isNegated);

    /// <summary>Where a local is defined, in terms of the variables of its definition.</summary>
    public Domain OfLocal(TensorSymbol local)
    {
        DeepStack.Guard();
        if (_locals.TryGetValue(local, out var known))
        {
            return known;
        }

        var definition = _definitionOf(local);
        if (definition is null || !_inProgress.Add(local))
        {
            // A recurrence is taken as defined at its other points while it is looked at; what comes out is checked below.
            _assumedTotal.Add(local);
            return Domain.Everywhere;
        }

        var domain = OfDefinition(definition);
        if (_assumedTotal.Remove(local) && !domain.IsEverywhere && _dynamic.Add(local))
        {
            domain = OfDefinition(definition);
        }

        _inProgress.Remove(local);

        // While an outer recurrence is only assumed, what was found with its help is not kept.
        if (_assumedTotal.Count == 0 || _inProgress.Count == 0)
        {
            _locals[local] = domain;
        }

        return domain;
    }

    public Domain OfDefinition(Definition definition)
    {
        var facts = FactsOf(definition);
        var domain = Domain.Everywhere;
        foreach (var variable in definition.Variables)
        {
            domain = domain.And(OfBounds(variable));
        }

        if (definition.Where is { } where)
        {
            domain = domain.And(Of(where, _kernelFacts));
            var condition = Simplify(where, _kernelFacts);
            if (!Bound.IsTrue(condition))
            {
                var reason = $"it has a value only where {_source.ToString(where.Span)}";
                domain = domain.And(new Domain(condition, [new DomainCause(where.Span, BindingDiagnostics.UndefinedLocal, [], reason)]));
            }
        }

        return definition.Kind is DefinitionKind.TopK or DefinitionKind.Sort ? domain.And(OfRanking(definition, facts)) : domain.And(Of(definition.Value, facts));
    }

    public Domain Of(BoundExpression expression, Facts facts)
    {
        DeepStack.Guard();
        switch (expression)
        {
            case BoundRead read:
                return OfRead(read, facts);
            case BoundBinary { Operator: BinaryOperator.And or BinaryOperator.Or } logical:
                return OfLogical(logical, facts);
            case BoundBinary { Kind: ValueKind.Integer, Operator: BinaryOperator.Divide or BinaryOperator.Remainder } division:
                return Of(division.Left, facts).And(Of(division.Right, facts)).And(OfDivisor(division.Right, facts));
            case BoundConditional conditional:
                return OfConditional(conditional, facts);
            case BoundElse otherwise:
                var value = Of(otherwise.Value, facts);
                var other = value.IsEverywhere ? value : Of(otherwise.Otherwise, facts.Assume(value.Condition, _builder, isNegated: true));
                return value.IsEverywhere || other.IsEverywhere ? Domain.Everywhere : new Domain(Bound.Or(value.Condition, other.Condition), other.Causes);
            case BoundReduction reduction:
                return OfReduction(reduction, facts);
            case BoundNormalisation normalisation:
                return OfNormalisation(normalisation, facts);
            case BoundStored or BoundDefined or BoundNonEmpty:
                return Domain.Everywhere;
            default:
                return ExpressionWalk.Children(expression).Aggregate(Domain.Everywhere, (domain, child) => domain.And(Of(child, facts)));
        }
    }

    /// <summary>A condition without the parts that the facts prove.</summary>
    public BoundExpression Simplify(BoundExpression condition, Facts facts)
    {
        DeepStack.Guard();
        switch (condition)
        {
            case BoundBinary { Operator: BinaryOperator.And } both:
                var left = Simplify(both.Left, facts);
                return Bound.And(left, Simplify(both.Right, Bound.IsTrue(left) ? facts : facts.Assume(left, _builder)));
            case BoundBinary { Operator: BinaryOperator.Or } either:
                return Bound.Or(Simplify(either.Left, facts), Simplify(either.Right, facts.Assume(either.Left, _builder, isNegated: true)));
            case BoundNonEmpty { Reduction: var reduction }:
                return IsNonEmpty(reduction.Variables, Of(reduction.Body, facts).Condition, facts) ? Bound.True : condition;
            default:
                return Holds(condition, facts) ? Bound.True : condition;
        }
    }

    public bool Holds(BoundExpression condition, Facts facts)
        => ConditionParts.Of(condition, _builder).All(part => part.Inequality is { } inequality
            ? _prover.IsNonNegative(inequality, facts)
            : !part.IsNegated && facts.Truths.Count > 0 && facts.Truths.Contains(ExpressionKey.Of(part.Condition!, _builder, part.Bindings)));

    private Domain OfLogical(BoundBinary logical, Facts facts)
    {
        var left = Of(logical.Left, facts);
        var isAnd = logical.Operator == BinaryOperator.And;
        var right = Of(logical.Right, facts.Assume(logical.Left, _builder, isNegated: !isAnd));
        if (right.IsEverywhere)
        {
            return left;
        }

        var decided = isAnd ? Bound.Not(logical.Left) : logical.Left;
        return left.And(new Domain(Bound.Or(decided, right.Condition), right.Causes));
    }

    private Domain OfConditional(BoundConditional conditional, Facts facts)
    {
        var condition = Of(conditional.Condition, facts);
        var whenTrue = Of(conditional.WhenTrue, facts.Assume(conditional.Condition, _builder));
        var whenFalse = Of(conditional.WhenFalse, facts.Assume(conditional.Condition, _builder, isNegated: true));
        if (whenTrue.IsEverywhere && whenFalse.IsEverywhere)
        {
            return condition;
        }

        var choice = new BoundConditional(conditional.Condition, whenTrue.Condition, whenFalse.Condition, ValueKind.Bool, conditional.Span);
        return condition.And(new Domain(choice, whenTrue.Causes.AddRange(whenFalse.Causes)));
    }

    private Domain OfDivisor(BoundExpression divisor, Facts facts)
    {
        if (IsUniform(divisor))
        {
            return Domain.Everywhere;
        }

        try
        {
            var polynomial = _builder.Of(divisor);
            if (_prover.IsNonNegative(polynomial - 1, facts) || _prover.IsNonNegative(-polynomial - 1, facts))
            {
                return Domain.Everywhere;
            }
        }
        catch (OverflowException)
        {
        }

        var text = _source.ToString(divisor.Span);
        var condition = Bound.Compare(BinaryOperator.NotEqual, divisor, Bound.Integer(0), divisor.Span);
        return new Domain(condition, [new DomainCause(divisor.Span, BindingDiagnostics.ZeroDivisor, [text], $"the divisor '{text}' may be 0")]);
    }

    private Domain OfBounds(IndexVariable variable)
    {
        var domain = Domain.Everywhere;
        var index = Bound.Index(variable);
        var reason = $"axis '{variable.Axis.Name}' is limited to the group or row of the point";
        if (variable.Lower is { } lower)
        {
            domain = domain.And(new Domain(
                Bound.Compare(BinaryOperator.GreaterOrEqual, index, lower, variable.Axis.Span),
                [new DomainCause(variable.Axis.Span, BindingDiagnostics.UndefinedLocal, [], reason)]));
        }

        return variable.Upper is not { } upper ? domain : domain.And(new Domain(
            Bound.Compare(BinaryOperator.Less, index, upper, variable.Axis.Span),
            [new DomainCause(variable.Axis.Span, BindingDiagnostics.UndefinedLocal, [], reason)]));
    }

    /// <summary>Whether only extents, consts and scalars occur.</summary>
    public static bool IsUniform(BoundExpression expression)
        => ExpressionWalk.All(expression).All(e => e is BoundInteger or BoundFloat or BoundBoolean or BoundExtent or BoundConst or BoundScalar or BoundUnary or BoundBinary or BoundConditional
            or BoundCall { Function: not BuiltInFunction.Random } or BoundCast);
}
