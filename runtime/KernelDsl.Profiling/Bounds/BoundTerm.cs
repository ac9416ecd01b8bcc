namespace KernelDsl.Profiling.Bounds;

/// <summary>A time that a launch cannot beat, because of one resource.</summary>
/// <param name="Resource">Such as <c>DRAM</c> or <c>tensor cores</c>.</param>
/// <param name="Seconds">The bound at the peak rate of the resource.</param>
/// <param name="UsualSeconds">The same at the share of the peak that kernels usually reach.</param>
/// <param name="Basis">What was divided by what.</param>
public sealed record BoundTerm(string Resource, double Seconds, double UsualSeconds, string Basis);
