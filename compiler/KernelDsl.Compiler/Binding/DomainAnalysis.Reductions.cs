using KernelDsl.Compiler.Binding.Proofs;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding;

/// <summary>The domains of reductions: whether there is anything to range over.</summary>
internal sealed partial class DomainAnalysis
{
    private Domain OfReduction(BoundReduction reduction, Facts facts)
    {
        if (reduction.Reduction is ReductionKind.Sum or ReductionKind.Product or ReductionKind.Any or ReductionKind.All)
        {
            return Domain.Everywhere;
        }

        var body = Of(reduction.Body, facts);
        if (IsNonEmpty(reduction.Variables, body.Condition, facts))
        {
            return Domain.Everywhere;
        }

        var name = ReductionNames.Of(reduction.Reduction);
        var axes = string.Join(", ", reduction.Variables.Select(v => v.Axis.Name));
        var because = body.Causes.IsEmpty ? string.Empty : ": " + body.Causes[0].Reason;
        return new Domain(
            new BoundNonEmpty(reduction, reduction.Span),
            [new DomainCause(reduction.Span, BindingDiagnostics.EmptyReduction, [name, axes, because], $"'{name}[{axes}]' may have nothing to range over")]);
    }

    private Domain OfNormalisation(BoundNormalisation normalisation, Facts facts)
    {
        var domain = normalisation.At.Aggregate(Domain.Everywhere, (all, at) => all.And(Of(at, facts)));
        var body = Of(normalisation.Body, facts);
        if (body.IsEverywhere)
        {
            return domain;
        }

        var condition = Simplify(Substitution.Apply(body.Condition, normalisation.Variables, normalisation.At), facts);
        return Bound.IsTrue(condition) ? domain : domain.And(new Domain(condition, body.Causes));
    }

    private Domain OfRanking(Definition definition, Facts facts)
    {
        var body = Of(definition.Value, facts);
        var count = definition.Along!.Axis.Extent;
        var rank = definition.Rank!.Axis.Extent;
        var isLong = body.IsEverywhere && definition.Along.Lower is null && definition.Along.Upper is null
            && Holds(Bound.Compare(BinaryOperator.LessOrEqual, rank, count, definition.Span), facts);
        if (isLong)
        {
            return Domain.Everywhere;
        }

        var reason = $"there may be fewer than {PolynomialText.Of(_builder.Of(rank), _builder.Atoms)} values along axis '{definition.Along.Axis.Name}'";
        var target = definition.Targets[0];
        return new Domain(
            new BoundDefined(target, definition.Variables.Select(Bound.Index).ToImmutableArray(), definition.Span),
            [new DomainCause(definition.Span, BindingDiagnostics.UndefinedLocal, [target.Name, reason], reason)]);
    }

    /// <summary>
    /// Whether some point of the variables meets the condition, for all points around. Variables are eliminated one by one; each must occur with
    /// factor 1 or -1, so that the elimination is exact over the integers.
    /// </summary>
    public bool IsNonEmpty(ImmutableArray<IndexVariable> variables, BoundExpression condition, Facts facts)
    {
        try
        {
            var constraints = new List<Polynomial>();
            foreach (var part in ConditionParts.Of(condition, _builder))
            {
                if (part.Inequality is null)
                {
                    return false;
                }

                constraints.Add(part.Inequality);
            }

            foreach (var variable in variables)
            {
                var self = _builder.Variable(variable);
                if (variable.Axis.Ragged is null || variable.Lower is null)
                {
                    // A group lies inside the packed axis: the host checks the starts.
                    constraints.Add(self);
                    constraints.Add(_builder.Of(variable.Axis.Extent) - self - 1);
                }

                if (variable.Lower is { } lower)
                {
                    constraints.Add(self - _builder.Of(lower));
                }

                if (variable.Upper is { } upper)
                {
                    constraints.Add(_builder.Of(upper) - self - 1);
                }
            }

            foreach (var variable in variables.Reverse())
            {
                if (Eliminate(_builder.Variable(variable).Atoms.Single(), constraints) is not { } rest)
                {
                    return false;
                }

                constraints = rest;
            }

            return constraints.All(constraint => _prover.IsNonNegative(constraint, facts));
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private List<Polynomial>? Eliminate(int variable, List<Polynomial> constraints)
    {
        var rest = new List<Polynomial>();
        var lower = new List<Polynomial>();
        var upper = new List<Polynomial>();
        foreach (var constraint in constraints)
        {
            if (MentionsIndirectly(constraint, variable) || !constraint.IsLinearIn(variable))
            {
                return null;
            }

            switch (constraint.Coefficient(new Monomial([variable])))
            {
                case 0:
                    rest.Add(constraint);
                    break;
                case 1:
                    lower.Add(constraint);
                    break;
                case -1:
                    upper.Add(constraint);
                    break;
                default:
                    return null;
            }
        }

        foreach (var low in lower)
        {
            foreach (var high in upper)
            {
                rest.Add(low + high);
            }
        }

        return rest.Count > 400 ? null : rest;
    }

    private bool MentionsIndirectly(Polynomial polynomial, int variable)
    {
        DeepStack.Guard();
        return polynomial.Atoms.Any(a => a != variable && (_builder.Atoms[a].Operands.Any(o => o.Atoms.Contains(variable) || MentionsIndirectly(o, variable))
            || (_builder.Atoms[a] is { Kind: AtomKind.Opaque, Payload: BoundExpression data }
                && ExpressionWalk.FreeVariables(data).Any(v => _builder.Variable(v).Atoms.Single() == variable))));
    }
}
