using KernelDsl.Tool.Arrays;
using KernelDsl.Tool.Inputs;

namespace KernelDsl.Tool.Execution;

/// <summary>One kernel with all that a run needs: sizes, scalars and inputs. Every device gets the same.</summary>
internal sealed record KernelCase(BoundKernel Kernel, KernelInstance Instance, CallSizes Sizes, ImmutableDictionary<string, HostArray> Inputs)
{
    /// <summary>The spec, so that findings and counters can name its lines; null when nobody needs them.</summary>
    public SourceText? Source { get; init; }

    /// <summary>As the other one, from a file of inputs, for a kernel whose spec findings and counters can name.</summary>
    /// <param name="input">The path of an .npz; null makes all inputs.</param>
    /// <exception cref="ToolException">The file cannot be read, or something does not fit.</exception>
    public static KernelCase Prepare(KernelCompilation compilation, BoundKernel kernel, NamedValues values, string? input, long? seed)
    {
        using var file = input is null ? null : NpzFile.Open(input);
        return Prepare(kernel, values, file, seed) with { Source = compilation.Source };
    }

    /// <summary>Solves the sizes, reads the inputs, makes the missing ones, and checks them.</summary>
    /// <param name="seed">For the inputs that are made; without one, a file has to have them all.</param>
    /// <exception cref="ToolException">Something does not fit.</exception>
    public static KernelCase Prepare(BoundKernel kernel, NamedValues values, NpzFile? input, long? seed)
    {
        var sizes = CallSizesReader.Read(kernel, values);
        var loader = new InputLoader(kernel, input);
        CallSizesReader.CompleteTypes(kernel, sizes, loader.ElementOf);
        ExtentSolver.Solve(loader.Constraints(), sizes, kernel.Consts);
        if (seed is null)
        {
            loader.CheckAllGiven();
        }

        var arrays = loader.Convert(sizes);
        var random = new RandomInputs(kernel, sizes, arrays, seed ?? 1);
        CheckExplicitExtents(kernel, sizes);
        try
        {
            random.Complete();
            CallSizesReader.Complete(kernel, sizes);
            random.CompleteTables();
            new SparseChecks(kernel, sizes, arrays).Check();
            random.CompleteValues();
        }
        catch (Exception e) when (e is OverflowException or OutOfMemoryException)
        {
            throw ToolException.Failure(ArgumentDiagnostics.OutOfMemory, "the inputs of kernel '" + kernel.Name + "' with " + CallSizesReader.SizesText(kernel, sizes));
        }

        return new KernelCase(kernel, sizes.Instance(kernel), sizes, arrays.ToImmutableDictionary(StringComparer.Ordinal));
    }

    /// <summary>The arrays that outputs have, by key.</summary>
    public IEnumerable<(TensorSymbol Tensor, StorageComponent Component, ElementType Element, ImmutableArray<long> Shape)> Outputs()
        => from tensor in Kernel.Outputs
           from component in tensor.Components
           select (tensor, component, component.Type.Resolve(Instance), Sizes.Shape(component));

    private static void CheckExplicitExtents(BoundKernel kernel, CallSizes sizes)
    {
        // Implicit extents are chosen later; a table of pages or a pattern cannot be made before the others are known and sound.
        foreach (var extent in kernel.Extents.Where(extent => !extent.IsImplicit))
        {
            if (!sizes.Numbers.TryGetValue(extent, out var value))
            {
                throw CallSizesReader.MissingExtent(kernel, extent);
            }

            if (value < 1)
            {
                throw ToolException.Failure(ArgumentDiagnostics.ExtentRange, extent.Name, value, "at least 1");
            }
        }
    }
}
