using System.Buffers.Binary;
using KernelDsl.Runtime;

namespace KernelDsl.Tool.Execution;

/// <summary>Between arrays of f64 and i64 and the packed memory that kernels work on.</summary>
internal static class BufferPacking
{
    public static HostBuffer Pack(HostArray array)
    {
        var buffer = new HostBuffer(array.Element, array.Count);
        var bytes = buffer.Bytes.AsSpan();
        if (FloatFormat.Of(array.Element) is { } format)
        {
            for (var i = 0; i < array.Floats.Length; i++)
            {
                Put(bytes, i, format.Bits, Encode(format, array.Floats[i]));
            }
        }
        else if (array.Element == ElementType.F64)
        {
            Buffer.BlockCopy(array.Floats, 0, buffer.Bytes, 0, buffer.Bytes.Length);
        }
        else
        {
            var bits = array.Element.Bits();
            for (var i = 0; i < array.Integers.Length; i++)
            {
                Put(bytes, i, bits, (ulong)array.Integers[i]);
            }
        }

        return buffer;
    }

    public static HostArray Unpack(HostBuffer buffer, ImmutableArray<long> shape)
    {
        var count = checked((int)buffer.Length);
        var bytes = buffer.Bytes.AsSpan();
        if (buffer.Element.IsFloat())
        {
            var floats = new double[count];
            var format = FloatFormat.Of(buffer.Element);
            for (var i = 0; i < count; i++)
            {
                var raw = Get(bytes, i, buffer.Element.Bits());
                floats[i] = format is null ? BitConverter.UInt64BitsToDouble(raw)
                    : ReferenceEquals(format, FloatFormat.F32) ? BitConverter.UInt32BitsToSingle((uint)raw) : format.Decode((uint)raw);
            }

            return new HostArray(buffer.Element, shape, floats);
        }

        var integers = new long[count];
        var width = buffer.Element.Bits();
        var isSigned = buffer.Element is not (ElementType.U8 or ElementType.U4 or ElementType.Bool);
        for (var i = 0; i < count; i++)
        {
            var raw = Get(bytes, i, width);
            integers[i] = isSigned ? (long)(raw << (64 - width)) >> (64 - width) : (long)raw;
        }

        return new HostArray(buffer.Element, shape, integers);
    }

    // The machine converts f64 to f32 as the format does, and faster.
    private static ulong Encode(FloatFormat format, double value)
        => ReferenceEquals(format, FloatFormat.F32) ? BitConverter.SingleToUInt32Bits((float)value) : format.Encode(value);

    private static void Put(Span<byte> bytes, int index, int bits, ulong value)
    {
        switch (bits)
        {
            case 64:
                BinaryPrimitives.WriteUInt64LittleEndian(bytes[(index * 8)..], value);
                break;
            case 32:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes[(index * 4)..], (uint)value);
                break;
            case 16:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes[(index * 2)..], (ushort)value);
                break;
            case 8:
                bytes[index] = (byte)value;
                break;
            default:
                var perByte = 8 / bits;
                bytes[index / perByte] |= (byte)((value & ((1ul << bits) - 1)) << (index % perByte * bits));
                break;
        }
    }

    private static ulong Get(ReadOnlySpan<byte> bytes, int index, int bits) => bits switch
    {
        64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes[(index * 8)..]),
        32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(index * 4)..]),
        16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes[(index * 2)..]),
        8 => bytes[index],
        _ => (ulong)(bytes[index * bits / 8] >> (index * bits % 8)) & ((1ul << bits) - 1),
    };
}
