namespace KernelDsl.Compiler.Binding.Proofs;

/// <summary>
/// Proves that an integer polynomial is never negative where some facts hold. Sound and incomplete: floor divisions and products are handled by the rules
/// below, the rest is linear.
/// </summary>
internal sealed class Prover(PolynomialBuilder builder)
{
    private const int MaximumFacts = 160;

    private readonly AtomFacts _atomFacts = new(builder);
    private readonly AtomTable _atoms = builder.Atoms;
    private readonly Dictionary<string, bool> _remembered = new(StringComparer.Ordinal);

    public PolynomialBuilder Builder { get; } = builder;

    public AtomFacts AtomFacts => _atomFacts;

    public bool IsNonNegative(Polynomial goal, Facts facts)
    {
        try
        {
            if (goal.IsConstant)
            {
                return goal.ConstantTerm >= 0;
            }

            var key = goal.Key() + "|" + facts.Key;
            if (!_remembered.TryGetValue(key, out var answer))
            {
                _remembered[key] = answer = _atomFacts.IsAtLeast(goal, 0) || Alternatives(goal).Any(form => form.All(part => Refutes(part, facts)));
            }

            return answer;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    /// <summary>Whether a polynomial is surely below 0.</summary>
    public bool IsNegative(Polynomial polynomial, Facts facts)
    {
        try
        {
            return IsNonNegative(-polynomial - 1, facts);
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    /// <summary>Ways to state the goal; each is a list of goals that together imply it.</summary>
    private IEnumerable<ImmutableArray<Polynomial>> Alternatives(Polynomial goal)
    {
        yield return [goal];
        foreach (var number in goal.Atoms.ToArray())
        {
            var atom = _atoms[number];
            var factor = goal.IsLinearIn(number) ? goal.Coefficient(new Monomial([number])) : 0;
            var rest = goal - (Polynomial.OfAtom(number) * Polynomial.Constant(factor));
            if (atom.Kind == AtomKind.Quotient && _atomFacts.IsPositiveDivisor(atom.Operands[1]))
            {
                // R - a/b >= 0  <=>  a <= b*R + b - 1;   R + a/b >= 0  <=>  a + b*R >= 0.
                if (factor == -1)
                {
                    yield return [(rest * atom.Operands[1]) + atom.Operands[1] - 1 - atom.Operands[0]];
                }
                else if (factor == 1)
                {
                    yield return [atom.Operands[0] + (rest * atom.Operands[1])];
                }
            }
            else if ((atom.Kind == AtomKind.Minimum && factor > 0) || (atom.Kind == AtomKind.Maximum && factor < 0))
            {
                yield return atom.Operands.Select(operand => rest + (operand * Polynomial.Constant(factor))).ToImmutableArray();
            }
        }
    }

    private bool Refutes(Polynomial goal, Facts facts)
    {
        if (goal.IsConstant)
        {
            return goal.ConstantTerm >= 0;
        }

        var known = Gather(goal, facts);
        var system = new InequalitySystem();
        foreach (var fact in known)
        {
            system.Add(fact);
        }

        system.Add(-goal - 1);
        return system.IsContradictory();
    }

    private List<Polynomial> Gather(Polynomial goal, Facts facts)
    {
        var known = new List<Polynomial>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var reached = new HashSet<int>();
        var pending = new Queue<int>(goal.Atoms);
        var assumptions = facts.Inequalities.ToList();

        void Learn(Polynomial fact)
        {
            if (known.Count < MaximumFacts && !fact.IsConstant && seen.Add(fact.Key()))
            {
                known.Add(fact);
                foreach (var atom in fact.Atoms)
                {
                    pending.Enqueue(atom);
                }

                foreach (var other in Unfloored(fact))
                {
                    Learn(other);
                }
            }
        }

        while (pending.Count > 0)
        {
            var number = pending.Dequeue();
            if (!reached.Add(number))
            {
                continue;
            }

            foreach (var fact in _atomFacts.Of(_atoms[number]))
            {
                Learn(fact);
            }

            // What an element of a tensor is read at may say something about it: the start of a group, for one.
            foreach (var inner in _atoms[number].Kind == AtomKind.Opaque ? _atoms[number].Operands.SelectMany(operand => operand.Atoms) : [])
            {
                pending.Enqueue(inner);
            }

            foreach (var assumption in assumptions.Where(a => a.Atoms.Contains(number)).ToArray())
            {
                assumptions.Remove(assumption);
                Learn(assumption);
            }
        }

        AddProducts(goal, known, Learn);
        return known;
    }

    /// <summary>A fact <c>R - a/b >= 0</c> restated without the division, which other facts can then be linear with.</summary>
    private IEnumerable<Polynomial> Unfloored(Polynomial fact)
    {
        foreach (var number in fact.Atoms)
        {
            var atom = _atoms[number];
            var factor = fact.Coefficient(new Monomial([number]));
            if (atom.Kind == AtomKind.Quotient && factor is 1 or -1 && fact.IsLinearIn(number) && _atomFacts.IsPositiveDivisor(atom.Operands[1]))
            {
                var rest = fact - (Polynomial.OfAtom(number) * Polynomial.Constant(factor));
                yield return factor == 1
                    ? atom.Operands[0] + (rest * atom.Operands[1])
                    : (rest * atom.Operands[1]) + atom.Operands[1] - 1 - atom.Operands[0];
            }
        }
    }

    /// <summary>For products x*y in play: a fact about x, times y where y is not negative, speaks about the product.</summary>
    private void AddProducts(Polynomial goal, List<Polynomial> known, Action<Polynomial> learn)
    {
        var products = goal.Terms.Keys.Concat(known.SelectMany(fact => fact.Terms.Keys)).Where(m => m.Degree >= 2).Distinct().Take(12).ToArray();
        foreach (var product in products)
        {
            foreach (var number in product.Atoms.Distinct())
            {
                var rest = Polynomial.OfMonomial(product.Without(number)!.Value);
                if (!_atomFacts.IsAtLeast(rest, 0))
                {
                    continue;
                }

                foreach (var fact in known.Where(f => f.Coefficient(new Monomial([number])) != 0 && f.Terms.Keys.All(m => m.Degree <= 1)).Take(8).ToArray())
                {
                    learn(fact * rest);
                }
            }

            if (_atomFacts.IsAtLeast(Polynomial.OfMonomial(product), 0))
            {
                learn(Polynomial.OfMonomial(product));
            }
        }
    }
}
