using System.Numerics;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Numerics;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tensor;

/// <summary>Handlers of <c>mma.sync</c>.</summary>
internal static unsafe class MatrixProducts
{
    public static void Float(Warp warp, Instruction i, uint mask)
    {
        var form = (MmaForm)i.Data!;
        if (!IsWhole(warp, i, mask))
        {
            return;
        }

        var (rows, depth) = (form.Shape.Rows, form.Shape.Depth);
        var a = stackalloc MmaTerm[rows * depth];
        var b = stackalloc MmaTerm[depth * 8];
        for (var row = 0; row < rows; row++)
        {
            for (var k = 0; k < depth; k++)
            {
                a[(row * depth) + k] = MmaTerm.Decode(Element(warp, form.SlotsOfA, form.Shape.PlaceOfA(row, k), form.A), form.A);
            }
        }

        for (var column = 0; column < 8; column++)
        {
            for (var k = 0; k < depth; k++)
            {
                b[(column * depth) + k] = MmaTerm.Decode(Element(warp, form.SlotsOfB, form.Shape.PlaceOfB(k, column), form.B), form.B);
            }
        }

        var results = stackalloc uint[rows * 8];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < 8; column++)
            {
                var sum = Accumulator(warp, form.SlotsOfC, form.C, row, column);
                var type = form.C;
                for (var k = 0; k < depth; k += form.Rules.Step)
                {
                    sum = MmaSum.Step(a + (row * depth) + k, b + (column * depth) + k, Math.Min(form.Rules.Step, depth - k), sum, type, form.D, form.Rules);
                    type = form.D;
                }

                results[(row * 8) + column] = sum;
            }
        }

        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < 8; column++)
            {
                StoreResult(warp, i.Destinations, form.D, row, column, results[(row * 8) + column]);
            }
        }
    }

    public static void Integer(Warp warp, Instruction i, uint mask)
    {
        var form = (MmaForm)i.Data!;
        if (!IsWhole(warp, i, mask))
        {
            return;
        }

        var (rows, depth) = (form.Shape.Rows, form.Shape.Depth);
        var results = stackalloc uint[rows * 8];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < 8; column++)
            {
                long sum = (int)Accumulator(warp, form.SlotsOfC, form.C, row, column);
                for (var k = 0; k < depth; k++)
                {
                    sum += (long)Signed(Element(warp, form.SlotsOfA, form.Shape.PlaceOfA(row, k), form.A), form.A)
                        * Signed(Element(warp, form.SlotsOfB, form.Shape.PlaceOfB(k, column), form.B), form.B);
                }

                results[(row * 8) + column] = (uint)(form.Saturates ? Math.Clamp(sum, int.MinValue, int.MaxValue) : sum);
            }
        }

        for (var at = 0; at < rows * 8; at++)
        {
            StoreResult(warp, i.Destinations, form.D, at / 8, at % 8, results[at]);
        }
    }

    /// <summary>In f64 the products are added one after the other, each with one rounding.</summary>
    public static void Double(Warp warp, Instruction i, uint mask)
    {
        var form = (MmaForm)i.Data!;
        if (!IsWhole(warp, i, mask))
        {
            return;
        }

        var (rows, depth) = (form.Shape.Rows, form.Shape.Depth);
        var results = stackalloc double[rows * 8];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < 8; column++)
            {
                var (register, lane) = MmaShape.PlaceOfC(row, column);
                var sum = ((double*)(warp.R + form.SlotsOfC[register]))[lane];
                for (var k = 0; k < depth; k++)
                {
                    var (ra, la, _) = form.Shape.PlaceOfA(row, k);
                    var (rb, lb, _) = form.Shape.PlaceOfB(k, column);
                    sum = Math.FusedMultiplyAdd(((double*)(warp.R + form.SlotsOfA[ra]))[la], ((double*)(warp.R + form.SlotsOfB[rb]))[lb], sum);
                }

                results[(row * 8) + column] = sum;
            }
        }

        for (var at = 0; at < rows * 8; at++)
        {
            var (register, lane) = MmaShape.PlaceOfC(at / 8, at % 8);
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

    private static uint Element(Warp warp, int[] slots, (int Register, int Lane, int Item) place, PtxType type)
    {
        var word = ((uint*)(warp.R + slots[place.Register]))[place.Lane];
        return type switch
        {
            PtxType.F16 or PtxType.BF16 => word >> (16 * place.Item) & 0xffff,
            PtxType.TF32 => word & 0xffffe000,
            PtxType.S4 or PtxType.U4 => word >> (4 * place.Item) & 15,
            _ => word >> (8 * place.Item) & 0xff,
        };
    }

    private static int Signed(uint bits, PtxType type) => type switch { PtxType.S8 => (sbyte)bits, PtxType.S4 => (int)(bits << 28) >> 28, _ => (int)bits };

    private static uint Accumulator(Warp warp, int[] slots, PtxType type, int row, int column)
    {
        var (register, lane) = MmaShape.PlaceOfC(row, column);
        return type == PtxType.F16
            ? ((uint*)(warp.R + slots[row >> 3]))[lane] >> (16 * (column & 1)) & 0xffff
            : ((uint*)(warp.R + slots[register]))[lane];
    }

    private static void StoreResult(Warp warp, int[] slots, PtxType type, int row, int column, uint bits)
    {
        var (register, lane) = MmaShape.PlaceOfC(row, column);
        if (type == PtxType.F16)
        {
            ((ushort*)(warp.R + slots[row >> 3]))[(lane * 2) + (column & 1)] = (ushort)bits;
        }
        else
        {
            ((uint*)(warp.R + slots[register]))[lane] = bits;
        }
    }
}
