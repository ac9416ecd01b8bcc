using KernelDsl.Compiler.Tiles;
using KernelDsl.Runtime;
using KernelDsl.Runtime.Numerics;

namespace KernelDsl.Testing.Execution;

/// <summary>Reads and writes elements of a buffer one at a time, by the bits.</summary>
internal static class ElementMemory
{
    public static Scalar Load(HostBuffer buffer, long index)
    {
        var bits = LoadBits(buffer, index);
        return buffer.Element switch
        {
            ElementType.F64 => Scalar.Of(ScalarType.F64, BitConverter.UInt64BitsToDouble(bits)),
            ElementType.F32 => Scalar.Of(ScalarType.F32, BitConverter.UInt32BitsToSingle((uint)bits)),
            ElementType.F16 => Scalar.Of(ScalarType.F32, (double)BitConverter.UInt16BitsToHalf((ushort)bits)),
            ElementType.BF16 => Scalar.Of(ScalarType.F32, ElementConversion.DecodeBF16((ushort)bits)),
            ElementType.F8E4M3 => Scalar.Of(ScalarType.F32, ElementConversion.DecodeF8E4M3((byte)bits)),
            ElementType.F8E5M2 => Scalar.Of(ScalarType.F32, ElementConversion.DecodeF8E5M2((byte)bits)),
            ElementType.Bool => Scalar.Of(bits != 0),
            _ => Scalar.Of(Wrap(buffer.Element, (long)bits)),
        };
    }

    public static void Store(HostBuffer buffer, long index, Scalar value) => StoreBits(buffer, index, buffer.Element switch
    {
        ElementType.F64 => BitConverter.DoubleToUInt64Bits(value.Number),
        ElementType.F32 => BitConverter.SingleToUInt32Bits((float)value.Number),
        ElementType.F16 => BitConverter.HalfToUInt16Bits((Half)(float)value.Number),
        ElementType.BF16 => ElementConversion.EncodeBF16((float)value.Number),
        ElementType.F8E4M3 => ElementConversion.EncodeF8E4M3((float)value.Number),
        ElementType.F8E5M2 => ElementConversion.EncodeF8E5M2((float)value.Number),
        _ => (ulong)value.Integer,
    });

    /// <summary>What an integer element holds after a value was stored in it.</summary>
    public static long Wrap(ElementType element, long value)
    {
        var modulus = System.Numerics.BigInteger.One << element.Bits();
        var (smallest, _) = element.IntegerRange();
        var rest = ((value - (System.Numerics.BigInteger)smallest) % modulus + modulus) % modulus;
        return (long)(rest + smallest);
    }

    private static ulong LoadBits(HostBuffer buffer, long index)
    {
        Check(buffer, index);
        var bits = buffer.Element.Bits();
        ulong value = 0;
        for (var i = 0; i < bits; i++)
        {
            var place = (index * bits) + i;
            value |= (ulong)((buffer.Bytes[place / 8] >> (int)(place % 8)) & 1) << i;
        }

        return value;
    }

    private static void StoreBits(HostBuffer buffer, long index, ulong value)
    {
        Check(buffer, index);
        var bits = buffer.Element.Bits();
        for (var i = 0; i < bits; i++)
        {
            var place = (index * bits) + i;
            var mask = 1 << (int)(place % 8);
            ref var cell = ref buffer.Bytes[place / 8];
            cell = (byte)(((value >> i) & 1) != 0 ? cell | mask : cell & ~mask);
        }
    }

    private static void Check(HostBuffer buffer, long index)
    {
        if (index < 0 || index >= buffer.Length)
        {
            throw new IndexOutOfRangeException($"Element {index} of {buffer.Length}.");
        }
    }
}
