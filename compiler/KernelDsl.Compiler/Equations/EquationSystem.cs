using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Equations;

/// <summary>
/// The equations of a kernel in normal form: a reduction that does not use all the variables around it is an equation of its own, and softmax is written
/// out as the maximum and the sum that its points share.
/// </summary>
internal sealed class EquationSystem
{
    private readonly Dictionary<TensorSymbol, Definition> _byTarget = [];

    private EquationSystem(ImmutableArray<Definition> definitions, ImmutableHashSet<TensorSymbol> shared)
    {
        Definitions = definitions;
        AssumedDefined = shared;
        foreach (var definition in definitions)
        {
            foreach (var target in definition.Targets)
            {
                _byTarget[target] = definition;
            }
        }
    }

    public ImmutableArray<Definition> Definitions { get; }

    /// <summary>Values that are only read where they exist, by construction: the maximum of a softmax is read at points of the softmax.</summary>
    public ImmutableHashSet<TensorSymbol> AssumedDefined { get; }

    public static EquationSystem Of(BoundKernel kernel)
    {
        var normalizer = new EquationNormalizer();
        foreach (var definition in kernel.Definitions)
        {
            normalizer.Add(definition);
        }

        return new EquationSystem(normalizer.Definitions.ToImmutableArray(), normalizer.AssumedDefined.ToImmutableHashSet());
    }

    public Definition? DefinitionOf(TensorSymbol tensor) => _byTarget.TryGetValue(tensor, out var definition) ? definition : null;
}
