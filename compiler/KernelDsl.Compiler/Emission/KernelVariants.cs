using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Emission;

/// <summary>The choices of types and consts that a kernel is compiled for ahead of time.</summary>
internal static class KernelVariants
{
    /// <summary>
    /// Every choice of the allowed types, the last parameter fastest; where there are too many, those of the examples, or the first types without any.
    /// </summary>
    public static ImmutableArray<ImmutableDictionary<string, ElementType>> TypesOf(BoundKernel kernel, IEnumerable<BoundExample> examples)
    {
        if (kernel.CountOfTypes() <= BoundKernel.MaximumVariants)
        {
            return kernel.TypeParameters.Aggregate(
                (IEnumerable<ImmutableDictionary<string, ElementType>>)[ImmutableDictionary<string, ElementType>.Empty],
                (known, parameter) => known.SelectMany(types => parameter.Allowed.Select(type => types.SetItem(parameter.Name, type)))).ToImmutableArray();
        }

        var named = examples.Where(example => example.KernelName == kernel.Name).Select(example => example.Types)
            .GroupBy(types => KernelCode.KeyOf(kernel, types)).Select(same => same.First()).Take(BoundKernel.MaximumVariants).ToImmutableArray();
        return named.IsEmpty ? [kernel.TypeParameters.ToImmutableDictionary(type => type.Name, type => type.Allowed[0])] : named;
    }

    /// <summary>
    /// What goes into a pack, as types and values of consts: every choice of types and listed values where these are few, and always those of the examples.
    /// A const without a list has its default.
    /// </summary>
    public static ImmutableArray<(ImmutableDictionary<string, ElementType> Types, ImmutableDictionary<string, long> Consts)> PackedOf(
        BoundKernel kernel, ImmutableArray<BoundExample> examples)
    {
        var packed = ImmutableArray.CreateBuilder<(ImmutableDictionary<string, ElementType>, ImmutableDictionary<string, long>)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        void Add(ImmutableDictionary<string, ElementType> types, ImmutableDictionary<string, long> consts)
        {
            if (seen.Add(KeyOf(kernel, types, consts)))
            {
                packed.Add((types, consts));
            }
        }

        var types = TypesOf(kernel, examples);
        var consts = Choices(kernel);
        if (!consts.IsEmpty && types.Length * (long)consts.Length <= BoundKernel.MaximumVariants)
        {
            foreach (var choice in types)
            {
                foreach (var values in consts)
                {
                    Add(choice, values);
                }
            }
        }

        foreach (var example in examples.Where(example => example.KernelName == kernel.Name))
        {
            Add(example.Types, kernel.Consts.ToImmutableDictionary(constant => constant.Name, constant => (long)example.Values[constant.Name]));
        }

        return packed.ToImmutable();
    }

    /// <summary><c>T=f16,D=64</c>: the types, then the consts, both in the order of the kernel.</summary>
    public static string KeyOf(BoundKernel kernel, ImmutableDictionary<string, ElementType> types, ImmutableDictionary<string, long> consts)
        => string.Join(",", new[] { KernelCode.KeyOf(kernel, types), ConstsKey(kernel, consts) }.Where(part => part.Length > 0));

    /// <summary><c>D=64</c>: the consts in the order of the kernel.</summary>
    public static string ConstsKey(BoundKernel kernel, ImmutableDictionary<string, long> consts)
        => string.Join(",", kernel.Consts.Select(constant => $"{constant.Name}={consts[constant.Name]}"));

    /// <summary>Every choice of the listed values; a const without a list and default has none, and then there is no choice at all.</summary>
    private static ImmutableArray<ImmutableDictionary<string, long>> Choices(BoundKernel kernel)
    {
        IEnumerable<ImmutableDictionary<string, long>> choices = [ImmutableDictionary<string, long>.Empty];
        var count = 1L;
        foreach (var constant in kernel.Consts)
        {
            var values = constant.Allowed.IsEmpty ? constant.Default is { } value ? [value] : [] : constant.Allowed;
            count *= values.Length;
            if (count is 0 or > BoundKernel.MaximumVariants)
            {
                return [];
            }

            choices = choices.SelectMany(known => values.Select(v => known.SetItem(constant.Name, v)));
        }

        return choices.ToImmutableArray();
    }
}
