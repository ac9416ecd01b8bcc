using KernelDsl.Plans;
using KernelDsl.Runtime.Launching;

namespace KernelDsl.Runtime.Cuda;

/// <summary>Launches stages in the order of the default stream. Parameters lie in 8-byte slots, little end first, whatever their size.</summary>
internal sealed unsafe class CudaStageRunner(CudaDevice device, KernelPlan plan, ImmutableArray<nint> functions, long[] values, nint[] addresses)
    : IStageRunner
{
    // The threads stride over the points, so that more blocks than the GPU can hold at once would only cost time.
    private const int BlocksPerMultiprocessor = 32;

    public void Launch(int stage, long points, ReadOnlySpan<long> serial)
    {
        var planned = plan.Stages[stage];
        Span<ulong> slots = stackalloc ulong[planned.Parameters.Length];
        Span<nint> pointers = stackalloc nint[planned.Parameters.Length];
        fixed (ulong* first = slots)
        {
            for (var i = 0; i < slots.Length; i++)
            {
                slots[i] = Slot(planned.Parameters[i], serial);
                pointers[i] = (nint)(first + i);
            }

            var blocks = Math.Min((points + planned.BlockSize - 1) / planned.BlockSize, (long)device.MultiprocessorCount * BlocksPerMultiprocessor);
            device.Driver.Launch(functions[stage], new CudaLaunch((uint)Math.Max(blocks, 1), (uint)planned.BlockSize), pointers);
        }
    }

    private ulong Slot(PlanParameter parameter, ReadOnlySpan<long> serial) => parameter.Kind switch
    {
        PlanParameterKind.Buffer => (ulong)addresses[parameter.Index],
        PlanParameterKind.Serial => (ulong)serial[parameter.Index],
        PlanParameterKind.Argument when plan.Arguments[parameter.Index].Type == PlanScalar.F32
            => BitConverter.SingleToUInt32Bits((float)BitConverter.Int64BitsToDouble(values[parameter.Index])),
        PlanParameterKind.Argument => (ulong)values[parameter.Index],
        _ => throw new InvalidOperationException($"A plan cannot have a parameter of kind {parameter.Kind}."),
    };
}
