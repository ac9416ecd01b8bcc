using System.Buffers.Binary;

namespace KernelDsl.VirtualGpu;

/// <summary>
/// The 128 bytes that tell a tensor copy where a tensor lies and how its tiles are cut: what <c>cuTensorMapEncodeTiled</c> makes on a device. The content is opaque and
/// understood by the virtual GPU only. Pass it to a kernel as the argument of a <c>__grid_constant__ const CUtensorMap</c>, or copy <see cref="ToArray"/> to device memory.
/// </summary>
public sealed class TensorMap
{
    /// <summary>The size of an encoded map.</summary>
    public const int Size = 128;

    /// <summary>The multiple of which its address must be.</summary>
    public const int Alignment = 64;

    private const uint Magic = 0x4d54_444b;
    private const int MaximumRank = 5;
    private const int HashAt = 120;

    private readonly byte[] _bytes;

    private TensorMap(byte[] bytes) => _bytes = bytes;

    /// <summary>Encodes a tensor whose tiles are boxes, with the parameters and the rules of <c>cuTensorMapEncodeTiled</c> (no interleave).</summary>
    /// <param name="type">The type of the elements.</param>
    /// <param name="globalAddress">The address of the first element, a multiple of 16.</param>
    /// <param name="globalSizes">Elements along each axis, the fastest first; 1 to 5 axes, each 1 to 2^32.</param>
    /// <param name="globalStrides">Bytes from one element to the next along each axis but the first; multiples of 16 below 2^40.</param>
    /// <param name="boxSizes">Elements of a tile along each axis, 1 to 256; the bytes along the first are a multiple of 16.</param>
    /// <param name="elementStrides">Every how-many-th element of a box is copied along each axis, 1 to 8; null for 1. That of the first axis is ignored, as the driver does.</param>
    /// <param name="swizzle">How tiles are permuted in shared memory; the bytes of a box along the first axis must fit into the span.</param>
    /// <param name="fill">What lies outside of the tensor.</param>
    /// <exception cref="ArgumentException">A rule does not hold.</exception>
    public static TensorMap EncodeTiled(
        TensorMapDataType type, ulong globalAddress, ReadOnlySpan<ulong> globalSizes, ReadOnlySpan<ulong> globalStrides, ReadOnlySpan<uint> boxSizes,
        ReadOnlySpan<uint> elementStrides = default, TensorMapSwizzle swizzle = TensorMapSwizzle.None, TensorMapFill fill = TensorMapFill.Zero)
    {
        var rank = globalSizes.Length;
        var size = SizeOf(type);
        Require(rank is >= 1 and <= MaximumRank, $"a tensor map has 1 to 5 axes, and {rank} are given", nameof(globalSizes));
        Require(globalStrides.Length == rank - 1, $"{rank} axes need {rank - 1} strides, and {globalStrides.Length} are given", nameof(globalStrides));
        Require(boxSizes.Length == rank, $"{rank} axes need {rank} box sizes, and {boxSizes.Length} are given", nameof(boxSizes));
        Require(elementStrides.IsEmpty || elementStrides.Length == rank, $"{rank} axes need {rank} element strides, and {elementStrides.Length} are given", nameof(elementStrides));
        Require(globalAddress % 16 == 0, $"the address 0x{globalAddress:x} is no multiple of 16", nameof(globalAddress));
        Require(Enum.IsDefined(swizzle), $"{swizzle} is no swizzle", nameof(swizzle));
        for (var k = 0; k < rank; k++)
        {
            Require(globalSizes[k] is >= 1 and <= 1UL << 32, $"axis {k} has {globalSizes[k]} elements; 1 to 2^32 are possible", nameof(globalSizes));
            Require(boxSizes[k] is >= 1 and <= 256, $"a box has {boxSizes[k]} elements along axis {k}; 1 to 256 are possible", nameof(boxSizes));
            Require(elementStrides.IsEmpty || elementStrides[k] is >= 1 and <= 8, $"the element stride of axis {k} is {(elementStrides.IsEmpty ? 1 : elementStrides[k])}; 1 to 8 are possible", nameof(elementStrides));
            Require(k == 0 || (globalStrides[k - 1] % 16 == 0 && globalStrides[k - 1] < 1UL << 40), $"the stride of axis {k} must be a multiple of 16 below 2^40", nameof(globalStrides));
        }

        var inner = boxSizes[0] * (uint)size;
        Require(inner % 16 == 0, $"a box has {inner} bytes along the first axis, which is no multiple of 16", nameof(boxSizes));
        Require(swizzle == TensorMapSwizzle.None || inner <= 16u << (int)swizzle, $"a box has {inner} bytes along the first axis, which do not fit into the {16 << (int)swizzle} bytes of the swizzle", nameof(boxSizes));
        Require(fill == TensorMapFill.Zero || IsFloat(type), "only floats are filled with NaN", nameof(fill));

        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        (bytes[4], bytes[5], bytes[6], bytes[7]) = ((byte)rank, (byte)type, (byte)swizzle, (byte)fill);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), globalAddress);
        for (var k = 0; k < rank; k++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16 + (8 * k)), globalSizes[k]);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(56 + (8 * k)), k == 0 ? (ulong)size : globalStrides[k - 1]);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(96 + (2 * k)), (ushort)boxSizes[k]);
            bytes[106 + k] = (byte)(elementStrides.IsEmpty || k == 0 ? 1 : elementStrides[k]);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(HashAt), Hash(bytes));
        return new TensorMap(bytes);
    }

    /// <summary>The 128 bytes.</summary>
    public byte[] ToArray() => [.. _bytes];

    /// <summary>The content of bytes that <see cref="EncodeTiled"/> made; null for others.</summary>
    internal static TensorMapContent? TryDecode(ReadOnlySpan<byte> bytes)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic || BinaryPrimitives.ReadUInt64LittleEndian(bytes[HashAt..]) != Hash(bytes))
        {
            return null;
        }

        var rank = bytes[4];
        var type = (TensorMapDataType)bytes[5];
        var (sizes, strides, box, steps) = (new ulong[rank], new ulong[rank], new int[rank], new int[rank]);
        for (var k = 0; k < rank; k++)
        {
            sizes[k] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(16 + (8 * k))..]);
            strides[k] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(56 + (8 * k))..]);
            box[k] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(96 + (2 * k))..]);
            steps[k] = bytes[106 + k];
        }

        return new TensorMapContent(type, SizeOf(type), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]), sizes, strides, box, steps, (TensorMapSwizzle)bytes[6], (TensorMapFill)bytes[7]);
    }

    private static bool IsFloat(TensorMapDataType type) => type >= TensorMapDataType.Float16;

    private static int SizeOf(TensorMapDataType type) => type switch
    {
        TensorMapDataType.UInt8 => 1,
        TensorMapDataType.UInt16 or TensorMapDataType.Float16 or TensorMapDataType.BFloat16 => 2,
        TensorMapDataType.UInt64 or TensorMapDataType.Int64 or TensorMapDataType.Float64 => 8,
        TensorMapDataType.UInt32 or TensorMapDataType.Int32 or TensorMapDataType.Float32 or TensorMapDataType.Float32Ftz or TensorMapDataType.TFloat32 or TensorMapDataType.TFloat32Ftz => 4,
        _ => throw new ArgumentException($"{type} is no type of elements.", nameof(type)),
    };

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in bytes[..HashAt])
        {
            hash = (hash ^ value) * 1099511628211UL;
        }

        return hash;
    }

    private static void Require(bool holds, string fact, string parameter)
    {
        if (!holds)
        {
            throw new ArgumentException($"A tensor map cannot be encoded: {fact}.", parameter);
        }
    }
}

/// <summary>A tensor map as the machine reads it. The first stride is the size of an element.</summary>
internal sealed record TensorMapContent(
    TensorMapDataType Type, int ElementBytes, ulong Address, ulong[] Sizes, ulong[] Strides, int[] Box, int[] Steps, TensorMapSwizzle Swizzle, TensorMapFill Fill)
{
    /// <summary>Elements that a tile has along an axis.</summary>
    public int Copied(int axis) => (Box[axis] + Steps[axis] - 1) / Steps[axis];
}
