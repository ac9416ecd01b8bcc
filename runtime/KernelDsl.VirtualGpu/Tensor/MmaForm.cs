using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tensor;

/// <summary>The sizes of a matrix product and how its elements lie in the registers of a warp. g = lane / 4 and t = lane % 4 in all of them.</summary>
/// <param name="Rows">Rows of A and D: 8 or 16.</param>
/// <param name="Depth">Columns of A, rows of B.</param>
/// <param name="Items">Elements of A or B in one register.</param>
internal sealed record MmaShape(int Rows, int Depth, int Items)
{
    public int RegistersOfA => Rows / 8 * Depth / (4 * Items);

    public int RegistersOfB => Depth / (4 * Items);

    public static MmaShape? Find(int rows, int columns, int depth, PtxType d, PtxType a, PtxType b, PtxType c)
    {
        var items = ItemsOf(a);
        var isFloat = (d, c) is (PtxType.F32, PtxType.F32) && a == b;
        var isInteger = (d, c) is (PtxType.S32, PtxType.S32) && ItemsOf(b) == items;
        var known = columns == 8 && (rows, depth, a) switch
        {
            (16, 8 or 16, PtxType.F16) => a == b && (isFloat || (d, c) is (PtxType.F16 or PtxType.F32, PtxType.F16 or PtxType.F32)),
            (16, 8 or 16, PtxType.BF16) => isFloat,
            (16, 4 or 8, PtxType.TF32) => isFloat,
            (16, 16 or 32, PtxType.E4M3 or PtxType.E5M2) => (d, c) is (PtxType.F32, PtxType.F32) && b is PtxType.E4M3 or PtxType.E5M2,
            (16, 16 or 32, PtxType.S8 or PtxType.U8) or (8, 16, PtxType.S8 or PtxType.U8) => isInteger,
            (16, 32 or 64, PtxType.S4 or PtxType.U4) or (8, 32, PtxType.S4 or PtxType.U4) => isInteger,
            (8, 4, PtxType.F64) or (16, 4 or 8 or 16, PtxType.F64) => (b, c, d) is (PtxType.F64, PtxType.F64, PtxType.F64),
            _ => false,
        };
        return known ? new MmaShape(rows, depth, items) : null;
    }

    public int AccumulatorRegisters(PtxType type) => Rows / 8 * (type == PtxType.F16 ? 1 : 2);

    /// <summary>The register, lane and place in the register of an element of A.</summary>
    public (int Register, int Lane, int Item) PlaceOfA(int row, int k)
    {
        var inner = k % (4 * Items);
        return ((row >> 3) + (k / (4 * Items) * (Rows / 8)), ((row & 7) * 4) + (inner / Items), inner % Items);
    }

    public (int Register, int Lane, int Item) PlaceOfB(int k, int column)
    {
        var inner = k % (4 * Items);
        return (k / (4 * Items), (column * 4) + (inner / Items), inner % Items);
    }

    /// <summary>For accumulators of 32 and 64 bits; those of 16 bits have two columns in one register.</summary>
    public static (int Register, int Lane) PlaceOfC(int row, int column) => ((row >> 3) * 2 + (column & 1), ((row & 7) * 4) + (column >> 1));

    private static int ItemsOf(PtxType type) => type switch
    {
        PtxType.F16 or PtxType.BF16 => 2, PtxType.S8 or PtxType.U8 or PtxType.E4M3 or PtxType.E5M2 => 4, PtxType.S4 or PtxType.U4 => 8, _ => 1,
    };
}

/// <summary>How an architecture adds: fractional bits that are kept of each term, terms of one step, and the bits of the result.</summary>
/// <param name="FractionBits">Bits below the largest exponent that a term keeps.</param>
/// <param name="Step">Products that are added at once.</param>
/// <param name="ResultBits">Fraction bits of an f32 result.</param>
internal sealed record MmaRules(int FractionBits, int Step, int ResultBits)
{
    /// <summary>The model of MMA-Sim (arXiv 2511.10909).</summary>
    public static MmaRules For(string architecture, PtxType a, MmaShape shape)
    {
        var isHopper = architecture.StartsWith("sm_9", StringComparison.Ordinal) || architecture.StartsWith("sm_1", StringComparison.Ordinal);
        if (isHopper)
        {
            return new MmaRules(25, shape.Depth, 23);
        }

        return a switch
        {
            PtxType.E4M3 or PtxType.E5M2 => new MmaRules(13, Math.Min(shape.Depth, 16), 13),
            PtxType.TF32 => new MmaRules(24, 4, 23),
            _ => new MmaRules(24, 8, 23),
        };
    }
}

internal sealed record MmaForm(MmaShape Shape, PtxType D, PtxType A, PtxType B, PtxType C, bool Saturates, MmaRules Rules, int[] SlotsOfA, int[] SlotsOfB, int[] SlotsOfC)
{
    public bool IsInteger => A is PtxType.S8 or PtxType.U8 or PtxType.S4 or PtxType.U4;
}
