using KernelDsl.Plans;
using KernelDsl.Runtime.Launching;

namespace KernelDsl.Runtime.Cuda;

/// <summary>The functions of a kernel in a GPU's memory.</summary>
internal sealed class CudaExecutable : KernelExecutable
{
    private const long Alignment = 256;

    private readonly CudaKernelDevice _device;
    private readonly KernelPlan _plan;
    private readonly nint _module;
    private readonly ImmutableArray<nint> _functions;

    // The GPU runs stages in the order in which they come; those of one launch come together.
    private readonly object _gate = new();

    public CudaExecutable(CudaKernelDevice device, KernelPlan plan, ReadOnlySpan<byte> image)
    {
        _device = device;
        _plan = plan;
        device.MakeCurrent();
        _module = device.Driver.LoadModule(image);
        try
        {
            _functions = plan.Stages.Select(stage => device.Driver.GetFunction(_module, stage.Function)).ToImmutableArray();
        }
        catch
        {
            device.Driver.UnloadModule(_module);
            throw;
        }
    }

    public override void Run(KernelLaunch launch)
    {
        for (var i = 0; i < launch.ArrayCount; i++)
        {
            if (launch.BufferOf(i) >= 0 && !launch.LayoutOf(i).IsContiguous)
            {
                throw new KernelArgumentException(
                    RuntimeDiagnostics.NotContiguous, launch.SignatureOf(i).Key, _plan.Name, TensorLayout.Text(launch.LayoutOf(i).Strides), _device.Name);
            }
        }

        var state = (LaunchState?)launch.State;
        if (state is null)
        {
            launch.State = state = new LaunchState(_device);
        }

        state.Scratch.Place(launch);
        if (_device.Driver.IsChecking)
        {
            for (var i = 0; i < launch.Addresses.Length; i++)
            {
                _device.Driver.Name((ulong)launch.Addresses[i], _plan.Buffers[i].Name);
            }

            for (var i = 0; i < launch.ArrayCount; i++)
            {
                if (launch.BufferOf(i) is >= 0 and var buffer)
                {
                    _device.Driver.Name((ulong)launch.Addresses[buffer], launch.SignatureOf(i).Key);
                }
            }
        }

        // A launch may have run with other consts before, which is other code.
        if (state.Runner is null || !ReferenceEquals(state.Owner, this))
        {
            (state.Owner, state.Runner) = (this, new CudaStageRunner(_device.Gpu, _plan, _functions, launch.Values, launch.Addresses));
        }

        lock (_gate)
        {
            _device.MakeCurrent();
            launch.Program.Run(launch.Values, state.Runner);
        }
    }

    public override void Dispose()
    {
        // A device that is disposed before has unloaded it.
        if (!_device.IsDisposed)
        {
            _device.MakeCurrent();
            _device.Driver.UnloadModule(_module);
        }

        base.Dispose();
    }

    private sealed class LaunchState(CudaKernelDevice device) : IDisposable
    {
        public CudaExecutable? Owner { get; set; }

        public CudaStageRunner? Runner { get; set; }

        public LaunchScratch Scratch { get; } = new(device, Alignment);

        public void Dispose() => Scratch.Dispose();
    }
}
