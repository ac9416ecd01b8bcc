namespace KernelDsl.Compiler.Binding.Proofs;

internal enum AtomKind
{
    Extent,
    Const,
    Scalar,
    Index,

    /// <summary>Floor division of two polynomials.</summary>
    Quotient,

    /// <summary>Remainder of floor division.</summary>
    Remainder,
    Minimum,
    Maximum,

    /// <summary>The group of a ragged point.</summary>
    Group,

    /// <summary>Something that nothing is known about, such as an element of a tensor.</summary>
    Opaque,
}

/// <summary>An integer that polynomials treat as a whole. <see cref="Operands"/> are the polynomials it is made from.</summary>
internal sealed record Atom(int Number, AtomKind Kind, string Text, object? Payload, ImmutableArray<Polynomial> Operands);

/// <summary>Gives equal atoms one number.</summary>
internal sealed class AtomTable
{
    private readonly Dictionary<string, Atom> _byKey = new(StringComparer.Ordinal);
    private readonly List<Atom> _atoms = [];
    private readonly Dictionary<object, int> _identities = [];

    public Atom this[int number] => _atoms[number];

    public Atom Intern(AtomKind kind, string key, string text, object? payload, ImmutableArray<Polynomial> operands)
    {
        if (!_byKey.TryGetValue(key, out var atom))
        {
            atom = new Atom(_atoms.Count, kind, text, payload, operands);
            _byKey[key] = atom;
            _atoms.Add(atom);
        }

        return atom;
    }

    /// <summary>A number for an object, the same for the same object.</summary>
    public int Identity(object item)
    {
        if (!_identities.TryGetValue(item, out var number))
        {
            _identities[item] = number = _identities.Count;
        }

        return number;
    }
}
