using System.Numerics;

namespace KernelDsl.Profiling.Rules;

/// <summary>What all rules ask of their arguments.</summary>
internal static class LaneArguments
{
    public static void Check(int addresses, uint mask, int width)
    {
        if (32 - BitOperations.LeadingZeroCount(mask) > addresses)
        {
            throw new ArgumentException($"The mask 0x{mask:x8} has lanes beyond the {addresses} addresses.", nameof(addresses));
        }

        if (width is not (1 or 2 or 4 or 8 or 16))
        {
            throw new ArgumentException($"A lane accesses 1, 2, 4, 8 or 16 bytes, not {width}.", nameof(width));
        }
    }
}
