using KernelDsl.Profiling.Caches;
using KernelDsl.Profiling.Counting;

namespace KernelDsl.VirtualGpu;

/// <summary>What a launch did. Counts of PTX instructions, which are not those of the machine code that a GPU runs.</summary>
/// <param name="Counters">Executions, lanes, sectors and wavefronts of every instruction.</param>
/// <param name="Streams">The accesses of each block in the order of their numbers; empty unless <see cref="VirtualGpuOptions.RecordAccesses"/> is set.</param>
public sealed record LaunchProfile(KernelCounters Counters, ImmutableArray<BlockStream> Streams);
