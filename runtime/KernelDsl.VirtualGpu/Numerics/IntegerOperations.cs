using System.Numerics;
using System.Runtime.Intrinsics;

namespace KernelDsl.VirtualGpu.Numerics;

internal readonly struct Add<T> : IVectorBinary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => unchecked(a + b);

    public static Vector512<T> Apply(Vector512<T> a, Vector512<T> b) => a + b;
}

internal readonly struct Subtract<T> : IVectorBinary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => unchecked(a - b);

    public static Vector512<T> Apply(Vector512<T> a, Vector512<T> b) => a - b;
}

internal readonly struct AddSaturated : IBinary<int, int, int>
{
    public static int Apply(int a, int b) => (int)Math.Clamp((long)a + b, int.MinValue, int.MaxValue);
}

internal readonly struct SubtractSaturated : IBinary<int, int, int>
{
    public static int Apply(int a, int b) => (int)Math.Clamp((long)a - b, int.MinValue, int.MaxValue);
}

internal readonly struct MultiplyLow<T> : IVectorBinary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => unchecked(a * b);

    public static Vector512<T> Apply(Vector512<T> a, Vector512<T> b) => a * b;
}

internal readonly struct MultiplyAddLow<T> : IVectorTernary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b, T c) => unchecked((a * b) + c);

    public static Vector512<T> Apply(Vector512<T> a, Vector512<T> b, Vector512<T> c) => (a * b) + c;
}

/// <summary>The full product of a type, in one of twice its size.</summary>
internal readonly struct MultiplyWide<T, TWide> : IBinary<T, T, TWide>
    where T : unmanaged, IBinaryInteger<T>
    where TWide : unmanaged, IBinaryInteger<TWide>
{
    public static TWide Apply(T a, T b) => unchecked(TWide.CreateTruncating(a) * TWide.CreateTruncating(b));
}

internal readonly struct MultiplyAddWide<T, TWide> : ITernary<T, T, TWide, TWide>
    where T : unmanaged, IBinaryInteger<T>
    where TWide : unmanaged, IBinaryInteger<TWide>
{
    public static TWide Apply(T a, T b, TWide c) => unchecked((TWide.CreateTruncating(a) * TWide.CreateTruncating(b)) + c);
}

/// <summary>The upper half of a product.</summary>
internal readonly struct MultiplyHigh<T, TWide> : IBinary<T, T, T>
    where T : unmanaged, IBinaryInteger<T>
    where TWide : unmanaged, IBinaryInteger<TWide>
{
    public static unsafe T Apply(T a, T b) => unchecked(T.CreateTruncating((TWide.CreateTruncating(a) * TWide.CreateTruncating(b)) >> (sizeof(T) * 8)));
}

internal readonly struct MultiplyAddHigh<T, TWide> : ITernary<T, T, T, T>
    where T : unmanaged, IBinaryInteger<T>
    where TWide : unmanaged, IBinaryInteger<TWide>
{
    public static T Apply(T a, T b, T c) => unchecked(MultiplyHigh<T, TWide>.Apply(a, b) + c);
}

internal readonly struct Multiply24Low : IBinary<int, int, int>
{
    public static int Apply(int a, int b) => unchecked((int)(((long)(a << 8 >> 8) * (b << 8 >> 8)) & uint.MaxValue));
}

internal readonly struct Multiply24High : IBinary<int, int, int>
{
    public static int Apply(int a, int b) => unchecked((int)(((long)(a << 8 >> 8) * (b << 8 >> 8)) >> 16));
}

internal readonly struct Multiply24LowUnsigned : IBinary<uint, uint, uint>
{
    public static uint Apply(uint a, uint b) => unchecked((a & 0xffffff) * (b & 0xffffff));
}

internal readonly struct Multiply24HighUnsigned : IBinary<uint, uint, uint>
{
    public static uint Apply(uint a, uint b) => unchecked((uint)(((ulong)(a & 0xffffff) * (b & 0xffffff)) >> 16));
}

/// <summary>Division; by zero all bits are set, as GPUs do, and the overflow of the least number wraps.</summary>
internal readonly struct Divide<T> : IBinary<T, T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b)
        => b == T.Zero ? ~T.Zero : ~b == T.Zero && T.IsNegative(b) ? unchecked(T.Zero - a) : a / b;
}

internal readonly struct Remainder<T> : IBinary<T, T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => b == T.Zero ? a : ~b == T.Zero && T.IsNegative(b) ? T.Zero : a % b;
}

internal readonly struct Minimum<T> : IVectorBinary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => a < b ? a : b;

    public static Vector512<T> Apply(Vector512<T> a, Vector512<T> b) => Vector512.Min(a, b);
}

internal readonly struct Maximum<T> : IVectorBinary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => a > b ? a : b;

    public static Vector512<T> Apply(Vector512<T> a, Vector512<T> b) => Vector512.Max(a, b);
}

internal readonly struct MinimumRelu<T> : IBinary<T, T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => Maximum<T>.Apply(Minimum<T>.Apply(a, b), T.Zero);
}

internal readonly struct MaximumRelu<T> : IBinary<T, T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => Maximum<T>.Apply(Maximum<T>.Apply(a, b), T.Zero);
}

internal readonly struct AbsoluteValue<T> : IUnary<T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a) => T.IsNegative(a) ? unchecked(T.Zero - a) : a;
}

internal readonly struct Negate<T> : IUnary<T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a) => unchecked(T.Zero - a);
}

internal readonly struct SumOfDifferences<T> : ITernary<T, T, T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b, T c) => unchecked(c + (a < b ? b - a : a - b));
}

internal readonly struct And<T> : IVectorBinary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => a & b;

    public static Vector512<T> Apply(Vector512<T> a, Vector512<T> b) => a & b;
}

internal readonly struct Or<T> : IVectorBinary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => a | b;

    public static Vector512<T> Apply(Vector512<T> a, Vector512<T> b) => a | b;
}

internal readonly struct Xor<T> : IVectorBinary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => a ^ b;

    public static Vector512<T> Apply(Vector512<T> a, Vector512<T> b) => a ^ b;
}

internal readonly struct Not<T> : IUnary<T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a) => ~a;
}

internal readonly struct LogicalNot<T> : IUnary<T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a) => a == T.Zero ? T.One : T.Zero;
}

/// <summary>Amounts above the width shift everything out.</summary>
internal readonly struct ShiftLeft<T> : IBinary<T, uint, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static unsafe T Apply(T a, uint b) => b >= sizeof(T) * 8 ? T.Zero : a << (int)b;
}

/// <summary>Signed types shift signs in, unsigned ones zeros.</summary>
internal readonly struct ShiftRight<T> : IBinary<T, uint, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static unsafe T Apply(T a, uint b) => b >= sizeof(T) * 8 ? (T.IsNegative(a) ? ~T.Zero : T.Zero) : a >> (int)b;
}
