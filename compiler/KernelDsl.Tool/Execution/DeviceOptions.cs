namespace KernelDsl.Tool.Execution;

/// <summary>How a virtual GPU runs.</summary>
/// <param name="Sanitize">Whether reads of what nothing wrote, races, barriers and divisions are checked; bounds and alignment always are.</param>
/// <param name="ScheduleSeed">Decides the order of warps.</param>
/// <param name="Counts">Whether instructions and accesses are counted.</param>
internal sealed record DeviceOptions(bool Sanitize = true, int ScheduleSeed = 1, bool Counts = false);
