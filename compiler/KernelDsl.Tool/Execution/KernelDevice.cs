namespace KernelDsl.Tool.Execution;

/// <summary>What a run gave: the outputs by component key, and the time of the kernel alone.</summary>
internal sealed record RunResult(ImmutableDictionary<string, HostArray> Outputs, TimeSpan Time);

/// <summary>Something that runs kernels.</summary>
internal abstract class KernelDevice : IDisposable
{
    /// <summary>As on the command line: <c>reference</c>, <c>cpu</c>, <c>cuda:0</c>, <c>virtual:sm_80</c>.</summary>
    public abstract string Name { get; }

    /// <exception cref="ToolException">The kernel refuses its arguments, or the device fails.</exception>
    public abstract RunResult Run(KernelCase work);

    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>Finds a device by its name.</summary>
    /// <exception cref="ToolException">The name is none, or the device is not there.</exception>
    public static KernelDevice Open(string name, DeviceOptions? options = null)
    {
        switch (name)
        {
            case "reference":
                return new ReferenceDevice(roundOutputs: true);
            case "cpu":
                return new CpuDevice();
            case "cuda":
                return CudaKernelDevice.Open(0);
            case "virtual":
                return VirtualDevice.OpenArchitecture("sm_80", options ?? new DeviceOptions());
            case { } other when other.StartsWith(VirtualDevice.Prefix, StringComparison.Ordinal):
                return VirtualDevice.OpenArchitecture(other[VirtualDevice.Prefix.Length..], options ?? new DeviceOptions());
            default:
                return name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), System.Globalization.NumberStyles.None, null, out var ordinal)
                    ? CudaKernelDevice.Open(ordinal)
                    : throw ToolException.Usage(ArgumentDiagnostics.BadDevice, name);
        }
    }
}
