using KernelDsl.Plans;
using KernelDsl.Runtime.Launching;

namespace KernelDsl.Runtime.Cuda;

/// <summary>A plan and its compiled functions on one GPU. One run at a time.</summary>
public sealed class CudaKernel : CompiledKernel
{
    private readonly CudaDevice _device;
    private readonly PlanProgram _program;
    private readonly nint _module;
    private readonly ImmutableArray<nint> _functions;
    private readonly object _gate = new();
    private bool _isDisposed;

    /// <summary>Loads the functions of a plan.</summary>
    /// <param name="device">The GPU; it must stay open as long as the kernel.</param>
    /// <param name="plan">How the kernel is launched.</param>
    /// <param name="image">PTX, or a cubin for the architecture of the device.</param>
    /// <exception cref="CudaException">The driver cannot load the image; the exception has its log.</exception>
    public CudaKernel(CudaDevice device, KernelPlan plan, ReadOnlySpan<byte> image)
    {
        _device = device;
        _program = new PlanProgram(plan);
        device.Driver.SetCurrent(device.Context);
        _module = device.Driver.LoadModule(image);
        _functions = plan.Stages.Select(stage => device.Driver.GetFunction(_module, stage.Function)).ToImmutableArray();
    }

    /// <inheritdoc/>
    public override string Name => _program.Plan.Name;

    /// <inheritdoc/>
    /// <exception cref="CudaException">The driver reports an error: out of memory, an illegal access.</exception>
    public override TimeSpan Run(KernelArguments arguments)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var launch = _program.Bind(arguments);
        lock (_gate)
        {
            _device.Driver.SetCurrent(_device.Context);
            using var memory = new CudaLaunchMemory(_device.Driver, _program.Plan, launch);
            var values = launch.Values.ToArray();
            var runner = new CudaStageRunner(_device, _program.Plan, _functions, values, memory.Addresses);
            using var start = new CudaTimer(_device.Driver);
            using var end = new CudaTimer(_device.Driver);
            start.Record();
            _program.Run(values, runner);
            end.Record();
            _device.Driver.Synchronize();
            memory.CopyOutputs(launch);
            return _device.Driver.Elapsed(start.Event, end.Event);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _device.Driver.SetCurrent(_device.Context);
            _device.Driver.UnloadModule(_module);
        }

        base.Dispose();
    }

    private sealed class CudaTimer(ICudaDriver driver) : IDisposable
    {
        public nint Event { get; } = driver.CreateEvent();

        public void Record() => driver.RecordEvent(Event);

        public void Dispose() => driver.DestroyEvent(Event);
    }
}
