using System.Numerics;

namespace KernelDsl.VirtualGpu.Numerics;

internal readonly struct PopulationCount<T> : IUnary<T, uint>
    where T : unmanaged, IBinaryInteger<T>
{
    public static uint Apply(T a) => uint.CreateTruncating(T.PopCount(a));
}

internal readonly struct LeadingZeros<T> : IUnary<T, uint>
    where T : unmanaged, IBinaryInteger<T>
{
    public static uint Apply(T a) => uint.CreateTruncating(T.LeadingZeroCount(a));
}

internal readonly struct ReverseBits32 : IUnary<uint, uint>
{
    public static uint Apply(uint a)
    {
        a = ((a >> 1) & 0x55555555) | ((a & 0x55555555) << 1);
        a = ((a >> 2) & 0x33333333) | ((a & 0x33333333) << 2);
        a = ((a >> 4) & 0x0f0f0f0f) | ((a & 0x0f0f0f0f) << 4);
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(a);
    }
}

internal readonly struct ReverseBits64 : IUnary<ulong, ulong>
{
    public static ulong Apply(ulong a) => ((ulong)ReverseBits32.Apply((uint)a) << 32) | ReverseBits32.Apply((uint)(a >> 32));
}

/// <summary>The place of the highest bit that is not the sign.</summary>
internal readonly struct FindHighest<T> : IUnary<T, uint>
    where T : unmanaged, IBinaryInteger<T>
{
    public static unsafe uint Apply(T a)
    {
        var value = T.IsNegative(a) ? ~a : a;
        return value == T.Zero ? uint.MaxValue : (uint)(sizeof(T) * 8) - 1 - uint.CreateTruncating(T.LeadingZeroCount(value));
    }
}

/// <summary>How far to shift left to bring that bit to the top.</summary>
internal readonly struct FindHighestShift<T> : IUnary<T, uint>
    where T : unmanaged, IBinaryInteger<T>
{
    public static unsafe uint Apply(T a)
    {
        var place = FindHighest<T>.Apply(a);
        return place == uint.MaxValue ? place : (uint)(sizeof(T) * 8) - 1 - place;
    }
}

/// <summary>Bits [pos, pos+len) of a value; signed types extend the sign bit at min(pos+len-1, msb).</summary>
internal readonly struct ExtractField<T> : ITernary<T, uint, uint, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static unsafe T Apply(T a, uint b, uint c)
    {
        var bits = sizeof(T) * 8;
        var position = (int)(b & 0xff);
        var length = (int)(c & 0xff);
        var isSigned = T.IsNegative(T.Zero - T.One);
        var sign = isSigned && length > 0 && ((a >> Math.Min(position + length - 1, bits - 1)) & T.One) != T.Zero;
        var field = T.Zero;
        for (var k = 0; k < bits; k++)
        {
            var bit = k < length && position + k < bits ? ((a >> (position + k)) & T.One) != T.Zero : sign;
            field |= bit ? T.One << k : T.Zero;
        }

        return field;
    }
}

/// <summary><c>bfi</c>: the low bits of a, put into b; position and length come in one operand here.</summary>
internal static class InsertField
{
    public static ulong Apply(ulong a, ulong b, uint position, uint length, int bits)
    {
        position &= 0xff;
        length &= 0xff;
        for (var k = 0; k < length && position + k < bits; k++)
        {
            var bit = 1UL << (int)(position + k);
            b = (a >> k & 1) != 0 ? b | bit : b & ~bit;
        }

        return b;
    }
}

internal readonly struct FieldMaskClamp : IBinary<uint, uint, uint>
{
    public static uint Apply(uint a, uint b) => a >= 32 || b == 0 ? 0 : (b >= 32 ? uint.MaxValue : (1u << (int)b) - 1) << (int)a;
}

internal readonly struct FieldMaskWrap : IBinary<uint, uint, uint>
{
    public static uint Apply(uint a, uint b) => FieldMaskClamp.Apply(a & 31, b & 31);
}

internal readonly struct FunnelLeftClamp : ITernary<uint, uint, uint, uint>
{
    public static uint Apply(uint a, uint b, uint c) => (uint)(((((ulong)b << 32) | a) << (int)Math.Min(c, 32)) >> 32);
}

internal readonly struct FunnelLeftWrap : ITernary<uint, uint, uint, uint>
{
    public static uint Apply(uint a, uint b, uint c) => FunnelLeftClamp.Apply(a, b, c & 31);
}

internal readonly struct FunnelRightClamp : ITernary<uint, uint, uint, uint>
{
    public static uint Apply(uint a, uint b, uint c) => (uint)((((ulong)b << 32) | a) >> (int)Math.Min(c, 32));
}

internal readonly struct FunnelRightWrap : ITernary<uint, uint, uint, uint>
{
    public static uint Apply(uint a, uint b, uint c) => FunnelRightClamp.Apply(a, b, c & 31);
}

/// <summary>Bytes of two words by selectors; bit 3 of a selector replicates the byte's sign.</summary>
internal readonly struct Permute : ITernary<uint, uint, uint, uint>
{
    public static uint Apply(uint a, uint b, uint c)
    {
        var both = ((ulong)b << 32) | a;
        uint result = 0;
        for (var k = 0; k < 4; k++)
        {
            var selector = (int)(c >> (4 * k)) & 15;
            var value = (uint)(both >> ((selector & 7) * 8)) & 0xff;
            result |= ((selector & 8) != 0 ? (value & 0x80) != 0 ? 0xffu : 0 : value) << (8 * k);
        }

        return result;
    }

    /// <summary>The selectors of a mode other than the general one.</summary>
    public static uint Selectors(string mode, uint c)
    {
        c &= 3;
        uint Pack(int k0, int k1, int k2, int k3) => (uint)(k0 | (k1 << 4) | (k2 << 8) | (k3 << 12));
        return mode switch
        {
            ".f4e" => Pack((int)c, (int)c + 1, (int)c + 2, (int)c + 3),
            ".b4e" => Pack((int)c, (int)(c + 7) & 7, (int)(c + 6) & 7, (int)(c + 5) & 7),
            ".rc8" => Pack((int)c, (int)c, (int)c, (int)c),
            ".ecl" => Pack((int)c, (int)Math.Max(c, 1), (int)Math.Max(c, 2), 3),
            ".ecr" => Pack(0, (int)Math.Min(c, 1), (int)Math.Min(c, 2), (int)c),
            _ => (c & 1) == 0 ? Pack(0, 1, 0, 1) : Pack(2, 3, 2, 3),
        };
    }
}

/// <summary>Sums of products of four bytes.</summary>
internal static class DotProducts
{
    public static int Four(uint a, uint b, int c, bool signedA, bool signedB)
    {
        for (var k = 0; k < 32; k += 8)
        {
            var x = signedA ? (sbyte)(a >> k) : (int)(byte)(a >> k);
            var y = signedB ? (sbyte)(b >> k) : (int)(byte)(b >> k);
            c = unchecked(c + (x * y));
        }

        return c;
    }

    public static int Two(uint a, uint b, int c, bool signedA, bool signedB, bool high)
    {
        for (var k = 0; k < 2; k++)
        {
            var x = signedA ? (short)(a >> (16 * k)) : (int)(ushort)(a >> (16 * k));
            var shift = (high ? 16 : 0) + (8 * k);
            var y = signedB ? (sbyte)(b >> shift) : (int)(byte)(b >> shift);
            c = unchecked(c + (x * y));
        }

        return c;
    }
}
