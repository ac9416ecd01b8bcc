using KernelDsl.Compiler.Tiles;
using KernelDsl.Runtime;
using KernelDsl.Runtime.Cuda;
using KernelDsl.VirtualGpu;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.Tool.Execution;

/// <summary>A GPU that exists as a program: CUDA C that is emitted, compiled by NVRTC to PTX, and executed with checks on the CPU.</summary>
internal sealed class VirtualDevice : CompiledDevice
{
    /// <summary>What stands before the architecture in the device's name.</summary>
    public const string Prefix = "virtual:";

    private static readonly string[] s_architectures = ["sm_80", "sm_86", "sm_89", "sm_90"];

    private readonly VirtualCudaDriver _driver;
    private readonly CudaDevice _device;

    private VirtualDevice(VirtualCudaDriver driver, CudaDevice device) => (_driver, _device) = (driver, device);

    public override string Name => Prefix + _driver.Gpu.Options.Architecture;

    /// <param name="architecture">Such as <c>sm_80</c>.</param>
    /// <param name="options">What is checked, and the order of warps.</param>
    /// <exception cref="ToolException">The architecture is none that is executed.</exception>
    public static VirtualDevice OpenArchitecture(string architecture, DeviceOptions options)
    {
        if (!s_architectures.Contains(architecture))
        {
            throw ToolException.Failure(TargetDiagnostics.DeviceMissing, Prefix + architecture, $"the virtual GPU executes {string.Join(", ", s_architectures)}");
        }

        var driver = new VirtualCudaDriver(new VirtualGpuOptions
        {
            Architecture = architecture,
            Seed = options.ScheduleSeed,
            Checks = options.Sanitize ? VirtualGpuChecks.All : VirtualGpuChecks.None,
        });
        return CudaDevice.TryOpen(driver, 0, out var device, out var reason)
            ? new VirtualDevice(driver, device)
            : throw ToolException.Failure(TargetDiagnostics.DeviceMissing, Prefix + architecture, reason);
    }

    public override RunResult Run(KernelCase work)
    {
        try
        {
            return base.Run(work);
        }
        catch (VirtualGpuFaultException e)
        {
            throw Failure(e.Finding);
        }
        catch (Exception e) when (e is CudaException or PtxException)
        {
            throw ToolException.Failure(TargetDiagnostics.DriverFailed, e.Message);
        }
    }

    internal static ToolException Failure(Finding finding) => ToolException.Failure(TargetDiagnostics.VirtualFinding, finding.ToString());

    public override void Dispose()
    {
        _device.Dispose();
        _driver.Dispose();
        base.Dispose();
    }

    protected override CompiledKernel Compile(LoopProgram program)
    {
        var (text, plan) = Backends.EmitCuda(program);
        var ptx = Backends.CompileCuda(text, program.Name, _driver.Gpu.Options.Architecture, NvrtcOutput.Ptx, "-lineinfo");
        return new CudaKernel(_device, plan, ptx.Code.AsSpan());
    }
}
