using System.Runtime.Intrinsics;

namespace KernelDsl.VirtualGpu.Numerics;

/// <summary>An operation on the values of one lane.</summary>
internal interface IUnary<TA, TD>
{
    static abstract TD Apply(TA a);
}

internal interface IBinary<TA, TB, TD>
{
    static abstract TD Apply(TA a, TB b);
}

internal interface ITernary<TA, TB, TC, TD>
{
    static abstract TD Apply(TA a, TB b, TC c);
}

/// <summary>The same operation on a vector of lanes.</summary>
internal interface IVectorBinary<T> : IBinary<T, T, T>
{
    static abstract Vector512<T> Apply(Vector512<T> a, Vector512<T> b);
}

internal interface IVectorTernary<T> : ITernary<T, T, T, T>
{
    static abstract Vector512<T> Apply(Vector512<T> a, Vector512<T> b, Vector512<T> c);
}

/// <summary>A comparison.</summary>
internal interface IComparison<T>
{
    static abstract bool Apply(T a, T b);
}
