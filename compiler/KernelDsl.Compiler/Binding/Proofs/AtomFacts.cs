namespace KernelDsl.Compiler.Binding.Proofs;

/// <summary>What follows from what an atom is, as polynomials that are at least 0.</summary>
internal sealed class AtomFacts(PolynomialBuilder builder)
{
    private readonly AtomTable _atoms = builder.Atoms;

    public IEnumerable<Polynomial> Of(Atom atom)
    {
        var self = Polynomial.OfAtom(atom.Number);
        return atom.Kind switch
        {
            AtomKind.Extent => [self - (((ExtentSymbol)atom.Payload!).IsImplicit ? 0 : 1)],
            AtomKind.Const => OfConst((ConstSymbol)atom.Payload!, self),
            AtomKind.Index => OfIndex((IndexVariable)atom.Payload!, self),
            AtomKind.Quotient => OfQuotient(atom, self),
            AtomKind.Remainder => IsPositiveDivisor(atom.Operands[1]) ? [self, atom.Operands[1] - self - 1] : [],
            AtomKind.Minimum => atom.Operands.Select(operand => operand - self),
            AtomKind.Maximum => atom.Operands.Select(operand => self - operand),
            AtomKind.Group => OfGroup(atom, self),
            _ => [],
        };
    }

    /// <summary>A quick answer from signs alone: whether the polynomial is surely at least a number.</summary>
    public bool IsAtLeast(Polynomial polynomial, long bound, int depth = 0)
    {
        if (depth > 6)
        {
            return false;
        }

        long minimum = 0;
        foreach (var term in polynomial.Terms)
        {
            var least = term.Key.Atoms.Select(atom => LeastOf(_atoms[atom], depth)).ToArray();
            if (term.Key.Degree > 0 && (term.Value < 0 || least.Any(value => value is null)))
            {
                return false;
            }

            minimum = checked(minimum + least.Aggregate(term.Value, (product, value) => checked(product * value!.Value)));
        }

        return minimum >= bound;
    }

    /// <summary>The least value of an atom that is surely not negative, or null.</summary>
    private long? LeastOf(Atom atom, int depth) => atom.Kind switch
    {
        AtomKind.Extent => ((ExtentSymbol)atom.Payload!).IsImplicit ? 0 : 1,
        AtomKind.Const => ((ConstSymbol)atom.Payload!) is { Allowed.Length: > 0 } constant ? Math.Max(0, constant.Allowed.Min()) : 0,
        AtomKind.Index or AtomKind.Group => 0,
        AtomKind.Quotient when IsAtLeast(atom.Operands[0], 0, depth + 1) => 0,
        AtomKind.Remainder when IsPositiveDivisor(atom.Operands[1]) => 0,
        _ => null,
    };

    /// <summary>A group is inside its axis, and the point that it is the group of lies between its start and the next.</summary>
    private IEnumerable<Polynomial> OfGroup(Atom atom, Polynomial self)
    {
        var group = atom.Payload as BoundGroup;
        var ragged = (group?.Ragged ?? (Axis)atom.Payload!).Ragged!;
        yield return self;
        yield return builder.Of(ragged.Group.Extent) - self - 1;
        if (group is not null)
        {
            BoundRead Start(BoundExpression at) => new(ragged.Start, [at], group.Span);
            yield return atom.Operands[0] - builder.Of(Start(group));
            yield return builder.Of(Start(Bound.Arithmetic(Syntax.BinaryOperator.Add, group, Bound.Integer(1)))) - atom.Operands[0] - 1;
        }
    }

    private static IEnumerable<Polynomial> OfConst(ConstSymbol symbol, Polynomial self)
        => symbol.Allowed.IsEmpty ? [self] : [self - symbol.Allowed.Min(), Polynomial.Constant(symbol.Allowed.Max()) - self];

    private IEnumerable<Polynomial> OfIndex(IndexVariable variable, Polynomial self)
    {
        yield return self;
        var extent = builder.Of(variable.Axis.Extent);
        yield return extent - self - 1;
        if (variable.Lower is { } lower)
        {
            yield return self - builder.Of(lower);
        }

        if (variable.Upper is { } upper)
        {
            yield return builder.Of(upper) - self - 1;
        }
    }

    /// <summary>With a divisor b of at least 1: <c>b*q &lt;= a &lt;= b*q + b - 1</c>. Divisors of extents are conditions of the call, so they are taken as positive.</summary>
    private IEnumerable<Polynomial> OfQuotient(Atom atom, Polynomial self)
    {
        var (dividend, divisor) = (atom.Operands[0], atom.Operands[1]);
        if (!IsPositiveDivisor(divisor))
        {
            yield break;
        }

        yield return dividend - (self * divisor);
        yield return (self * divisor) + divisor - 1 - dividend;
        if (IsAtLeast(dividend, 0))
        {
            yield return self;
        }
    }

    /// <summary>Whether the divisor is a positive number, or is made of sizes only, in which case the call checks it.</summary>
    public bool IsPositiveDivisor(Polynomial divisor)
        => IsAtLeast(divisor, 1) || (!divisor.IsConstant && divisor.Atoms.All(atom => IsUniform(_atoms[atom])));

    private bool IsUniform(Atom atom) => atom.Kind switch
    {
        AtomKind.Extent or AtomKind.Const or AtomKind.Scalar => true,
        AtomKind.Quotient or AtomKind.Remainder or AtomKind.Minimum or AtomKind.Maximum => atom.Operands.All(o => o.Atoms.All(a => IsUniform(_atoms[a]))),
        _ => false,
    };
}
