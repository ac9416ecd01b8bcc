using System.Runtime.CompilerServices;

namespace KernelDsl.Runtime.Cpu;

/// <summary>Atomic changes of elements. Emitted code calls them.</summary>
public static class CpuAtomics
{
    /// <summary>Adds to an element; wraps.</summary>
    public static void Add(ref long target, long value) => Interlocked.Add(ref target, value);

    /// <summary>Adds to an element; wraps.</summary>
    public static void Add(ref int target, long value) => Interlocked.Add(ref target, unchecked((int)value));

    /// <summary>Adds to an element.</summary>
    public static void Add(ref float target, float value)
    {
        float before;
        do
        {
            before = Volatile.Read(ref target);
        }
        while (!TryReplace(ref target, before, before + value));
    }

    /// <summary>Adds to an element.</summary>
    public static void Add(ref double target, double value)
    {
        double before;
        do
        {
            before = Volatile.Read(ref target);
        }
        while (!TryReplace(ref target, before, before + value));
    }

    /// <summary>Stores a value if the element still has the bits that were read.</summary>
    /// <returns>Whether it was stored.</returns>
    public static bool TryReplace(ref long target, long before, long after) => Interlocked.CompareExchange(ref target, after, before) == before;

    /// <inheritdoc cref="TryReplace(ref long, long, long)"/>
    public static bool TryReplace(ref int target, int before, int after) => Interlocked.CompareExchange(ref target, after, before) == before;

    /// <inheritdoc cref="TryReplace(ref long, long, long)"/>
    public static bool TryReplace(ref float target, float before, float after)
        => TryReplace(ref Unsafe.As<float, int>(ref target), BitConverter.SingleToInt32Bits(before), BitConverter.SingleToInt32Bits(after));

    /// <inheritdoc cref="TryReplace(ref long, long, long)"/>
    public static bool TryReplace(ref double target, double before, double after)
        => TryReplace(ref Unsafe.As<double, long>(ref target), BitConverter.DoubleToInt64Bits(before), BitConverter.DoubleToInt64Bits(after));
}
