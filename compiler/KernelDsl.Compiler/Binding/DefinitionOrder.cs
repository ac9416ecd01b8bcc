using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding;

/// <summary>A read of one definition's value by another: by how much each recurrence axis is shifted, where that is known.</summary>
internal sealed record Dependency(int From, int To, ImmutableDictionary<Axis, long> Shifts);

/// <summary>An order to compute things in: one after another, with loops where a recurrence steps along an axis.</summary>
internal abstract record OrderNode;

internal sealed record OrderItem(int Item) : OrderNode;

/// <summary>Runs its parts for each point of the axis, from the last to the first when reversed.</summary>
internal sealed record OrderLoop(Axis Axis, bool IsReversed, ImmutableArray<OrderNode> Parts) : OrderNode;

/// <summary>
/// Orders items by their dependencies. Items that depend on each other must do so through steps along one axis, all one way; the loop over that axis goes around
/// them, and what remains at one point of the axis is ordered again, so that a recurrence may step along several axes.
/// </summary>
internal sealed class DependencyOrder(int count, ImmutableArray<Dependency> dependencies)
{
    private readonly List<ImmutableArray<int>> _cycles = [];

    public IReadOnlyList<ImmutableArray<int>> Cycles => _cycles;

    public ImmutableArray<OrderNode> Compute() => Order(Enumerable.Range(0, count).ToArray(), dependencies);

    private ImmutableArray<OrderNode> Order(int[] items, ImmutableArray<Dependency> edges)
    {
        var nodes = ImmutableArray.CreateBuilder<OrderNode>();
        foreach (var component in Components(items, edges))
        {
            var inner = edges.Where(e => component.Contains(e.From) && component.Contains(e.To)).ToImmutableArray();
            if (inner.IsEmpty)
            {
                nodes.Add(new OrderItem(component[0]));
            }
            else if (FindStep(inner) is { } step)
            {
                nodes.Add(new OrderLoop(step.Axis, step.IsReversed, Order(component, inner.Where(e => e.Shifts[step.Axis] == 0).ToImmutableArray())));
            }
            else
            {
                _cycles.Add(component.OrderBy(item => item).ToImmutableArray());
            }
        }

        return nodes.ToImmutable();
    }

    private static (Axis Axis, bool IsReversed)? FindStep(ImmutableArray<Dependency> edges)
    {
        foreach (var axis in edges[0].Shifts.Keys.OrderBy(axis => axis.Span.Start))
        {
            var shifts = edges.Select(e => e.Shifts.TryGetValue(axis, out var shift) ? shift : (long?)null).ToArray();
            if (shifts.All(s => s is not null) && shifts.Any(s => s != 0) && (shifts.All(s => s <= 0) || shifts.All(s => s >= 0)))
            {
                return (axis, shifts.Any(s => s > 0));
            }
        }

        return null;
    }

    /// <summary>Strongly connected components, what is read before what reads it; among free choices the first item first.</summary>
    private static List<int[]> Components(int[] items, ImmutableArray<Dependency> edges)
    {
        var reads = items.ToDictionary(item => item, item => edges.Where(e => e.From == item).Select(e => e.To).Distinct().OrderBy(to => to).ToArray());
        var index = new Dictionary<int, int>();
        var low = new Dictionary<int, int>();
        var open = new Stack<int>();
        var result = new List<int[]>();

        void Visit(int item)
        {
            DeepStack.Guard();
            index[item] = low[item] = index.Count;
            open.Push(item);
            foreach (var to in reads[item])
            {
                if (!index.TryGetValue(to, out var visited))
                {
                    Visit(to);
                    low[item] = Math.Min(low[item], low[to]);
                }
                else if (open.Contains(to))
                {
                    low[item] = Math.Min(low[item], visited);
                }
            }

            if (low[item] == index[item])
            {
                var component = new List<int>();
                int last;
                do
                {
                    component.Add(last = open.Pop());
                }
                while (last != item);
                result.Add(component.OrderBy(i => i).ToArray());
            }
        }

        foreach (var item in items)
        {
            if (!index.ContainsKey(item))
            {
                Visit(item);
            }
        }

        return result;
    }
}

/// <summary>The order of a kernel's definitions.</summary>
internal sealed record DefinitionOrder(ImmutableArray<OrderNode> Nodes, ImmutableArray<ImmutableArray<Definition>> Cycles)
{
    public static DefinitionOrder Of(BoundKernel kernel)
    {
        var definitions = kernel.Definitions;
        var edges = ImmutableArray.CreateBuilder<Dependency>();
        for (var i = 0; i < definitions.Length; i++)
        {
            edges.AddRange(DependencyFinder.Of(i, definitions[i].Variables, ExpressionWalk.Roots(definitions[i]), tensor => IndexOf(definitions, tensor)));
        }

        var order = new DependencyOrder(definitions.Length, edges.ToImmutable());
        var nodes = order.Compute();
        return new DefinitionOrder(nodes, order.Cycles.Select(cycle => cycle.Select(i => definitions[i]).ToImmutableArray()).ToImmutableArray());
    }

    private static int IndexOf(ImmutableArray<Definition> definitions, TensorSymbol tensor)
    {
        for (var i = 0; i < definitions.Length; i++)
        {
            if (definitions[i].Targets.Contains(tensor))
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>Finds which values an item reads and how far away.</summary>
internal static class DependencyFinder
{
    public static IEnumerable<Dependency> Of(int item, ImmutableArray<IndexVariable> variables, IEnumerable<BoundExpression> roots, Func<TensorSymbol, int> itemOf)
    {
        foreach (var node in roots.SelectMany(ExpressionWalk.All))
        {
            var (tensor, indices) = node switch
            {
                BoundRead read => (read.Tensor, read.Indices),
                BoundDefined defined => (defined.Tensor, defined.Indices),
                _ => (null, []),
            };
            if (tensor is { Role: not TensorRole.Parameter } && itemOf(tensor) is >= 0 and var to)
            {
                yield return new Dependency(item, to, Shifts(tensor, indices, variables));
            }
        }
    }

    private static ImmutableDictionary<Axis, long> Shifts(TensorSymbol tensor, ImmutableArray<BoundExpression> indices, ImmutableArray<IndexVariable> variables)
    {
        var shifts = ImmutableDictionary.CreateBuilder<Axis, long>();
        for (var k = 0; k < indices.Length && k < tensor.Axes.Length; k++)
        {
            if (variables.FirstOrDefault(v => v.Axis == tensor.Axes[k]) is { } own && Shift(indices[k], own) is { } shift)
            {
                shifts[tensor.Axes[k]] = shift;
            }
        }

        return shifts.ToImmutable();
    }

    private static long? Shift(BoundExpression index, IndexVariable variable) => index switch
    {
        BoundIndex plain when plain.Variable == variable => 0,
        BoundBinary { Operator: BinaryOperator.Subtract, Left: BoundIndex left, Right: BoundInteger number } when left.Variable == variable => -number.Value,
        BoundBinary { Operator: BinaryOperator.Add, Left: BoundIndex left, Right: BoundInteger number } when left.Variable == variable => number.Value,
        BoundBinary { Operator: BinaryOperator.Add, Left: BoundInteger number, Right: BoundIndex right } when right.Variable == variable => number.Value,
        _ => null,
    };
}
