using System.Numerics;

namespace KernelDsl.Runtime.Numerics;

/// <summary>The operations of kernels that C# has no operator for. Emitted code calls them.</summary>
public static partial class KernelMath
{
    /// <summary>Floor division; 0 for a zero divisor; wraps for the smallest integer by -1.</summary>
    public static long FloorDivide(long dividend, long divisor)
    {
        // Two divisors have special rules; both are in [-1, 0].
        if ((ulong)(divisor + 1) <= 1)
        {
            return divisor == 0 ? 0 : unchecked(-dividend);
        }

        var quotient = dividend / divisor;
        return quotient - ((dividend % divisor != 0) & ((dividend ^ divisor) < 0) ? 1 : 0);
    }

    /// <summary>The remainder of floor division, with the sign of the divisor; 0 for a zero divisor.</summary>
    public static long FloorRemainder(long dividend, long divisor)
    {
        if ((ulong)(divisor + 1) <= 1)
        {
            return 0;
        }

        var remainder = dividend % divisor;
        return remainder + ((remainder != 0) & ((remainder ^ divisor) < 0) ? divisor : 0);
    }

    /// <summary>The smaller integer.</summary>
    public static long Minimum(long a, long b) => Math.Min(a, b);

    /// <summary>The larger integer.</summary>
    public static long Maximum(long a, long b) => Math.Max(a, b);

    /// <summary>The size of an integer; the smallest integer stays as it is.</summary>
    public static long Abs(long x) => x < 0 ? unchecked(-x) : x;

    /// <summary>-1, 0 or 1.</summary>
    public static long Sign(long x) => Math.Sign(x);

    /// <summary>The number of 1 bits.</summary>
    public static long Popcount(long x) => BitOperations.PopCount((ulong)x);

    /// <summary>Truncates toward zero and saturates; 0 for NaN.</summary>
    public static long ToInteger(double x)
    {
        // 2^63 and above, -2^63 and below, and NaN, explicitly: the conversion's own result for them differs by platform.
        if (x >= 9223372036854775808.0)
        {
            return long.MaxValue;
        }

        return x <= -9223372036854775808.0 ? long.MinValue : double.IsNaN(x) ? 0 : (long)x;
    }

    /// <summary>The start of a random number: the seed, mixed.</summary>
    public static ulong RandomStart(long seed) => Mix(unchecked((ulong)seed + 0x9E3779B97F4A7C15));

    /// <summary>Mixes one more counter into a random number.</summary>
    public static ulong RandomNext(ulong state, long counter) => Mix(unchecked((state ^ (ulong)counter) + 0x9E3779B97F4A7C15));

    /// <summary>The random number in [0, 1), a multiple of 2^-24.</summary>
    public static float RandomEnd(ulong state) => (state >> 40) * (1f / 16777216f);

    // The finaliser of splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014), with Stafford's variant 13.
    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
