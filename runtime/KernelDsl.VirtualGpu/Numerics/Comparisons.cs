using System.Numerics;

namespace KernelDsl.VirtualGpu.Numerics;

// The plain comparisons are false when an operand is a NaN, those of `U` are true.
internal readonly struct IsEqual<T> : IComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Apply(T a, T b) => a == b;
}

internal readonly struct IsNotEqual<T> : IComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Apply(T a, T b) => a < b || a > b;
}

internal readonly struct IsLess<T> : IComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Apply(T a, T b) => a < b;
}

internal readonly struct IsLessOrEqual<T> : IComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Apply(T a, T b) => a <= b;
}

internal readonly struct IsGreater<T> : IComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Apply(T a, T b) => a > b;
}

internal readonly struct IsGreaterOrEqual<T> : IComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Apply(T a, T b) => a >= b;
}

internal readonly struct IsOrdered<T> : IComparison<T>
    where T : unmanaged, INumber<T>
{
    public static bool Apply(T a, T b) => !T.IsNaN(a) && !T.IsNaN(b);
}

/// <summary>The opposite: <c>ltu</c> is not <c>ge</c>, <c>nan</c> not <c>num</c>.</summary>
internal readonly struct IsNot<T, TOp> : IComparison<T>
    where TOp : struct, IComparison<T>
{
    public static bool Apply(T a, T b) => !TOp.Apply(a, b);
}

/// <summary>With subnormals taken as zeros.</summary>
internal readonly struct FlushedComparison<TOp> : IComparison<float>
    where TOp : struct, IComparison<float>
{
    public static bool Apply(float a, float b) => TOp.Apply(Single32.Flush(a), Single32.Flush(b));
}
