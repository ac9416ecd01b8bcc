using KernelDsl.Plans;
using KernelDsl.Runtime.Launching;

namespace KernelDsl.Runtime.Cuda;

/// <summary>Launches stages in the order of the default stream. Parameters lie in 8-byte slots, little end first, whatever their size.</summary>
internal sealed unsafe class CudaStageRunner(CudaDevice device, KernelPlan plan, ImmutableArray<nint> functions, BoundLaunch launch, CudaLaunchMemory memory)
    : IStageRunner
{
    // The threads stride over the points, so that more blocks than the GPU can hold at once would only cost time.
    private const int BlocksPerMultiprocessor = 32;

    public void Launch(int stage, long points, ReadOnlySpan<long> serial)
    {
        var planned = plan.Stages[stage];
        Span<ulong> slots = stackalloc ulong[planned.Parameters.Length];
        Span<nint> addresses = stackalloc nint[planned.Parameters.Length];
        fixed (ulong* first = slots)
        {
            for (var i = 0; i < slots.Length; i++)
            {
                slots[i] = Slot(planned.Parameters[i], serial);
                addresses[i] = (nint)(first + i);
            }

            var blocks = Math.Min((points + planned.BlockSize - 1) / planned.BlockSize, (long)device.MultiprocessorCount * BlocksPerMultiprocessor);
            device.Driver.Launch(functions[stage], new CudaLaunch((uint)Math.Max(blocks, 1), (uint)planned.BlockSize), addresses);
        }
    }

    private ulong Slot(PlanParameter parameter, ReadOnlySpan<long> serial) => parameter.Kind switch
    {
        PlanParameterKind.Buffer => memory[parameter.Index],
        PlanParameterKind.Serial => (ulong)serial[parameter.Index],
        PlanParameterKind.Argument when plan.Arguments[parameter.Index].Type == PlanScalar.F32
            => BitConverter.SingleToUInt32Bits((float)BitConverter.Int64BitsToDouble(launch.Values[parameter.Index])),
        PlanParameterKind.Argument => (ulong)launch.Values[parameter.Index],
        _ => throw new InvalidOperationException($"A plan cannot have a parameter of kind {parameter.Kind}."),
    };
}
