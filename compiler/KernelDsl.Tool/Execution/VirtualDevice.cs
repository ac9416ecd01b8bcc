using KernelDsl.Compiler.Emission.Cuda;
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

    private readonly VirtualCudaDriver _driver;
    private readonly CudaDevice _device;

    /// <summary>The architecture that it executes.</summary>
    public string Architecture => _driver.Gpu.Options.Architecture;

    /// <summary>The device underneath, which counts.</summary>
    public VirtualGpu.VirtualGpu Gpu => _driver.Gpu;

    /// <summary>What the last run was compiled from.</summary>
    public (CudaUnit Cuda, string Ptx)? LastCode { get; private set; }

    private VirtualDevice(VirtualCudaDriver driver, CudaDevice device) => (_driver, _device) = (driver, device);

    public override string Name => Prefix + _driver.Gpu.Options.Architecture;

    /// <param name="architecture">Such as <c>sm_80</c>.</param>
    /// <param name="options">What is checked, and the order of warps.</param>
    /// <exception cref="ToolException">The architecture is none that is executed.</exception>
    public static VirtualDevice OpenArchitecture(string architecture, DeviceOptions options)
    {
        if (!VirtualGpuBackend.Architectures.Contains(architecture))
        {
            throw ToolException.Failure(TargetDiagnostics.DeviceMissing, Prefix + architecture, $"the virtual GPU executes {string.Join(", ", VirtualGpuBackend.Architectures)}");
        }

        var driver = new VirtualCudaDriver(new VirtualGpuOptions
        {
            Architecture = architecture,
            Seed = options.ScheduleSeed,
            Checks = options.Sanitize ? VirtualGpuChecks.All : VirtualGpuChecks.None,
            CountEvents = options.Counts,
            RecordAccesses = options.Counts,
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

    protected override CompiledKernel Compile(LoopProgram program, KernelCase work)
    {
        var unit = Backends.EmitCuda(program, work.Source);
        var ptx = Backends.CompileCuda(unit.Text, program.Name, _driver.Gpu.Options.Architecture, NvrtcOutput.Ptx, "-lineinfo");
        LastCode = (unit, ptx.Text);
        var image = unit.Lines is null ? ptx.Code.AsSpan() : PtxLines.Append(ptx.Code.AsSpan(), unit.Lines.ToText());
        return new CudaKernel(_device, unit.Plan, image);
    }
}
