using System.Collections.Immutable;
using KernelDsl.Runtime.Launching;

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

    // Copies of strided tensors lie behind the workspace.
    private static void PlaceScratch(KernelLaunch launch, LaunchState state)
    {
        var copies = 0L;
        for (var i = 0; i < launch.ArrayCount; i++)
        {
            copies = IsStaged(launch, i) ? checked(copies + state.Scratch.Padded(launch, launch.BufferOf(i))) : copies;
        }

        var next = state.Scratch.Place(launch, copies);
        for (var i = 0; i < launch.ArrayCount; i++)
        {
            if (IsStaged(launch, i))
            {
                var buffer = launch.BufferOf(i);
                state.Origins[i] = launch.Addresses[buffer];
                launch.Addresses[buffer] = next;
                next += (nint)state.Scratch.Padded(launch, buffer);
            }
        }
    }

    private sealed class LaunchState : IDisposable
    {
        public LaunchState(KernelLaunch launch, ImmutableArray<CpuStage> stages, CpuOptions options)
        {
            var arguments = new CpuArguments(launch.Program.Plan.Buffers, launch.Addresses, launch.Lengths, launch.Values);
            Runner = new CpuStageRunner(stages, arguments, CpuJob.Create(options));
            Origins = new nint[launch.ArrayCount];
            Scratch = new LaunchScratch(launch.Device, Alignment);
        }

        public CpuStageRunner Runner { get; }

        /// <summary>Where each strided tensor lies.</summary>
        public nint[] Origins { get; }

        public LaunchScratch Scratch { get; }

        public void Dispose() => Scratch.Dispose();
    }
}
