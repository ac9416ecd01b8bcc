using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tensor;

/// <summary>The sizes of a matrix product and how its elements lie in the registers of a warp. g = lane / 4 and t = lane % 4 in all of them.</summary>
/// <param name="Rows">Rows of A and D: 8, 16 or 32. Blocks of 16 follow each other.</param>
/// <param name="Columns">Columns of B and D: a multiple of 8. Blocks of 8 follow each other.</param>
/// <param name="Depth">Columns of A as it is stored: half of the product's where A is sparse.</param>
/// <param name="DepthOfB">Rows of B.</param>
/// <param name="Items">Elements of A or B in one register.</param>
internal sealed record MmaShape(int Rows, int Columns, int Depth, int DepthOfB, int Items)
{
    public int RegistersOfA => Rows / 8 * Depth / (4 * Items);

    public int RegistersOfB => Columns / 8 * DepthOfB / (4 * Items);

    private int BlockRows => Math.Min(Rows, 16);

    /// <summary>The shape of <c>mma.sync</c>; null when there is none.</summary>
    public static MmaShape? Find(int rows, int columns, int depth, PtxType d, PtxType a, PtxType b, PtxType c, bool isSparse)
    {
        var items = ItemsOf(a);
        var isFloat = (d, c) is (PtxType.F32, PtxType.F32) && a == b;
        var isInteger = (d, c) is (PtxType.S32, PtxType.S32) && ItemsOf(b) == items;
        var stored = isSparse ? depth / 2 : depth;
        var isHalf = a == b && (isFloat || (d, c) is (PtxType.F16 or PtxType.F32, PtxType.F16 or PtxType.F32));
        var known = columns == 8 && (!isSparse || (rows == 16 && a is not (PtxType.F64 or PtxType.B1))) && (rows, stored, a) switch
        {
            (16, 8 or 16, PtxType.F16) => isHalf,
            (16, 8 or 16, PtxType.BF16) => isFloat,
            (16, 4 or 8, PtxType.TF32) => isFloat,
            (16, 16 or 32, PtxType.E4M3 or PtxType.E5M2) => (d, c) is (PtxType.F32, PtxType.F32) && b is PtxType.E4M3 or PtxType.E5M2 && !(isSparse && stored == 16),
            (16, 16 or 32, PtxType.S8 or PtxType.U8) or (8, 16, PtxType.S8 or PtxType.U8) => isInteger,
            (16, 32 or 64, PtxType.S4 or PtxType.U4) or (8, 32, PtxType.S4 or PtxType.U4) => isInteger,
            (16, 128 or 256, PtxType.B1) or (8, 128, PtxType.B1) => isInteger,
            (8, 4, PtxType.F64) or (16, 4 or 8 or 16, PtxType.F64) => (b, c, d) is (PtxType.F64, PtxType.F64, PtxType.F64),
            _ => false,
        };
        return known ? new MmaShape(rows, columns, stored, depth, items) : null;
    }

    /// <summary>The shape of <c>wmma</c>; null when there is none.</summary>
    public static MmaShape? FindWmma(int rows, int columns, int depth, PtxType a)
    {
        var known = (rows, columns, depth) switch
        {
            (16, 16, 16) or (8, 32, 16) or (32, 8, 16) => a is PtxType.F16 or PtxType.BF16 or PtxType.S8 or PtxType.U8,
            (16, 16, 8) => a == PtxType.TF32,
            (8, 8, 4) => a == PtxType.F64,
            (8, 8, 32) => a is PtxType.S4 or PtxType.U4,
            (8, 8, 128) => a == PtxType.B1,
            _ => false,
        };
        return known ? new MmaShape(rows, columns, depth, depth, ItemsOf(a)) : null;
    }

    public int AccumulatorRegisters(PtxType type) => Rows / 8 * (Columns / 8) * (type == PtxType.F16 ? 1 : 2);

    /// <summary>The register, lane and place in the register of an element of A.</summary>
    public (int Register, int Lane, int Item) PlaceOfA(int row, int k)
    {
        var inner = k % (4 * Items);
        var block = row / BlockRows * (BlockRows / 8 * Depth / (4 * Items));
        return (block + (row % BlockRows >> 3) + (k / (4 * Items) * (BlockRows / 8)), ((row & 7) * 4) + (inner / Items), inner % Items);
    }

    public (int Register, int Lane, int Item) PlaceOfB(int k, int column)
    {
        var inner = k % (4 * Items);
        return ((column >> 3) * (DepthOfB / (4 * Items)) + (k / (4 * Items)), ((column & 7) * 4) + (inner / Items), inner % Items);
    }

    /// <summary>The place of an accumulator; those of 16 bits have two columns in one register.</summary>
    public (int Register, int Lane, int Item) PlaceOfC(int row, int column, bool isHalf)
    {
        var block = (row / BlockRows * (Columns / 8)) + (column >> 3);
        var half = (block * (BlockRows / 8)) + (row % BlockRows >> 3);
        var lane = ((row & 7) * 4) + ((column & 7) >> 1);
        return isHalf ? (half, lane, column & 1) : ((half * 2) + (column & 1), lane, 0);
    }

    public static int ItemsOf(PtxType type) => type switch
    {
        PtxType.F16 or PtxType.BF16 => 2, PtxType.S8 or PtxType.U8 or PtxType.E4M3 or PtxType.E5M2 => 4, PtxType.S4 or PtxType.U4 => 8, PtxType.B1 => 32, _ => 1,
    };
}

/// <summary>How an architecture adds: fractional bits that are kept of each term, terms of one step, and the bits of the result.</summary>
/// <param name="FractionBits">Bits below the largest exponent that a term keeps.</param>
/// <param name="Step">Products that are added at once.</param>
/// <param name="ResultBits">Fraction bits of an f32 result.</param>
internal sealed record MmaRules(int FractionBits, int Step, int ResultBits)
{
    /// <summary>The model of MMA-Sim (arXiv 2511.10909).</summary>
    public static MmaRules For(string architecture, PtxType a, int depth)
    {
        var isHopper = architecture.StartsWith("sm_9", StringComparison.Ordinal) || architecture.StartsWith("sm_1", StringComparison.Ordinal);
        if (isHopper)
        {
            return new MmaRules(25, depth, 23);
        }

        return a switch
        {
            PtxType.E4M3 or PtxType.E5M2 => new MmaRules(13, Math.Min(depth, 16), 13),
            PtxType.TF32 => new MmaRules(24, 4, 23),
            _ => new MmaRules(24, 8, 23),
        };
    }
}

/// <summary>A product as an instruction names it.</summary>
/// <param name="Metadata">Where the indices of a sparse A lie; null for a dense one.</param>
internal sealed record MmaForm(
    MmaShape Shape, PtxType D, PtxType A, PtxType B, PtxType C, bool Saturates, MmaRules Rules, int[] SlotsOfA, int[] SlotsOfB, int[] SlotsOfC, SparseMetadata? Metadata = null)
{
    public bool IsInteger => A is PtxType.S8 or PtxType.U8 or PtxType.S4 or PtxType.U4;
}
