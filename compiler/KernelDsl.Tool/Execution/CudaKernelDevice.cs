using KernelDsl.Compiler.Tiles;
using KernelDsl.Runtime;
using KernelDsl.Runtime.Cuda;

namespace KernelDsl.Tool.Execution;

/// <summary>One GPU, with CUDA C that is emitted, compiled by NVRTC to machine code for it, and launched by the driver.</summary>
internal sealed class CudaKernelDevice : CompiledDevice
{
    private readonly CudaDevice _device;

    private CudaKernelDevice(CudaDevice device) => _device = device;

    public override string Name => $"cuda:{_device.Ordinal}";

    /// <exception cref="ToolException">The device is not there.</exception>
    public static CudaKernelDevice Open(int ordinal)
        => CudaDevice.TryOpen(ordinal, out var device, out var reason)
            ? new CudaKernelDevice(device)
            : throw ToolException.Failure(TargetDiagnostics.DeviceMissing, $"cuda:{ordinal}", reason);

    public override RunResult Run(KernelCase work)
    {
        try
        {
            return base.Run(work);
        }
        catch (CudaException e)
        {
            throw ToolException.Failure(TargetDiagnostics.DriverFailed, e.Message);
        }
    }

    public override void Dispose()
    {
        _device.Dispose();
        base.Dispose();
    }

    protected override CompiledKernel Compile(LoopProgram program, KernelCase work)
    {
        var (text, plan, _) = Backends.EmitCuda(program);
        var cubin = Backends.CompileCuda(text, program.Name, _device.Architecture, NvrtcOutput.Cubin);
        return new CudaKernel(_device, plan, cubin.Code.AsSpan());
    }
}
