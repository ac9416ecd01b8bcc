namespace KernelDsl.Profiling.Tests.Rules;

/// <summary>Addresses of the lanes of a warp.</summary>
internal static class Lanes
{
    public const uint All = uint.MaxValue;

    public static ulong[] Of(Func<int, int> address) => [.. Enumerable.Range(0, 32).Select(lane => (ulong)address(lane))];

    public static ulong[] Strided(int stride, int start = 0) => Of(lane => start + lane * stride);
}
