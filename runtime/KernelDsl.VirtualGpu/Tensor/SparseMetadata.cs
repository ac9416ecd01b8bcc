using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tensor;

/// <summary>
/// Where the elements of a sparse A belong (PTX ISA 8.4, section 9.7.13.5). 16-bit types keep two of four, tf32 one of two, 8-bit types two of four, 4-bit types two pairs of four.
/// </summary>
/// <param name="Slot">The register with the indices.</param>
/// <param name="Selector">Which threads of four hold them.</param>
internal sealed record SparseMetadata(int Slot, int Selector, PtxType Type)
{
    private bool IsWide => Type is PtxType.F16 or PtxType.BF16 or PtxType.TF32;

    /// <summary>The largest selector of a shape.</summary>
    public static int Selectors(PtxType type, int stored) => (type, stored) switch
    {
        (PtxType.F16 or PtxType.BF16, 8) or (PtxType.TF32, 4) => 3,
        (PtxType.F16 or PtxType.BF16, _) or (PtxType.TF32, _) or (PtxType.S8 or PtxType.U8, 16) or (PtxType.S4 or PtxType.U4, 32) => 1,
        _ => 0,
    };

    /// <summary>The row of B that a stored element of A meets; -1 when the indices are none.</summary>
    public unsafe int RowOfB(Warp warp, int row, int column, int stored)
    {
        var perElement = Type == PtxType.TF32 ? 4 : Type is PtxType.S4 or PtxType.U4 ? 1 : 2;
        var position = Type is PtxType.S4 or PtxType.U4 ? column / 2 * 2 : column * perElement;
        var total = stored * perElement;
        var first = (row & 7) * 4;
        int lane;
        int bit;
        if (IsWide)
        {
            // A word has 16 bits of row g and 16 of row g+8.
            lane = first + (total == 16 ? Selector : (Selector * 2) + (position / 16));
            bit = (position % 16) + (row >= 8 ? 16 : 0);
        }
        else
        {
            lane = first + (total == 32 ? Selector * 2 : position / 32 * 2) + (row >= 8 ? 1 : 0);
            bit = position % 32;
        }

        var word = ((uint*)(warp.R + Slot))[lane] >> bit;
        return Type switch
        {
            PtxType.TF32 => (word & 15) switch { 4 => column * 2, 14 => (column * 2) + 1, _ => -1 },
            PtxType.S4 or PtxType.U4 => (column / 4 * 8) + ((int)(word & 3) * 2) + (column & 1),
            _ => (column / 2 * 4) + (int)(word & 3),
        };
    }
}
