using KernelDsl.Runtime;
using KernelDsl.Runtime.Cuda;

namespace KernelDsl.VirtualGpu;

/// <summary>Virtual GPUs as devices of kernels and tensors.</summary>
public static class VirtualGpuBackend
{
    /// <summary>The architectures that there are.</summary>
    public static ImmutableArray<string> Architectures { get; } = ["sm_80", "sm_86", "sm_89", "sm_90"];

    /// <summary>Makes them known to <see cref="KernelDevice.Open(string)"/>, once; <c>virtual:</c> does it by itself.</summary>
    public static void Register() => KernelDevice.Register(new Backend());

    /// <summary>Opens one with options. The caller owns it.</summary>
    /// <param name="options">The architecture, what is checked, and the seed of schedules.</param>
    /// <exception cref="KernelDeviceException">There is no such architecture.</exception>
    public static KernelDevice Open(VirtualGpuOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var name = "virtual:" + options.Architecture;
        if (!Architectures.Contains(options.Architecture))
        {
            throw new KernelDeviceException(RuntimeDiagnostics.NoDevice, name, Unknown);
        }

        var driver = new VirtualCudaDriver(options);
        return CudaDevice.TryOpen(driver, 0, out var device, out var reason)
            ? new CudaKernelDevice(device, name, driver)
            : throw new KernelDeviceException(RuntimeDiagnostics.NoDevice, name, reason);
    }

    /// <summary>The virtual GPU behind a device, for its findings and counters; null for other devices.</summary>
    public static VirtualGpu? Of(KernelDevice device) => device is CudaKernelDevice { Gpu.Driver: VirtualCudaDriver driver } ? driver.Gpu : null;

    private static string Unknown => $"the virtual GPU executes {string.Join(", ", Architectures)}";

    private sealed class Backend() : KernelBackend("virtual", isPreferred: false)
    {
        public override KernelDevice? TryOpen(string place, out string reason)
        {
            var architecture = place.Length == 0 ? "sm_80" : place;
            reason = Unknown;
            return Architectures.Contains(architecture) ? Open(new VirtualGpuOptions { Architecture = architecture }) : null;
        }
    }
}
