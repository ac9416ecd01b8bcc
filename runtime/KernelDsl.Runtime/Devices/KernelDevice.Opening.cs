using System.Collections.Concurrent;
using KernelDsl.Runtime.Cpu;

namespace KernelDsl.Runtime;

/// <content>Finding devices.</content>
public abstract partial class KernelDevice
{
    private const string VirtualScheme = "virtual";

    private static readonly ConcurrentDictionary<string, KernelBackend> s_backends = new(StringComparer.Ordinal);
    private static readonly Lazy<KernelDevice> s_cpu = new(() => new CpuDevice(new CpuOptions()) { IsShared = true });
    private static readonly Lazy<KernelDevice> s_default = new(OpenDefault);

    /// <summary>The CPU with all its threads. Shared; disposing it does nothing.</summary>
    public static KernelDevice Cpu => s_cpu.Value;

    /// <summary>
    /// The device that the environment variable <c>KDSL_DEVICE</c> names; without it the first GPU where a driver, a GPU and the package
    /// KernelDsl.Runtime.Cuda are, and the CPU otherwise. Shared; disposing it does nothing.
    /// </summary>
    /// <exception cref="KernelDeviceException"><c>KDSL_DEVICE</c> names a device that cannot be opened.</exception>
    public static KernelDevice Default => s_default.Value;

    /// <summary>Opens the CPU with options of its own.</summary>
    public static KernelDevice OpenCpu(CpuOptions options) => new CpuDevice(options);

    /// <summary>
    /// Opens a virtual GPU: the PTX of kernels runs on the CPU, and what they do wrong is an exception that names kernel, line, thread and tensor. It needs the package
    /// KernelDsl.VirtualGpu and NVRTC, no GPU. The caller owns it.
    /// </summary>
    /// <param name="architecture"><c>sm_80</c>, <c>sm_86</c>, <c>sm_89</c> or <c>sm_90</c>.</param>
    /// <exception cref="KernelDeviceException">The package is not referenced, or there is no such architecture.</exception>
    public static KernelDevice OpenVirtual(string architecture = "sm_80")
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return Open(VirtualScheme + ":" + architecture);
    }

    /// <summary>Opens a device by its name: <c>cpu</c>, <c>cuda:0</c>, <c>virtual:sm_80</c>. The caller owns it.</summary>
    /// <exception cref="KernelDeviceException">There is no such device; the message says what is missing.</exception>
    public static KernelDevice Open(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Open(name, origin: "");
    }

    /// <summary>Makes a back end known, so that <see cref="Open(string)"/> and <see cref="Default"/> find its devices. The package of the back end calls it.</summary>
    internal static void Register(KernelBackend backend) => s_backends.TryAdd(backend.Scheme, backend);

    /// <param name="wanted">What <c>KDSL_DEVICE</c> says.</param>
    internal static KernelDevice FindDefault(string? wanted)
    {
        if (wanted?.Trim() is { Length: > 0 } name)
        {
            return name == "cpu" ? Cpu : Open(name, " (named by the environment variable KDSL_DEVICE)");
        }

        return s_backends.Values.Where(b => b.IsPreferred).Select(b => b.TryOpen("0", out _)).FirstOrDefault(device => device is not null) ?? Cpu;
    }

    private static KernelDevice Open(string name, string origin)
    {
        if (name == "cpu")
        {
            return OpenCpu(new CpuOptions());
        }

        var scheme = name.Split(':')[0];
        if (scheme == VirtualScheme && !s_backends.ContainsKey(scheme))
        {
            // No generated code asks for it: it is a tool of tests, which may have no spec of their own.
            Type.GetType("KernelDsl.VirtualGpu.VirtualGpuBackend, KernelDsl.VirtualGpu")?.GetMethod("Register")?.Invoke(null, null);
        }

        return !s_backends.TryGetValue(scheme, out var backend)
            ? throw new KernelDeviceException(
                RuntimeDiagnostics.NoDevice, name, $"no package for '{scheme}' is referenced{(scheme == VirtualScheme ? " (KernelDsl.VirtualGpu)" : "")}; known are {string.Join(", ", s_backends.Keys.Order().Prepend("cpu"))}{origin}")
            : backend.TryOpen(name[Math.Min(name.Length, scheme.Length + 1)..], out var reason) ?? throw new KernelDeviceException(RuntimeDiagnostics.NoDevice, name, reason + origin);
    }

    private static KernelDevice OpenDefault()
    {
        var device = FindDefault(Environment.GetEnvironmentVariable("KDSL_DEVICE"));
        device.IsShared = true;
        return device;
    }
}

/// <summary>A kind of devices that a package brings.</summary>
/// <param name="scheme">What stands before the colon of a device's name.</param>
/// <param name="isPreferred">Whether its first device is the default where it is there.</param>
internal abstract class KernelBackend(string scheme, bool isPreferred)
{
    public string Scheme { get; } = scheme;

    public bool IsPreferred { get; } = isPreferred;

    /// <summary>Opens a device, or says what is missing.</summary>
    /// <param name="place">What stands after the colon.</param>
    public abstract KernelDevice? TryOpen(string place, out string reason);
}
