namespace KernelDsl.Tool.Packing;

/// <summary>What a pack is made of.</summary>
/// <param name="Files">The specs.</param>
/// <param name="Targets">Such as <c>sm_80</c>.</param>
/// <param name="Kinds"><c>cubin</c>, <c>ptx</c> or both.</param>
internal sealed record PackRequest(IReadOnlyList<string> Files, ImmutableArray<string> Targets, ImmutableArray<string> Kinds);

/// <summary>A pack, and how it came about.</summary>
/// <param name="Bytes">The pack.</param>
/// <param name="Kernels">The kernels in it.</param>
/// <param name="Images">The images in it.</param>
/// <param name="Compiled">How many of them were not in the cache.</param>
internal sealed record PackResult(byte[] Bytes, int Kernels, int Images, int Compiled);
