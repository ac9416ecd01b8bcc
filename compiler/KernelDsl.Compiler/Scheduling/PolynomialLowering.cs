using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Binding.Proofs;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>Polynomials as values, unless they depend on a variable that has none yet or on data.</summary>
internal sealed class PolynomialLowering(PolynomialBuilder builder, DefinitionLowering lowering, IndexVariable without)
{
    public Value? Lower(Polynomial polynomial)
    {
        var sum = ValueMath.Integer(0);
        foreach (var term in polynomial.Terms.OrderBy(t => t.Value < 0).ThenBy(t => t.Key.Degree == 0).ThenBy(t => string.Join(".", t.Key.Atoms), StringComparer.Ordinal))
        {
            var product = ValueMath.Integer(term.Value == -1 && term.Key.Degree > 0 ? 1 : Math.Abs(term.Value));
            foreach (var atom in term.Key.Atoms)
            {
                if (LowerAtom(builder.Atoms[atom]) is not { } value)
                {
                    return null;
                }

                product = ValueMath.Multiply(product, value);
            }

            sum = term.Value < 0 ? ValueMath.Subtract(sum, product) : ValueMath.Add(sum, product);
        }

        return sum;
    }

    private Value? LowerAtom(Atom atom)
    {
        switch (atom.Kind)
        {
            case AtomKind.Extent:
                return lowering.Lower(new BoundExtent((ExtentSymbol)atom.Payload!, default));
            case AtomKind.Const:
                return lowering.Lower(new BoundConst((ConstSymbol)atom.Payload!, default));
            case AtomKind.Scalar:
                return lowering.Lower(new BoundScalar((ScalarSymbol)atom.Payload!, default));
            case AtomKind.Index:
                var variable = (IndexVariable)atom.Payload!;
                return variable == without || !lowering.HasValue(variable) ? null : lowering.Variable(variable);
            case AtomKind.Quotient or AtomKind.Remainder:
                return Lower(atom.Operands[0]) is { } a && Lower(atom.Operands[1]) is { } b
                    ? atom.Kind == AtomKind.Quotient ? ValueMath.Divide(a, b) : ValueMath.Remainder(a, b)
                    : null;
            case AtomKind.Minimum or AtomKind.Maximum:
                var operands = atom.Operands.Select(Lower).ToArray();
                return operands.Any(o => o is null) ? null
                    : operands.Skip(1).Aggregate(operands[0]!, (x, y) => atom.Kind == AtomKind.Minimum ? ValueMath.Minimum(x, y!) : ValueMath.Maximum(x, y!));
            default:
                return null;
        }
    }
}
