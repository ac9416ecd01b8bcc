using System.Text;

namespace KernelDsl.Compiler.Binding.Proofs;

/// <summary>A product of atoms, as their sorted numbers; empty is 1.</summary>
internal readonly struct Monomial(ImmutableArray<int> atoms) : IEquatable<Monomial>
{
    public static Monomial One { get; } = new([]);

    public ImmutableArray<int> Atoms { get; } = atoms;

    public int Degree => Atoms.Length;

    public Monomial Times(Monomial other)
    {
        var all = Atoms.AddRange(other.Atoms).Sort();
        return new Monomial(all);
    }

    /// <summary>This without one factor, or null where it has no such factor.</summary>
    public Monomial? Without(int atom)
    {
        var at = Atoms.IndexOf(atom);
        return at < 0 ? null : new Monomial(Atoms.RemoveAt(at));
    }

    /// <summary>This divided by another monomial, or null where that is not exact.</summary>
    public Monomial? DividedBy(Monomial divisor)
    {
        Monomial? rest = this;
        foreach (var atom in divisor.Atoms)
        {
            rest = rest?.Without(atom);
        }

        return rest;
    }

    /// <summary>Any fixed order.</summary>
    public int CompareTo(Monomial other)
    {
        var order = Atoms.Length.CompareTo(other.Atoms.Length);
        for (var i = 0; order == 0 && i < Atoms.Length; i++)
        {
            order = Atoms[i].CompareTo(other.Atoms[i]);
        }

        return order;
    }

    public bool Equals(Monomial other) => Atoms.AsSpan().SequenceEqual(other.Atoms.AsSpan());

    public override bool Equals(object? obj) => obj is Monomial other && Equals(other);

    public override int GetHashCode()
    {
        var hash = 17;
        foreach (var atom in Atoms)
        {
            hash = unchecked((hash * 31) + atom);
        }

        return hash;
    }
}

/// <summary>An integer polynomial over atoms. Arithmetic is checked: an overflow, of a number or of the size, throws and the proof that needed it fails.</summary>
internal sealed class Polynomial
{
    /// <summary>A product of sums can have any number of terms; one with more than this is no help in a proof, and is taken for an overflow.</summary>
    private const int MaximumTerms = 200;

    private const int MaximumDegree = 24;

    private readonly Dictionary<Monomial, long> _terms;
    private string? _key;

    private Polynomial(Dictionary<Monomial, long> terms) => _terms = terms;

    public static Polynomial Zero { get; } = Constant(0);

    public static Polynomial One { get; } = Constant(1);

    public IReadOnlyDictionary<Monomial, long> Terms => _terms;

    public long ConstantTerm => Coefficient(Monomial.One);

    public bool IsConstant => _terms.Count == 0 || (_terms.Count == 1 && _terms.ContainsKey(Monomial.One));

    public IEnumerable<int> Atoms => _terms.Keys.SelectMany(term => term.Atoms).Distinct();

    public static Polynomial Constant(long value) => value == 0 ? new([]) : new(new Dictionary<Monomial, long> { [Monomial.One] = value });

    public static Polynomial OfAtom(int atom) => new(new Dictionary<Monomial, long> { [new Monomial([atom])] = 1 });

    public static Polynomial OfMonomial(Monomial monomial, long coefficient = 1) => new(new Dictionary<Monomial, long> { [monomial] = coefficient });

    public static Polynomial operator +(Polynomial left, Polynomial right) => Combine(left, right, 1);

    public static Polynomial operator -(Polynomial left, Polynomial right) => Combine(left, right, -1);

    public static Polynomial operator -(Polynomial operand) => Zero - operand;

    public static Polynomial operator +(Polynomial left, long right) => left + Constant(right);

    public static Polynomial operator -(Polynomial left, long right) => left - Constant(right);

    public static Polynomial operator *(Polynomial left, Polynomial right)
    {
        var terms = new Dictionary<Monomial, long>();
        foreach (var a in left._terms)
        {
            foreach (var b in right._terms)
            {
                if (terms.Count > MaximumTerms || a.Key.Degree + b.Key.Degree > MaximumDegree)
                {
                    throw new OverflowException("The polynomial is too large.");
                }

                Add(terms, a.Key.Times(b.Key), checked(a.Value * b.Value));
            }
        }

        return new Polynomial(terms);
    }

    public long Coefficient(Monomial monomial) => _terms.TryGetValue(monomial, out var value) ? value : 0;

    /// <summary>Whether the atom stands in a product with others, or squared.</summary>
    public bool IsLinearIn(int atom) => _terms.Keys.All(term => term.Degree <= 1 || !term.Atoms.Contains(atom));

    /// <summary>The polynomial divided by a monomial times a number, where each term divides exactly.</summary>
    public Polynomial? DividedBy(Polynomial divisor)
    {
        if (divisor._terms.Count != 1)
        {
            return null;
        }

        var by = divisor._terms.First();
        var terms = new Dictionary<Monomial, long>();
        foreach (var term in _terms)
        {
            if (by.Value is 0 or -1 && term.Value == long.MinValue)
            {
                throw new OverflowException("The quotient is too large.");
            }

            if (by.Value == 0 || term.Value % by.Value != 0 || term.Key.DividedBy(by.Key) is not { } rest)
            {
                return null;
            }

            terms[rest] = term.Value / by.Value;
        }

        return new Polynomial(terms);
    }

    /// <summary>Equal polynomials over one table have equal keys.</summary>
    public string Key() => _key ??= MakeKey();

    private string MakeKey()
    {
        var monomials = new Monomial[_terms.Count];
        _terms.Keys.CopyTo(monomials, 0);
        Array.Sort(monomials, static (a, b) => a.CompareTo(b));
        var text = new StringBuilder();
        foreach (var monomial in monomials)
        {
            text.Append(_terms[monomial]).Append('*');
            foreach (var atom in monomial.Atoms)
            {
                text.Append(atom).Append('.');
            }

            text.Append(';');
        }

        return text.ToString();
    }

    private static Polynomial Combine(Polynomial left, Polynomial right, long sign)
    {
        var terms = new Dictionary<Monomial, long>(left._terms);
        if (terms.Count + right._terms.Count > 2 * MaximumTerms)
        {
            throw new OverflowException("The polynomial is too large.");
        }

        foreach (var term in right._terms)
        {
            Add(terms, term.Key, checked(sign * term.Value));
        }

        return new Polynomial(terms);
    }

    private static void Add(Dictionary<Monomial, long> terms, Monomial monomial, long value)
    {
        terms.TryGetValue(monomial, out var old);
        var sum = checked(old + value);
        if (sum == 0)
        {
            terms.Remove(monomial);
        }
        else
        {
            terms[monomial] = sum;
        }
    }
}
