using KernelDsl.VirtualGpu.Ptx;
using KernelDsl.VirtualGpu.Tensor;

namespace KernelDsl.VirtualGpu.Warpgroup;

/// <summary>An instruction <c>wgmma.mma_async</c>: 64 rows, of which each warp of the four has 16. A row of A or B always has 32 bytes along K.</summary>
/// <param name="Accumulators">Slots of the accumulators.</param>
/// <param name="RegistersOfA">Slots of A in registers; null when A has a descriptor.</param>
/// <param name="SlotOfA">The slot of A's descriptor, or -1.</param>
/// <param name="Scale">The slot of the predicate that says whether accumulators are added to.</param>
/// <param name="AccumulatorNumbers">The registers by number, for the analysis of what is in flight.</param>
/// <param name="NumbersOfA">The same for A.</param>
internal sealed record WgmmaForm(
    int Columns, PtxType D, PtxType A, PtxType B, int[] Accumulators, int[]? RegistersOfA, int SlotOfA, int SlotOfB, int Scale, bool IsScaleNegated,
    bool NegatesA, bool NegatesB, bool IsATransposed, bool IsBTransposed, bool Saturates, int[] AccumulatorNumbers, int[] NumbersOfA)
{
    /// <summary>Elements along K.</summary>
    public int Depth => A switch { PtxType.TF32 => 8, PtxType.F16 or PtxType.BF16 => 16, PtxType.B1 => 256, _ => 32 };

    public bool IsInteger => D == PtxType.S32;

    /// <summary>The model of MMA-Sim (arXiv 2511.10909): all of K in one step, 25 bits, and 13 for fp8.</summary>
    public MmaRules Rules => A is PtxType.E4M3 or PtxType.E5M2 ? new MmaRules(13, Depth, 13) : new MmaRules(25, Depth, 23);

    /// <summary>The register and lane of an accumulator in the warp that has the row; 16-bit ones lie two in a register.</summary>
    public (int Register, int Lane, int Item) Place(int row, int column)
        => D == PtxType.F16
            ? ((column / 8 * 2) + (row / 8), (row % 8 * 4) + (column % 8 / 2), column & 1)
            : ((column / 8 * 4) + (row / 8 * 2) + (column & 1), (row % 8 * 4) + (column % 8 / 2), 0);
}
