namespace KernelDsl.VirtualGpu.Numerics;

internal readonly struct PackedAdd : IBinary<uint, uint, uint>
{
    public static uint Apply(uint a, uint b) => ((a + b) & 0xffff) | unchecked(((a >> 16) + (b >> 16)) << 16);
}

/// <summary>An operation on both halves.</summary>
internal readonly struct PackedBoth<T, TOp> : IBinary<uint, uint, uint>
    where T : unmanaged, System.Numerics.IBinaryInteger<T>
    where TOp : struct, IBinary<T, T, T>
{
    public static uint Apply(uint a, uint b)
        => ushort.CreateTruncating(TOp.Apply(T.CreateTruncating(a), T.CreateTruncating(b)))
            | ((uint)ushort.CreateTruncating(TOp.Apply(T.CreateTruncating(a >> 16), T.CreateTruncating(b >> 16))) << 16);
}

internal readonly struct MultiplyAddHighSaturated : ITernary<int, int, int, int>
{
    public static int Apply(int a, int b, int c) => (int)Math.Clamp((((long)a * b) >> 32) + c, int.MinValue, int.MaxValue);
}
