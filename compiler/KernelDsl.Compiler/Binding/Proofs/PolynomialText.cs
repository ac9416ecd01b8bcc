using System.Text;

namespace KernelDsl.Compiler.Binding.Proofs;

/// <summary>Polynomials as a reader writes them: <c>2*P - K + 1</c>.</summary>
internal static class PolynomialText
{
    public static string Of(Polynomial polynomial, AtomTable atoms)
    {
        var text = new StringBuilder();
        var terms = polynomial.Terms
            .Select(term => (term.Value, Names: string.Join("*", term.Key.Atoms.Select(atom => Factor(atoms[atom], term.Key.Degree > 1 || Math.Abs(term.Value) > 1)))))
            .OrderBy(term => term.Names.Length == 0).ThenBy(term => term.Value < 0).ThenBy(term => term.Names, StringComparer.Ordinal);
        foreach (var (factor, names) in terms)
        {
            var magnitude = factor == long.MinValue ? "9223372036854775808" : Math.Abs(factor).ToString(System.Globalization.CultureInfo.InvariantCulture);
            text.Append(text.Length == 0 ? (factor < 0 ? "-" : string.Empty) : factor < 0 ? " - " : " + ");
            text.Append(names.Length == 0 ? magnitude : magnitude == "1" ? names : magnitude + "*" + names);
        }

        return text.Length == 0 ? "0" : text.ToString();
    }

    private static string Factor(Atom atom, bool isInProduct)
        => isInProduct && atom.Kind is AtomKind.Quotient or AtomKind.Remainder ? "(" + atom.Text + ")" : atom.Text;
}
