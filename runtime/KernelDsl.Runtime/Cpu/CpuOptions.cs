namespace KernelDsl.Runtime.Cpu;

/// <summary>How kernels use the CPU.</summary>
/// <param name="MaximumDegree">The most threads that one stage uses; 0 for one per processor.</param>
public sealed record CpuOptions(int MaximumDegree = 0);
