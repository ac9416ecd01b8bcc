namespace KernelDsl.Compiler.Binding.Proofs;

/// <summary>
/// Decides whether linear inequalities <c>sum c·x + c0 &gt;= 0</c> over integers contradict each other, by Fourier–Motzkin elimination with
/// integer tightening. Products of atoms are variables of their own here. Answers "no contradiction found" when the work grows too large.
/// </summary>
internal sealed class InequalitySystem
{
    private const int MaximumInequalities = 1500;

    private readonly Dictionary<Monomial, int> _variables = [];
    private readonly HashSet<Row> _rows = [];
    private bool _contradiction;

    /// <summary>Adds <c>polynomial &gt;= 0</c>.</summary>
    public void Add(Polynomial polynomial)
    {
        var terms = new SortedDictionary<int, long>();
        foreach (var term in polynomial.Terms)
        {
            if (term.Key.Degree > 0)
            {
                if (!_variables.TryGetValue(term.Key, out var variable))
                {
                    _variables[term.Key] = variable = _variables.Count;
                }

                terms[variable] = term.Value;
            }
        }

        Add(_rows, terms, polynomial.ConstantTerm);
    }

    public bool IsContradictory()
    {
        var rows = _rows;
        while (!_contradiction)
        {
            if (PickVariable(rows) is not { } variable)
            {
                return false;
            }

            var next = Eliminate(rows, variable);
            if (next is null)
            {
                return _contradiction;
            }

            rows = next;
        }

        return true;
    }

    private static int? PickVariable(HashSet<Row> rows)
    {
        var counts = new Dictionary<int, (int Positive, int Negative)>();
        foreach (var row in rows)
        {
            foreach (var term in row.Terms)
            {
                counts.TryGetValue(term.Variable, out var count);
                counts[term.Variable] = term.Factor > 0 ? (count.Positive + 1, count.Negative) : (count.Positive, count.Negative + 1);
            }
        }

        return counts.Count == 0 ? null : counts.OrderBy(c => (long)c.Value.Positive * c.Value.Negative).ThenBy(c => c.Key).First().Key;
    }

    private HashSet<Row>? Eliminate(HashSet<Row> rows, int variable)
    {
        var next = new HashSet<Row>();
        var lower = new List<(Row Row, long Factor)>();
        var upper = new List<(Row Row, long Factor)>();
        foreach (var row in rows)
        {
            var factor = row.FactorOf(variable);
            if (factor == 0)
            {
                next.Add(row);
            }
            else
            {
                (factor > 0 ? lower : upper).Add((row, Math.Abs(factor)));
            }
        }

        foreach (var low in lower)
        {
            foreach (var high in upper)
            {
                var terms = new SortedDictionary<int, long>();
                Accumulate(terms, low.Row, high.Factor);
                Accumulate(terms, high.Row, low.Factor);
                Add(next, terms, checked((low.Row.Constant * high.Factor) + (high.Row.Constant * low.Factor)));
                if (_contradiction || next.Count > MaximumInequalities)
                {
                    return null;
                }
            }
        }

        return next;
    }

    private static void Accumulate(SortedDictionary<int, long> terms, Row row, long factor)
    {
        foreach (var term in row.Terms)
        {
            terms.TryGetValue(term.Variable, out var old);
            var sum = checked(old + (term.Factor * factor));
            if (sum == 0)
            {
                terms.Remove(term.Variable);
            }
            else
            {
                terms[term.Variable] = sum;
            }
        }
    }

    private void Add(HashSet<Row> rows, SortedDictionary<int, long> terms, long constant)
    {
        if (terms.Count == 0)
        {
            _contradiction |= constant < 0;
            return;
        }

        var divisor = terms.Values.Aggregate(0L, GreatestCommonDivisor);
        var tightened = FloorDivide(constant, divisor);
        rows.Add(new Row(terms.Select(term => (term.Key, term.Value / divisor)).ToImmutableArray(), tightened));
    }

    private static long GreatestCommonDivisor(long a, long b)
    {
        a = Math.Abs(a);
        b = Math.Abs(b);
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }

    private static long FloorDivide(long a, long b) => (a / b) - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);

    private sealed class Row(ImmutableArray<(int Variable, long Factor)> terms, long constant) : IEquatable<Row>
    {
        public ImmutableArray<(int Variable, long Factor)> Terms { get; } = terms;

        public long Constant { get; } = constant;

        public long FactorOf(int variable)
        {
            foreach (var term in Terms)
            {
                if (term.Variable == variable)
                {
                    return term.Factor;
                }
            }

            return 0;
        }

        public bool Equals(Row? other) => other is not null && Constant == other.Constant && Terms.AsSpan().SequenceEqual(other.Terms.AsSpan());

        public override bool Equals(object? obj) => Equals(obj as Row);

        public override int GetHashCode()
        {
            var hash = Constant.GetHashCode();
            foreach (var term in Terms)
            {
                hash = unchecked((hash * 31) + (term.Variable * 7) + term.Factor.GetHashCode());
            }

            return hash;
        }
    }
}
