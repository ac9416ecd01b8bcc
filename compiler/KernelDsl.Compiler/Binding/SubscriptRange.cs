using KernelDsl.Compiler.Binding.Proofs;

namespace KernelDsl.Compiler.Binding;

/// <summary>The range of a subscript as a reader would write it, for messages: each index at its first or last point.</summary>
internal static class SubscriptRange
{
    public static (string Lowest, string Highest) Of(Polynomial position, PolynomialBuilder builder)
        => (Text(End(position, builder, wantsHighest: false), builder), Text(End(position, builder, wantsHighest: true), builder));

    private static string Text(Polynomial polynomial, PolynomialBuilder builder) => PolynomialText.Of(polynomial, builder.Atoms);

    private static Polynomial End(Polynomial position, PolynomialBuilder builder, bool wantsHighest)
    {
        var result = Polynomial.Zero;
        foreach (var term in position.Terms)
        {
            var value = Polynomial.Constant(term.Value);
            foreach (var number in term.Key.Atoms)
            {
                var atom = builder.Atoms[number];
                var atTop = wantsHighest == (term.Value > 0);
                value *= atom.Kind == AtomKind.Index ? (atTop ? builder.Of(((IndexVariable)atom.Payload!).Axis.Extent) - 1 : Polynomial.Zero) : Polynomial.OfAtom(number);
            }

            result += value;
        }

        return result;
    }
}
