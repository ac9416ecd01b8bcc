using System.Runtime.CompilerServices;

namespace KernelDsl.Runtime;

/// <summary>Which element type a .NET type stands for.</summary>
public static class Elements
{
    /// <summary>The element type of <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">
    /// <see cref="double"/>, <see cref="float"/>, <see cref="Half"/>, <see cref="BFloat16"/>, <see cref="Float8E4M3"/>, <see cref="Float8E5M2"/>,
    /// <see cref="long"/>, <see cref="int"/>, <see cref="short"/>, <see cref="sbyte"/>, <see cref="byte"/>, <see cref="Int4"/>, <see cref="UInt4"/>,
    /// <see cref="Int2"/> or <see cref="bool"/>.
    /// </typeparam>
    /// <exception cref="KernelTypeException"><typeparamref name="T"/> is none of these.</exception>
    public static ElementType TypeOf<T>()
        where T : unmanaged
        => TryTypeOf<T>() ?? throw new KernelTypeException(RuntimeDiagnostics.UnknownElementType, typeof(T).Name);

    internal static ElementType? TryTypeOf<T>()
        where T : unmanaged
        => typeof(T) == typeof(double) ? ElementType.F64
            : typeof(T) == typeof(float) ? ElementType.F32
            : typeof(T) == typeof(Half) ? ElementType.F16
            : typeof(T) == typeof(BFloat16) ? ElementType.BF16
            : typeof(T) == typeof(Float8E4M3) ? ElementType.F8E4M3
            : typeof(T) == typeof(Float8E5M2) ? ElementType.F8E5M2
            : typeof(T) == typeof(long) ? ElementType.I64
            : typeof(T) == typeof(int) ? ElementType.I32
            : typeof(T) == typeof(short) ? ElementType.I16
            : typeof(T) == typeof(sbyte) ? ElementType.I8
            : typeof(T) == typeof(byte) ? ElementType.U8
            : typeof(T) == typeof(Int4) ? ElementType.I4
            : typeof(T) == typeof(UInt4) ? ElementType.U4
            : typeof(T) == typeof(Int2) ? ElementType.I2
            : typeof(T) == typeof(bool) ? ElementType.Bool
            : null;

    /// <summary>Bytes that so many elements take in memory.</summary>
    internal static long Bytes(ElementType element, long count) => checked((count * element.Bits()) + 7) / 8;

    /// <summary>Puts one-byte values of a sub-byte type side by side, the first in the low bits.</summary>
    internal static void Pack<T>(ElementType element, ReadOnlySpan<T> values, Span<byte> bytes)
        where T : unmanaged
    {
        var bits = element.Bits();
        var perByte = 8 / bits;
        bytes.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            bytes[i / perByte] |= (byte)((Unsafe.BitCast<T, byte>(values[i]) & ((1 << bits) - 1)) << (i % perByte * bits));
        }
    }

    /// <summary>The reverse of <see cref="Pack"/>.</summary>
    internal static void Unpack<T>(ElementType element, ReadOnlySpan<byte> bytes, Span<T> values)
        where T : unmanaged
    {
        var bits = element.Bits();
        var perByte = 8 / bits;
        for (var i = 0; i < values.Length; i++)
        {
            var raw = (bytes[i / perByte] >> (i % perByte * bits)) & ((1 << bits) - 1);
            values[i] = Unsafe.BitCast<byte, T>((byte)(element == ElementType.U4 ? raw : raw << (32 - bits) >> (32 - bits)));
        }
    }
}
