namespace KernelDsl.Runtime;

/// <summary>What one launch of a kernel works on, by the names that the compiled program gives its buffers and arguments.</summary>
public sealed class KernelArguments
{
    /// <summary>Inputs and outputs. Workspace is not listed; the launch owns it.</summary>
    public IDictionary<string, HostBuffer> Buffers { get; } = new Dictionary<string, HostBuffer>(StringComparer.Ordinal);

    /// <summary>Extents and integer scalars.</summary>
    public IDictionary<string, long> Integers { get; } = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>Floating-point scalars.</summary>
    public IDictionary<string, double> Floats { get; } = new Dictionary<string, double>(StringComparer.Ordinal);
}

/// <summary>A kernel that was compiled for one device and can be launched many times.</summary>
public abstract class CompiledKernel : IDisposable
{
    /// <summary>The kernel's name.</summary>
    public abstract string Name { get; }

    /// <summary>Runs the kernel to its end and returns the time it took, without moving data to and from the device.</summary>
    /// <param name="arguments">All inputs, outputs, extents and scalars. Outputs are overwritten.</param>
    /// <exception cref="ArgumentException">An argument is missing, has the wrong element type or the wrong length, or a condition of the kernel does not hold.</exception>
    public abstract TimeSpan Run(KernelArguments arguments);

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
