using KernelDsl.Compiler.Binding.Proofs;

namespace KernelDsl.Compiler.Binding;

/// <summary>The range of a subscript as a reader would write it, for messages: each index at its first or last point.</summary>
internal static class SubscriptRange
{
    /// <summary><c>is 5</c> or <c>runs from 0 to N - 1</c>.</summary>
    public static string Of(Polynomial position, PolynomialBuilder builder)
    {
        try
        {
            var lowest = Text(End(position, builder, wantsHighest: false), builder);
            var highest = Text(End(position, builder, wantsHighest: true), builder);
            return lowest == highest ? $"is {lowest}" : $"runs from {lowest} to {highest}";
        }
        catch (OverflowException)
        {
            return "runs beyond what integers hold";
        }
    }

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
