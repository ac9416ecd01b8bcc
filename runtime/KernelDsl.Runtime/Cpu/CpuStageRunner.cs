using System.Collections.Immutable;
using KernelDsl.Runtime.Launching;

namespace KernelDsl.Runtime.Cpu;

internal sealed class CpuStageRunner(ImmutableArray<CpuStage> stages, CpuArguments arguments, CpuJob job) : IStageRunner
{
    public void Launch(int stage, long points, ReadOnlySpan<long> serial) => job.Run(stages[stage], arguments, serial, points);
}
