using System.Collections.Immutable;

namespace KernelDsl.Runtime.Cpu;

/// <summary>A kernel's stages for the CPU. Strided tensors are copied to contiguous memory before, or from it after the run.</summary>
internal sealed unsafe class CpuExecutable : KernelExecutable
{
    private const long Alignment = 64;

    private readonly ImmutableArray<CpuStage> _stages;
    private readonly CpuOptions _options;

    public CpuExecutable(KernelDefinition definition, CpuOptions options)
    {
        _stages = [.. definition.Variant!.CpuStages()];
        _options = options;
    }

    public override void Run(KernelLaunch launch)
    {
        var state = (LaunchState?)launch.State;
        if (state is null)
        {
            launch.State = state = new LaunchState(launch, _stages, _options);
        }

        PlaceScratch(launch, state);
        for (var i = 0; i < launch.ArrayCount; i++)
        {
            if (IsStaged(launch, i) && !launch.SignatureOf(i).IsOutput)
            {
                StridedCopy.Gather(SizeOf(launch, i), launch.LayoutOf(i), (byte*)state.Origins[i], (byte*)launch.Addresses[launch.BufferOf(i)]);
            }
        }

        launch.Program.Run(launch.Values, state.Runner);
        for (var i = 0; i < launch.ArrayCount; i++)
        {
            if (IsStaged(launch, i) && launch.SignatureOf(i).IsOutput)
            {
                StridedCopy.Scatter(SizeOf(launch, i), launch.LayoutOf(i), (byte*)launch.Addresses[launch.BufferOf(i)], (byte*)state.Origins[i]);
            }
        }
    }

    private static bool IsStaged(KernelLaunch launch, int array) => launch.BufferOf(array) >= 0 && !launch.LayoutOf(array).IsContiguous;

    private static int SizeOf(KernelLaunch launch, int array) => launch.Program.Plan.Buffers[launch.BufferOf(array)].Element.Bits() / 8;

    // Workspace and copies of strided tensors lie one after the other in one block, which grows when a larger call comes.
    private static void PlaceScratch(KernelLaunch launch, LaunchState state)
    {
        var buffers = launch.Program.Plan.Buffers;
        var total = 0L;
        for (var i = 0; i < buffers.Length; i++)
        {
            if (buffers[i].Role == Plans.PlanBufferRole.Workspace)
            {
                total = checked(total + Padded(launch, i));
            }
        }

        for (var i = 0; i < launch.ArrayCount; i++)
        {
            if (IsStaged(launch, i))
            {
                total = checked(total + Padded(launch, launch.BufferOf(i)));
            }
        }

        var next = state.Scratch(launch.Device, total);
        for (var i = 0; i < buffers.Length; i++)
        {
            if (buffers[i].Role == Plans.PlanBufferRole.Workspace)
            {
                launch.Addresses[i] = next;
                next += (nint)Padded(launch, i);
            }
        }

        for (var i = 0; i < launch.ArrayCount; i++)
        {
            if (IsStaged(launch, i))
            {
                var buffer = launch.BufferOf(i);
                state.Origins[i] = launch.Addresses[buffer];
                launch.Addresses[buffer] = next;
                next += (nint)Padded(launch, buffer);
            }
        }
    }

    private static long Padded(KernelLaunch launch, int buffer)
        => (Elements.Bytes(launch.Program.Plan.Buffers[buffer].Element, launch.Lengths[buffer]) + Alignment - 1) / Alignment * Alignment;

    private sealed class LaunchState : IDisposable
    {
        private TensorStorage? _scratch;

        public LaunchState(KernelLaunch launch, ImmutableArray<CpuStage> stages, CpuOptions options)
        {
            var arguments = new CpuArguments(launch.Program.Plan.Buffers, launch.Addresses, launch.Lengths, launch.Values);
            Runner = new CpuStageRunner(stages, arguments, CpuJob.Create(options));
            Origins = new nint[launch.ArrayCount];
        }

        public CpuStageRunner Runner { get; }

        /// <summary>Where each strided tensor lies.</summary>
        public nint[] Origins { get; }

        public nint Scratch(KernelDevice device, long bytes)
        {
            if (_scratch is null || _scratch.Bytes < bytes)
            {
                _scratch?.TryDispose();
                _scratch = null;
                _scratch = new TensorStorage(device, device.AllocateMemory(bytes), bytes, device.FreeMemory);
            }

            return _scratch.Address;
        }

        public void Dispose() => _scratch?.TryDispose();
    }
}
