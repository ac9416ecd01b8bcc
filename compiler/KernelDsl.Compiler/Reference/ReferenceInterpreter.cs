using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Reference;

/// <summary>The arrays of one run: floats and integers as f64 or i64 by component key (<c>a.values</c>), in row-major order.</summary>
internal sealed class ReferenceData
{
    public Dictionary<string, double[]> Floats { get; } = new(StringComparer.Ordinal);

    /// <summary>Integers and truth values (0 or 1).</summary>
    public Dictionary<string, long[]> Integers { get; } = new(StringComparer.Ordinal);

    /// <summary>All extents, implicit ones too.</summary>
    public Dictionary<string, long> Extents { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, double> FloatScalars { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, long> IntegerScalars { get; } = new(StringComparer.Ordinal);
}

/// <summary>Evaluates the bound equations in f64: slow, obvious, complete.</summary>
internal static class ReferenceInterpreter
{
    /// <summary>Computes all outputs into <paramref name="data"/>, by component key.</summary>
    /// <param name="roundOutputs">Whether outputs are rounded to their element type when stored (and so when read again).</param>
    public static void Run(BoundKernel kernel, KernelInstance instance, ReferenceData data, bool roundOutputs)
    {
        var machine = new ReferenceMachine(kernel, instance, data, roundOutputs);
        foreach (var output in kernel.Outputs)
        {
            machine.Complete(output);
        }
    }
}
