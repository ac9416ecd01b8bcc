namespace KernelDsl.VirtualGpu.Numerics;

/// <summary>How <c>szext</c> takes a number of bits that is larger than 32.</summary>
internal interface ICount
{
    static abstract uint Of(uint count);
}

internal readonly struct WrapCount : ICount
{
    public static uint Of(uint count) => count & 31;
}

internal readonly struct ClampCount : ICount
{
    public static uint Of(uint count) => Math.Min(count, 32);
}

/// <summary>The low n bits, the highest of them repeated above.</summary>
internal readonly struct ExtendSigned<TCount> : IBinary<uint, uint, uint>
    where TCount : struct, ICount
{
    public static uint Apply(uint a, uint b)
    {
        var count = (int)TCount.Of(b);
        return count == 0 ? 0 : (uint)((int)(a << (32 - count)) >> (32 - count));
    }
}

/// <summary>The low n bits, zeros above.</summary>
internal readonly struct ExtendUnsigned<TCount> : IBinary<uint, uint, uint>
    where TCount : struct, ICount
{
    public static uint Apply(uint a, uint b) => a & (uint)((1UL << (int)TCount.Of(b)) - 1);
}
