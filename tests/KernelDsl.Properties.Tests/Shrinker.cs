namespace KernelDsl.Properties.Tests;

/// <summary>Smaller models: a part in place of the whole, a let less, a condition less, an extent less.</summary>
internal static class Shrinker
{
    public static IEnumerable<ModelKernel> Of(ModelKernel kernel)
    {
        foreach (var output in Of(kernel.Output))
        {
            yield return kernel with { Output = output };
        }

        for (var i = 0; i < kernel.Lets.Length; i++)
        {
            var let = kernel.Lets[i];
            var others = kernel with { Lets = kernel.Lets.RemoveAt(i) };
            if (!Mentions(others, let.Name))
            {
                yield return others;
            }

            if (let.Where is not null)
            {
                yield return kernel with { Lets = kernel.Lets.SetItem(i, let with { Where = null }) };
            }

            foreach (var value in Of(let.Value))
            {
                yield return kernel with { Lets = kernel.Lets.SetItem(i, let with { Value = value }) };
            }
        }

        foreach (var (axis, extent) in kernel.Extents.Where(e => e.Value > 1))
        {
            yield return kernel with { Extents = kernel.Extents.SetItem(axis, extent - 1) };
        }

        if (!kernel.IsDouble)
        {
            yield return kernel with { IsDouble = true };
        }
    }

    public static ImmutableArray<Node> Children(Node node) => node switch
    {
        Arithmetic arithmetic => [arithmetic.Left, arithmetic.Right],
        Function function => [function.Operand],
        Choice choice => [choice.WhenTrue, choice.WhenFalse],
        Otherwise otherwise => [otherwise.Value, otherwise.Other],
        Reduction reduction => [reduction.Body],
        Softmax softmax => [softmax.Body],
        Self self => [self.First],
        _ => [],
    };

    private static bool Mentions(ModelKernel kernel, string let) => ModelText.Of(kernel).Contains(let + "[", StringComparison.Ordinal);

    private static IEnumerable<Node> Of(Node node)
    {
        if (node is not Literal)
        {
            yield return new Literal(0.5);
        }

        // A part of a reduction's body may use an axis that only the reduction binds, so it is not put in the reduction's place.
        if (node is not (Reduction or Self))
        {
            foreach (var child in Children(node))
            {
                yield return child;
            }
        }

        foreach (var smaller in node switch
        {
            Arithmetic a => Of(a.Left).Select(x => a with { Left = x }).Concat<Node>(Of(a.Right).Select(x => a with { Right = x })),
            Function f => Of(f.Operand).Select(x => f with { Operand = x }),
            Choice c => Of(c.WhenTrue).Select(x => c with { WhenTrue = x }).Concat(Of(c.WhenFalse).Select(x => c with { WhenFalse = x })).Concat(Of(c.Condition).Select(x => c with { Condition = x })),
            Otherwise o => Of(o.Value).Select(x => o with { Value = x }).Concat<Node>(Of(o.Other).Select(x => o with { Other = x })),
            Reduction r => Of(r.Body).Select(x => r with { Body = x }),
            Softmax s => Of(s.Body).Select(x => s with { Body = x }),
            _ => Enumerable.Empty<Node>(),
        })
        {
            yield return smaller;
        }
    }

    private static IEnumerable<Condition> Of(Condition condition) => condition switch
    {
        Logical logical => [logical.Left, logical.Right],
        Not not => [not.Operand],
        _ => [],
    };
}
