namespace KernelDsl.VirtualGpu.Memory;

/// <summary>A variable in shared memory.</summary>
internal readonly record struct SharedRange(string Name, int Offset, int Bytes);
