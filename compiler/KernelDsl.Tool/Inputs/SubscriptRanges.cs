namespace KernelDsl.Tool.Inputs;

/// <summary>Integer parameters whose values are used as subscripts, and the size of the smallest axis that they address.</summary>
internal static class SubscriptRanges
{
    public static Dictionary<TensorSymbol, long> Find(BoundKernel kernel, CallSizes sizes)
    {
        var found = new Dictionary<TensorSymbol, long>();
        foreach (var definition in kernel.Definitions)
        {
            foreach (var root in ExpressionWalk.Roots(definition))
            {
                foreach (var read in ExpressionWalk.All(root).OfType<BoundRead>())
                {
                    Note(kernel, sizes, found, read.Tensor, read.Indices, depth: 0);
                }
            }

            if (definition.Kind == DefinitionKind.Scatter)
            {
                Note(kernel, sizes, found, definition.Targets[0], definition.Subscripts, depth: 0);
            }
        }

        return found;
    }

    private static void Note(
        BoundKernel kernel, CallSizes sizes, Dictionary<TensorSymbol, long> found, TensorSymbol addressed, ImmutableArray<BoundExpression> subscripts, int depth)
    {
        for (var i = 0; i < subscripts.Length && i < addressed.Axes.Length; i++)
        {
            if (sizes.Evaluator.Integer(addressed.Axes[i].Extent) is { } extent)
            {
                NoteReads(kernel, found, subscripts[i], extent, depth);
            }
        }
    }

    private static void NoteReads(BoundKernel kernel, Dictionary<TensorSymbol, long> found, BoundExpression subscript, long extent, int depth)
    {
        foreach (var read in ExpressionWalk.All(subscript).OfType<BoundRead>().Where(read => read.Kind == ValueKind.Integer))
        {
            if (read.Tensor.Role == TensorRole.Parameter)
            {
                found[read.Tensor] = found.TryGetValue(read.Tensor, out var known) ? Math.Min(known, extent) : extent;
            }
            else if (read.Tensor.Role == TensorRole.Local && depth < 4
                && kernel.Definitions.FirstOrDefault(definition => definition.Kind == DefinitionKind.Equation && definition.Targets.Contains(read.Tensor)) is { } definition)
            {
                NoteReads(kernel, found, definition.Value, extent, depth + 1);
            }
        }
    }
}
