using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Equations;

/// <summary>Which locals are computed where they are read, because that is cheap, and which get memory.</summary>
internal sealed class InliningPlan
{
    private const int LargestInlineValue = 64;

    private readonly EquationSystem _equations;
    private readonly Dictionary<TensorSymbol, int> _sizes = [];
    private readonly HashSet<TensorSymbol> _visiting = [];

    public InliningPlan(EquationSystem equations) => _equations = equations;

    public bool IsInlined(TensorSymbol tensor) => tensor.Role == TensorRole.Local && SizeOf(tensor) <= LargestInlineValue;

    /// <summary>
    /// An expression and, for each inlined local in it, the local's own expressions at that point: everything that computing the expression will read.
    /// </summary>
    public IEnumerable<BoundExpression> Expand(BoundExpression expression)
    {
        yield return expression;
        foreach (var node in ExpressionWalk.All(expression))
        {
            var (tensor, indices) = node switch
            {
                BoundRead read => (read.Tensor, read.Indices),
                BoundDefined defined => (defined.Tensor, defined.Indices),
                _ => (null, []),
            };
            if (tensor is null || !IsInlined(tensor) || _equations.DefinitionOf(tensor) is not { } definition)
            {
                continue;
            }

            foreach (var root in ExpressionWalk.Roots(definition).ToArray())
            {
                foreach (var inner in Expand(Substitution.Apply(root, definition.Variables, indices)))
                {
                    yield return inner;
                }
            }
        }
    }

    /// <summary>The nodes of a local's value with everything inlined in it; huge where it cannot be inlined.</summary>
    private int SizeOf(TensorSymbol tensor)
    {
        if (_sizes.TryGetValue(tensor, out var known))
        {
            return known;
        }

        const int Huge = 1 << 20;
        if (_equations.DefinitionOf(tensor) is not { Kind: DefinitionKind.Equation } definition || !_visiting.Add(tensor))
        {
            return Huge;
        }

        var size = 0;
        foreach (var node in ExpressionWalk.Roots(definition).SelectMany(ExpressionWalk.All))
        {
            size += node is BoundReduction or BoundNormalisation ? Huge : node is BoundRead { Tensor.Role: TensorRole.Local } read && SizeOf(read.Tensor) is var inner && inner <= LargestInlineValue ? inner : 1;

            // A local that reads itself, directly or through others, needs memory.
            if (node is BoundRead { Tensor: var other } && (_visiting.Contains(other) || (other.Role == TensorRole.Output && Reaches(other, tensor, []))))
            {
                size = Huge;
            }

            size = Math.Min(size, Huge);
        }

        _visiting.Remove(tensor);
        return _sizes[tensor] = size;
    }

    private bool Reaches(TensorSymbol from, TensorSymbol to, HashSet<TensorSymbol> seen)
    {
        if (from == to)
        {
            return true;
        }

        return seen.Add(from) && _equations.DefinitionOf(from) is { } definition
            && ExpressionWalk.Roots(definition).SelectMany(ExpressionWalk.All).OfType<BoundRead>().Any(read => read.Tensor.Role != TensorRole.Parameter && Reaches(read.Tensor, to, seen));
    }
}
