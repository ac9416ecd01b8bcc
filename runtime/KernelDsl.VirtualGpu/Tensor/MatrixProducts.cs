using System.Numerics;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Numerics;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tensor;

/// <summary>Handlers of <c>mma.sync</c> and <c>wmma.mma</c>.</summary>
internal static unsafe class MatrixProducts
{
    public static void Float(Warp warp, Instruction i, uint mask)
    {
        var form = (MmaForm)i.Data!;
        if (!IsWhole(warp, i, mask))
        {
            return;
        }

        var (rows, columns, depth, depthOfB) = (form.Shape.Rows, form.Shape.Columns, form.Shape.Depth, form.Shape.DepthOfB);
        var a = stackalloc MmaTerm[rows * depth];
        var b = stackalloc MmaTerm[depthOfB * columns];
        for (var row = 0; row < rows; row++)
        {
            for (var k = 0; k < depth; k++)
            {
                a[(row * depth) + k] = MmaTerm.Decode(Element(warp, form.SlotsOfA, form.Shape.PlaceOfA(row, k), form.A), form.A);
            }
        }

        for (var column = 0; column < columns; column++)
        {
            for (var k = 0; k < depthOfB; k++)
            {
                b[(column * depthOfB) + k] = MmaTerm.Decode(Element(warp, form.SlotsOfB, form.Shape.PlaceOfB(k, column), form.B), form.B);
            }
        }

        var results = stackalloc uint[rows * columns];
        var chosen = stackalloc MmaTerm[depth];
        var rowsOfB = stackalloc int[depth];
        for (var row = 0; row < rows; row++)
        {
            if (form.Metadata is not null)
            {
                RowsOfB(warp, i, form, row, rowsOfB);
            }

            for (var column = 0; column < columns; column++)
            {
                var right = b + (column * depthOfB);
                if (form.Metadata is not null)
                {
                    for (var k = 0; k < depth; k++)
                    {
                        chosen[k] = right[rowsOfB[k]];
                    }

                    right = chosen;
                }

                var sum = Accumulator(warp, form, row, column);
                var type = form.C;
                for (var k = 0; k < depth; k += form.Rules.Step)
                {
                    sum = MmaSum.Step(a + (row * depth) + k, right + k, Math.Min(form.Rules.Step, depth - k), sum, type, form.D, form.Rules);
                    type = form.D;
                }

                results[(row * columns) + column] = sum;
            }
        }

        StoreResults(warp, i, form, results);
    }

    public static void Integer(Warp warp, Instruction i, uint mask)
    {
        var form = (MmaForm)i.Data!;
        if (!IsWhole(warp, i, mask))
        {
            return;
        }

        var (rows, columns, depth, depthOfB) = (form.Shape.Rows, form.Shape.Columns, form.Shape.Depth, form.Shape.DepthOfB);
        var results = stackalloc uint[rows * columns];
        var rowsOfB = stackalloc int[depth];
        var b = stackalloc int[depthOfB * columns];
        for (var at = 0; at < depthOfB * columns; at++)
        {
            b[at] = Signed(Element(warp, form.SlotsOfB, form.Shape.PlaceOfB(at % depthOfB, at / depthOfB), form.B), form.B);
        }

        var a = stackalloc int[depth];
        for (var row = 0; row < rows; row++)
        {
            if (form.Metadata is not null)
            {
                RowsOfB(warp, i, form, row, rowsOfB);
            }

            for (var k = 0; k < depth; k++)
            {
                a[k] = Signed(Element(warp, form.SlotsOfA, form.Shape.PlaceOfA(row, k), form.A), form.A);
                rowsOfB[k] = form.Metadata is null ? k : rowsOfB[k];
            }

            for (var column = 0; column < columns; column++)
            {
                long sum = (int)Accumulator(warp, form, row, column);
                for (var k = 0; k < depth; k++)
                {
                    sum += (long)a[k] * b[(column * depthOfB) + rowsOfB[k]];
                }

                results[(row * columns) + column] = (uint)(form.Saturates ? Math.Clamp(sum, int.MinValue, int.MaxValue) : sum);
            }
        }

        StoreResults(warp, i, form, results);
    }

    /// <summary>Products of bits are and or exclusive or, and their sum counts them. <c>Option</c> is 1 for and.</summary>
    public static void Bits(Warp warp, Instruction i, uint mask)
    {
        var form = (MmaForm)i.Data!;
        if (!IsWhole(warp, i, mask))
        {
            return;
        }

        var (rows, columns) = (form.Shape.Rows, form.Shape.Columns);
        var results = stackalloc uint[rows * columns];
        for (var at = 0; at < rows * columns; at++)
        {
            var (row, column) = (at / columns, at % columns);
            var sum = Accumulator(warp, form, row, column);
            for (var k = 0; k < form.Shape.Depth; k += 32)
            {
                var x = Element(warp, form.SlotsOfA, form.Shape.PlaceOfA(row, k), PtxType.S32);
                var y = Element(warp, form.SlotsOfB, form.Shape.PlaceOfB(k, column), PtxType.S32);
                sum = unchecked(sum + (uint)BitOperations.PopCount(i.Option == 1 ? x & y : x ^ y));
            }

            results[at] = sum;
        }

        StoreResults(warp, i, form, results);
    }

    /// <summary>In f64 the products are added one after the other, each with one rounding.</summary>
    public static void Double(Warp warp, Instruction i, uint mask)
    {
        var form = (MmaForm)i.Data!;
        if (!IsWhole(warp, i, mask))
        {
            return;
        }

        var (rows, columns, depth) = (form.Shape.Rows, form.Shape.Columns, form.Shape.Depth);
        var results = stackalloc double[rows * columns];
        for (var at = 0; at < rows * columns; at++)
        {
            var (register, lane, _) = form.Shape.PlaceOfC(at / columns, at % columns, false);
            var sum = ((double*)(warp.R + form.SlotsOfC[register]))[lane];
            for (var k = 0; k < depth; k++)
            {
                var (ra, la, _) = form.Shape.PlaceOfA(at / columns, k);
                var (rb, lb, _) = form.Shape.PlaceOfB(k, at % columns);
                sum = Math.FusedMultiplyAdd(((double*)(warp.R + form.SlotsOfA[ra]))[la], ((double*)(warp.R + form.SlotsOfB[rb]))[lb], sum);
            }

            results[at] = sum;
        }

        for (var at = 0; at < rows * columns; at++)
        {
            var (register, lane, _) = form.Shape.PlaceOfC(at / columns, at % columns, false);
            ((double*)(warp.R + i.Destinations[register]))[lane] = results[at];
        }
    }

    /// <summary>Matrix instructions are executed by whole warps.</summary>
    public static bool IsWhole(Warp warp, Instruction i, uint mask)
    {
        if (mask == uint.MaxValue)
        {
            return true;
        }

        warp.Report(FindingKind.Synchronisation, i, mask, $"{i.Text.Opcode} is executed by a part of the warp (mask 0x{mask:x8}); all 32 threads must execute it together.");
        return false;
    }

    private static void RowsOfB(Warp warp, Instruction i, MmaForm form, int row, int* rowsOfB)
    {
        for (var k = 0; k < form.Shape.Depth; k++)
        {
            rowsOfB[k] = form.Metadata!.RowOfB(warp, row, k, form.Shape.Depth);
            if (rowsOfB[k] < 0)
            {
                warp.Report(FindingKind.Undefined, i, (row & 7) * 4, $"the metadata of element {k} of row {row} are none of 0b0100 and 0b1110.");
                rowsOfB[k] = 0;
            }
        }
    }

    private static uint Element(Warp warp, int[] slots, (int Register, int Lane, int Item) place, PtxType type)
    {
        var word = ((uint*)(warp.R + slots[place.Register]))[place.Lane];
        return type switch
        {
            PtxType.F16 or PtxType.BF16 => word >> (16 * place.Item) & 0xffff,
            PtxType.TF32 => word & 0xffffe000,
            PtxType.S32 => word,
            PtxType.S4 or PtxType.U4 => word >> (4 * place.Item) & 15,
            _ => word >> (8 * place.Item) & 0xff,
        };
    }

    private static int Signed(uint bits, PtxType type) => type switch { PtxType.S8 => (sbyte)bits, PtxType.S4 => (int)(bits << 28) >> 28, _ => (int)bits };

    private static uint Accumulator(Warp warp, MmaForm form, int row, int column)
    {
        var isHalf = form.C == PtxType.F16;
        var (register, lane, item) = form.Shape.PlaceOfC(row, column, isHalf);
        var word = ((uint*)(warp.R + form.SlotsOfC[register]))[lane];
        return isHalf ? word >> (16 * item) & 0xffff : word;
    }

    private static void StoreResults(Warp warp, Instruction i, MmaForm form, uint* results)
    {
        var isHalf = form.D == PtxType.F16;
        for (var row = 0; row < form.Shape.Rows; row++)
        {
            for (var column = 0; column < form.Shape.Columns; column++)
            {
                var (register, lane, item) = form.Shape.PlaceOfC(row, column, isHalf);
                var bits = results[(row * form.Shape.Columns) + column];
                if (isHalf)
                {
                    ((ushort*)(warp.R + i.Destinations[register]))[(lane * 2) + item] = (ushort)bits;
                }
                else
                {
                    ((uint*)(warp.R + i.Destinations[register]))[lane] = bits;
                }
            }
        }
    }
}
