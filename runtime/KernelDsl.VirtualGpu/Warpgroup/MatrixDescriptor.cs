using KernelDsl.VirtualGpu.Async;

namespace KernelDsl.VirtualGpu.Warpgroup;

/// <summary>
/// Where a matrix lies in shared memory, from the 64 bits of a matrix descriptor (PTX ISA 8.4, 9.7.14.5.1). Matrices are made of pieces of 16 bytes; eight rows of them
/// are a core matrix. A is M×K, B is N×K; "MN" is the axis that is not K.
/// </summary>
internal readonly record struct MatrixDescriptor(int Start, int Leading, int Stride, int BaseOffset, int SpanBytes)
{
    /// <summary>Bits that no field has.</summary>
    public const ulong Unused = 0x3ff1_c000_c000_c000;

    public static MatrixDescriptor Decode(ulong bits) => new(
        (int)(bits & 0x3fff) << 4, (int)(bits >> 16 & 0x3fff) << 4, (int)(bits >> 32 & 0x3fff) << 4, (int)(bits >> 49 & 7),
        (bits >> 62) switch { 1 => 128, 2 => 64, 3 => 32, _ => 16 });

    /// <summary>The offset of the 16 bytes that row <paramref name="mn"/> has at piece <paramref name="piece"/> of its K, where K is contiguous.</summary>
    public int OfRow(int mn, int piece)
        => Place((mn % 8 * SpanBytes) + (mn / 8 * Stride) + (piece * (SpanBytes == 16 ? Leading : 16)));

    /// <summary>The offset of the 16 bytes that hold eight elements from <paramref name="mn"/> on at <paramref name="k"/>, where MN is contiguous (16-bit elements).</summary>
    public int OfColumn(int mn, int k)
    {
        var piece = mn / 8;
        if (SpanBytes == 16)
        {
            return Place((piece * Stride) + (k % 8 * 16) + (k / 8 * Leading));
        }

        var wide = SpanBytes / 16;
        return Place((piece % wide * 16) + (piece / wide * Leading) + (k % 8 * SpanBytes) + (k / 8 * Stride));
    }

    private int Place(int linear) => Swizzle.Apply(Start + linear, Swizzle.MaskOf(SpanBytes == 16 ? 0 : SpanBytes), BaseOffset);
}
