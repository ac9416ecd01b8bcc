using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>The names that extents, scalars and consts have in a program and in its plan.</summary>
internal static class ArgumentNames
{
    /// <summary>What the expressions of a signature call the size that they start from.</summary>
    public const string Size = "#";

    /// <summary>
    /// By the name in the spec: <c>_</c> stands for characters that identifiers cannot have, and a name that is taken gets a <c>_</c> at its end.
    /// </summary>
    public static ImmutableDictionary<string, string> Of(BoundKernel kernel)
    {
        var symbols = kernel.Scalars.Cast<Symbol>().Concat(kernel.Consts).Concat(kernel.Extents).Select(symbol => symbol.Name).ToArray();
        var taken = new HashSet<string>(kernel.Parameters.Concat(kernel.Outputs).SelectMany(tensor => tensor.Components).Select(c => c.BufferName), StringComparer.Ordinal);
        var names = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);

        // Names that are identifiers already come first, so that they stay as they are.
        foreach (var symbol in symbols.OrderBy(symbol => symbol.Contains('.')))
        {
            var name = symbol.Replace('.', '_');
            while (!taken.Add(name))
            {
                name += "_";
            }

            names[symbol] = name;
        }

        return names.ToImmutable();
    }
}
