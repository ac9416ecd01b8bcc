using System.CommandLine;
using System.Numerics;
using System.Runtime.Intrinsics;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Tool.Execution;
using KernelDsl.VirtualGpu;

namespace KernelDsl.Tool.Commands;

/// <summary><c>kdsl devices</c>: what can run kernels here, and what is missing for the rest.</summary>
internal static class DevicesCommand
{
    public static Command Create(ToolContext context)
    {
        var command = new Command("devices", "List what can run and compile kernels on this machine.");
        command.SetAction(_ => Run(context.Output));
        return command;
    }

    private static int Run(TextWriter output)
    {
        var widest = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector<byte>.Count * 8;
        output.WriteLine("reference: interpreter of the equations in f64");
        output.WriteLine($"cpu: {Environment.ProcessorCount} cores, {widest}-bit vectors");
        if (NativeCudaDriver.TryLoad(out var driver, out var reason))
        {
            for (var ordinal = 0; ordinal < driver.DeviceCount; ordinal++)
            {
                output.WriteLine(CudaDevice.TryOpen(driver, ordinal, out var device, out reason) ? Describe(device, driver) : $"cuda:{ordinal}: {reason}");
                device?.Dispose();
            }
        }
        else
        {
            output.WriteLine($"cuda: none; {reason}");
        }

        output.WriteLine($"{string.Join(", ", VirtualGpuBackend.Architectures.Select(architecture => VirtualDevice.Prefix + architecture))}: PTX of NVRTC executed on the CPU with checks");
        output.WriteLine(NvrtcCompiler.TryLoad(out var nvrtc, out var probe)
            ? $"nvrtc: {nvrtc.Version} at {nvrtc.Location}, architectures {string.Join(", ", nvrtc.Architectures.Select(number => $"sm_{number}"))}"
            : $"nvrtc: none; {probe.Describe()}");
        return (int)ExitCode.Success;
    }

    private static string Describe(CudaDevice device, NativeCudaDriver driver)
        => FormattableString.Invariant($"cuda:{device.Ordinal}: {device.Name}, {device.Architecture}, {device.MultiprocessorCount} multiprocessors, {device.TotalMemory / 1073741824.0:F1} GiB, driver for CUDA {driver.Version}");
}
