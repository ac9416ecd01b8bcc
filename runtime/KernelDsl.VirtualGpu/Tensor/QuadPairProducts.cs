using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tensor;

/// <summary><c>mma.m8n8k4</c> of f16: four products at once, each by eight lanes (4q to 4q+3 and 16+4q to 19+4q). Layouts of A and B as the instruction says.</summary>
internal sealed record QuadPairForm(PtxType D, PtxType C, bool AIsRow, bool BIsRow, MmaRules Rules, int[] SlotsOfA, int[] SlotsOfB, int[] SlotsOfC);

/// <summary>The handler of <c>mma.m8n8k4</c> of f16, after PTX ISA 8.4, section 9.7.13.4.1.</summary>
internal static unsafe class QuadPairProducts
{
    public static void Run(Warp warp, Instruction i, uint mask)
    {
        var form = (QuadPairForm)i.Data!;
        if (!MatrixProducts.IsWhole(warp, i, mask))
        {
            return;
        }

        var results = stackalloc uint[64];
        var a = stackalloc MmaTerm[4];
        var b = stackalloc MmaTerm[4];
        for (var quad = 0; quad < 4; quad++)
        {
            for (var at = 0; at < 64; at++)
            {
                var (row, column) = (at / 8, at % 8);
                for (var k = 0; k < 4; k++)
                {
                    a[k] = MmaTerm.Decode(Part(warp, form.SlotsOfA, Lane(quad, form.AIsRow ? row : (row & 4) + k), form.AIsRow ? k : row & 3), PtxType.F16);
                    b[k] = MmaTerm.Decode(Part(warp, form.SlotsOfB, Lane(quad, form.BIsRow ? (column & 4) + k : column), form.BIsRow ? column & 3 : k), PtxType.F16);
                }

                results[at] = MmaSum.Step(a, b, 4, Read(warp, form.SlotsOfC, form.C, quad, row, column), form.C, form.D, form.Rules);
            }

            for (var at = 0; at < 64; at++)
            {
                Write(warp, i.Destinations, form.D, quad, at / 8, at % 8, results[at]);
            }
        }
    }

    /// <summary>Lane n of the eight of a quad pair.</summary>
    private static int Lane(int quad, int n) => (quad * 4) + (n & 3) + (n >= 4 ? 16 : 0);

    private static uint Part(Warp warp, int[] slots, int lane, int item) => ((ushort*)(warp.R + slots[item >> 1]))[(lane * 2) + (item & 1)];

    /// <summary>An f32 accumulator i of lane n: row (n &amp; 1) + (i &amp; 2) of its half, column (i &amp; 4) + (n &amp; 2) + (i &amp; 1).</summary>
    private static (int Lane, int Register) Wide(int quad, int row, int column)
        => (Lane(quad, (row & 4) + (row & 1) + (column & 2)), (row & 2) + (column & 4) + (column & 1));

    private static uint Read(Warp warp, int[] slots, PtxType type, int quad, int row, int column)
    {
        if (type == PtxType.F16)
        {
            return Part(warp, slots, Lane(quad, row), column);
        }

        var (lane, register) = Wide(quad, row, column);
        return ((uint*)(warp.R + slots[register]))[lane];
    }

    private static void Write(Warp warp, int[] slots, PtxType type, int quad, int row, int column, uint bits)
    {
        if (type == PtxType.F16)
        {
            ((ushort*)(warp.R + slots[column >> 1]))[(Lane(quad, row) * 2) + (column & 1)] = (ushort)bits;
        }
        else
        {
            var (lane, register) = Wide(quad, row, column);
            ((uint*)(warp.R + slots[register]))[lane] = bits;
        }
    }
}
