using KernelDsl.Compiler.Binding.Proofs;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Binding;

/// <summary>The domains of reads.</summary>
internal sealed partial class DomainAnalysis
{
    /// <summary>A domain with more nodes than this, or with reductions, is computed once and kept as a mask instead of being repeated at each read.</summary>
    private const int LargestInlineDomain = 40;

    /// <summary>Whether a local's own computation decides where it is defined.</summary>
    public bool IsDynamic(TensorSymbol local) => _dynamic.Contains(local);

    /// <summary>Where the subscripts are defined and inside the extents.</summary>
    public Domain OfSubscripts(BoundRead read, Facts facts)
    {
        var domain = Domain.Everywhere;
        for (var k = 0; k < read.Indices.Length; k++)
        {
            domain = domain.And(Of(read.Indices[k], facts)).And(OfSubscript(read, k, facts));
        }

        return domain;
    }

    private Domain OfRead(BoundRead read, Facts facts)
    {
        var domain = OfSubscripts(read, facts);
        var tensor = read.Tensor;
        if (tensor.Role == TensorRole.Local)
        {
            return domain.And(OfLocalRead(read, domain.IsEverywhere ? facts : facts.Assume(domain.Condition, _builder)));
        }

        var pattern = tensor.Like ?? tensor;
        if (pattern.IsSparse)
        {
            domain = domain.And(Stored(pattern, read, facts));
        }
        else if (tensor.PagedAxis is { } paged)
        {
            var at = tensor.Axes.IndexOf(paged);
            var length = PagedLength(tensor, paged, read);
            var inside = Simplify(Bound.Compare(BinaryOperator.Less, read.Indices[at], length, read.Span), facts);
            var page = Stored(tensor, read, facts);
            domain = domain.And(Bound.IsTrue(inside) ? page : new Domain(Bound.And(inside, page.Condition), page.Causes));
        }

        return domain;
    }

    private static BoundExpression PagedLength(TensorSymbol tensor, Axis paged, BoundRead read)
    {
        var rows = paged.Paging!.RowAxes.Select(row => read.Indices[tensor.Axes.IndexOf(row)]).ToImmutableArray();
        return new BoundRead(paged.Paging.Length, rows, read.Span);
    }

    private Domain Stored(TensorSymbol tensor, BoundRead read, Facts facts)
    {
        var stored = new BoundStored(tensor, read.Indices, read.Span);
        if (Holds(stored, facts))
        {
            return Domain.Everywhere;
        }

        var how = tensor.IsSparse ? "sparse" : "paged";
        return new Domain(stored, [new DomainCause(read.Span, BindingDiagnostics.NotStored, [tensor.Name, how], $"'{tensor.Name}' is {how} and has a value only at its stored points")]);
    }

    private Domain OfSubscript(BoundRead read, int k, Facts facts)
    {
        var (index, axis) = (read.Indices[k], read.Tensor.Axes[k]);
        if ((index is BoundIndex { Variable: var variable } && variable.Axis == axis) || index is BoundInvalid)
        {
            return Domain.Everywhere;
        }

        BoundExpression condition = Bound.True;
        Polynomial? position = null;
        try
        {
            position = _builder.Of(index);
            var extent = _builder.Of(axis.Extent);
            if (!_prover.IsNonNegative(position, facts))
            {
                condition = Bound.Compare(BinaryOperator.GreaterOrEqual, index, Bound.Integer(0), index.Span);
            }

            if (!_prover.IsNonNegative(extent - position - 1, facts))
            {
                condition = Bound.And(condition, Bound.Compare(BinaryOperator.Less, index, axis.Extent, index.Span));
            }
        }
        catch (OverflowException)
        {
            condition = Bound.And(
                Bound.Compare(BinaryOperator.GreaterOrEqual, index, Bound.Integer(0), index.Span), Bound.Compare(BinaryOperator.Less, index, axis.Extent, index.Span));
        }

        return Bound.IsTrue(condition) ? Domain.Everywhere : new Domain(condition, [Outside(read, index, axis, position)]);
    }

    private DomainCause Outside(BoundRead read, BoundExpression index, Axis axis, Polynomial? position)
    {
        var text = _source.ToString(read.Span);
        var subscript = _source.ToString(index.Span);
        var extent = PolynomialText.Of(_builder.Of(axis.Extent), _builder.Atoms);
        if (position is null || position.Atoms.Any(a => _builder.Atoms[a].Kind == AtomKind.Opaque))
        {
            return new DomainCause(
                read.Span, BindingDiagnostics.DataIndex, [text, subscript, extent, axis.Name], $"the subscript '{subscript}' of '{read.Tensor.Name}' is data and may be outside axis '{axis.Name}'");
        }

        var range = SubscriptRange.Of(position, _builder);
        return new DomainCause(
            read.Span,
            BindingDiagnostics.IndexOutside,
            [text, axis.Name, subscript, range, extent],
            $"'{text}' reads {axis.Name} = '{subscript}', which {range}, and axis '{axis.Name}' has extent {extent}");
    }

    private Domain OfLocalRead(BoundRead read, Facts facts)
    {
        if (_assumedDefined.Contains(read.Tensor))
        {
            return Domain.Everywhere;
        }

        if (_dynamic.Contains(read.Tensor))
        {
            return new Domain(new BoundDefined(read.Tensor, read.Indices, read.Span), [Undefined(read, "it depends on itself and may start nowhere")]);
        }

        var domain = OfLocal(read.Tensor);
        if (domain.IsEverywhere || _definitionOf(read.Tensor) is not { } definition || definition.Variables.Length != read.Indices.Length)
        {
            return Domain.Everywhere;
        }

        var cause = Undefined(read, domain.Causes.IsEmpty ? "it is not defined everywhere" : domain.Causes[0].Reason);
        if (!IsCheap(domain.Condition))
        {
            // What is not defined everywhere may still be proved defined at this point: the group of a point, for one, has a point.
            if (IsSmall(domain.Condition) && Bound.IsTrue(Simplify(Substitution.Apply(domain.Condition, definition.Variables, read.Indices), facts)))
            {
                return Domain.Everywhere;
            }

            return new Domain(new BoundDefined(read.Tensor, read.Indices, read.Span), [cause]);
        }

        var condition = Simplify(Substitution.Apply(domain.Condition, definition.Variables, read.Indices), facts);
        return Bound.IsTrue(condition) ? Domain.Everywhere : new Domain(condition, [cause]);
    }

    private static bool IsSmall(BoundExpression condition) => ExpressionWalk.All(condition).Take(LargestInlineDomain + 1).Count() <= LargestInlineDomain;

    private DomainCause Undefined(BoundRead read, string reason)
        => new(read.Span, BindingDiagnostics.UndefinedLocal, [_source.ToString(read.Span), reason], reason);

    /// <summary>Whether a domain may be repeated at each read: it is small and computes nothing but arithmetic on indices and parameters.</summary>
    public bool IsCheap(BoundExpression condition)
    {
        var budget = LargestInlineDomain;
        return IsCheap(condition, ref budget);
    }

    private bool IsCheap(BoundExpression condition, ref int budget)
    {
        DeepStack.Guard();
        foreach (var node in ExpressionWalk.All(condition))
        {
            if (node is BoundNonEmpty or BoundDefined or BoundReduction or BoundNormalisation || --budget < 0)
            {
                return false;
            }

            if (node is BoundRead { Tensor.Role: not TensorRole.Parameter } read
                && (_inProgress.Contains(read.Tensor) || read.Tensor.Role == TensorRole.Output || _definitionOf(read.Tensor) is not { Kind: DefinitionKind.Equation } definition || !IsCheap(definition.Value, ref budget)))
            {
                return false;
            }
        }

        return true;
    }
}
