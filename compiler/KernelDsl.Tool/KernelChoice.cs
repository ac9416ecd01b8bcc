namespace KernelDsl.Tool;

/// <summary>Finds kernels and examples by name.</summary>
internal static class KernelChoice
{
    /// <summary>The kernel of that name; without a name the only one.</summary>
    /// <exception cref="ToolException">There is none, or there are several and none is named.</exception>
    public static BoundKernel One(KernelCompilation compilation, string? name)
    {
        var kernels = compilation.Module.Kernels;
        var names = kernels.Select(kernel => kernel.Name).ToArray();
        if (name is not null)
        {
            return kernels.FirstOrDefault(kernel => kernel.Name == name)
                ?? throw ToolException.Usage(ArgumentDiagnostics.UnknownKernel, compilation.Source.Path, name, Suggestion.For(name, names), NameList.Of(names));
        }

        return kernels.Length == 1 ? kernels[0]
            : throw ToolException.Usage(ArgumentDiagnostics.KernelNotChosen, compilation.Source.Path, kernels.Length, NameList.Of(names));
    }

    /// <summary>The named kernel, or all.</summary>
    public static ImmutableArray<BoundKernel> Some(KernelCompilation compilation, string? name)
        => name is null ? compilation.Module.Kernels : [One(compilation, name)];

    /// <exception cref="ToolException">The kernel has no such example.</exception>
    public static BoundExample Example(KernelCompilation compilation, BoundKernel kernel, string name)
    {
        var examples = compilation.Module.Examples.Where(example => example.KernelName == kernel.Name).ToArray();
        var names = examples.Select(example => example.Name).ToArray();
        return examples.FirstOrDefault(example => example.Name == name)
            ?? throw ToolException.Usage(ArgumentDiagnostics.UnknownExample, kernel.Name, name, Suggestion.For(name, names), NameList.Of(names));
    }
}
