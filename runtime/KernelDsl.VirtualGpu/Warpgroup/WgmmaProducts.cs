using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;
using KernelDsl.VirtualGpu.Tensor;

namespace KernelDsl.VirtualGpu.Warpgroup;

/// <summary>The handler of <c>wgmma.mma_async</c>: each warp multiplies its 16 rows when the instruction is issued; who looks at the result before the wait is found by analysis.</summary>
internal static unsafe class WgmmaProducts
{
    private const int Rows = 16;
    private const int RowBytes = 32;

    public static void Run(Warp warp, Instruction i, uint mask)
    {
        var form = (WgmmaForm)i.Data!;
        var (a, b) = (form.SlotOfA < 0 ? 0 : ((ulong*)(warp.R + form.SlotOfA))[0], ((ulong*)(warp.R + form.SlotOfB))[0]);
        if (!warp.Block.Warpgroups.Record(warp, i, mask, a, b) || !IsUniform(warp, i, form.SlotOfA) || !IsUniform(warp, i, form.SlotOfB))
        {
            return;
        }

        var reads = new OperandReads();
        var rowsOfA = stackalloc byte[Rows * RowBytes];
        var rowsOfB = stackalloc byte[form.Columns * RowBytes];
        if (form.RegistersOfA is { } registers)
        {
            FromRegisters(warp, registers, rowsOfA);
        }
        else if (!TryLoad(warp, i, a, warp.Index % 4 * Rows, Rows, form.IsATransposed, rowsOfA, reads))
        {
            return;
        }

        if (!TryLoad(warp, i, b, 0, form.Columns, form.IsBTransposed, rowsOfB, reads))
        {
            return;
        }

        reads.Record(warp, i, warp.IssueProduct());
        var scale = *(uint*)(warp.R + form.Scale);
        var adds = ((form.IsScaleNegated ? ~scale : scale) & 1) != 0;
        if (form.IsInteger)
        {
            Integers(warp, form, rowsOfA, rowsOfB, adds);
        }
        else
        {
            Floats(warp, form, rowsOfA, rowsOfB, adds);
        }
    }

    private static bool IsUniform(Warp warp, Instruction i, int slot)
    {
        if (slot < 0)
        {
            return true;
        }

        var values = new ReadOnlySpan<ulong>(warp.R + slot, 32);
        if (values.IndexOfAnyExcept(values[0]) >= 0)
        {
            warp.Report(FindingKind.Undefined, i, uint.MaxValue, "the matrix descriptor differs from thread to thread.");
            return false;
        }

        if ((values[0] & MatrixDescriptor.Unused) != 0)
        {
            warp.Report(FindingKind.Misaligned, i, uint.MaxValue, $"the matrix descriptor 0x{values[0]:x16} has bits outside of its fields: addresses and offsets are multiples of 16, in units of 16 bytes, below 2^18.");
            return false;
        }

        return true;
    }

    private static bool TryLoad(Warp warp, Instruction i, ulong bits, int first, int count, bool isTransposed, byte* rows, OperandReads reads)
    {
        var descriptor = MatrixDescriptor.Decode(bits);
        var offsets = new int[count * 2];
        for (var k = 0; k < offsets.Length; k++)
        {
            offsets[k] = isTransposed ? descriptor.OfColumn(first + (k / 16 * 8), k % 16) : descriptor.OfRow(first + (k / 2), k % 2);
        }

        var own = new OperandReads();
        own.Add(offsets);
        if (!own.Check(warp, i))
        {
            return false;
        }

        reads.Add(offsets);
        var shared = warp.Block.Shared;
        for (var k = 0; k < offsets.Length; k++)
        {
            var piece = shared + offsets[k];
            if (!isTransposed)
            {
                new ReadOnlySpan<byte>(piece, 16).CopyTo(new Span<byte>(rows + (k * 16), 16));
                continue;
            }

            for (var e = 0; e < 8; e++)
            {
                ((ushort*)rows)[(((k / 16 * 8) + e) * 16) + (k % 16)] = ((ushort*)piece)[e];
            }
        }

        return true;
    }

    /// <summary>Register r of lane 4g + t has the 4 bytes from 16·(r / 2) + 4t of row g + 8·(r mod 2).</summary>
    private static void FromRegisters(Warp warp, int[] registers, byte* rows)
    {
        for (var r = 0; r < 4; r++)
        {
            for (var lane = 0; lane < 32; lane++)
            {
                *(uint*)(rows + (((lane / 4) + (r % 2 * 8)) * RowBytes) + (r / 2 * 16) + (lane % 4 * 4)) = ((uint*)(warp.R + registers[r]))[lane];
            }
        }
    }

    private static void Floats(Warp warp, WgmmaForm form, byte* rowsOfA, byte* rowsOfB, bool adds)
    {
        var depth = form.Depth;
        var rules = form.Rules;
        var a = new MmaTerm[Rows * depth];
        var b = new MmaTerm[form.Columns * depth];
        Decode(rowsOfA, a, form.A, form.NegatesA);
        Decode(rowsOfB, b, form.B, form.NegatesB);
        fixed (MmaTerm* termsOfA = a, termsOfB = b)
        {
            for (var row = 0; row < Rows; row++)
            {
                for (var column = 0; column < form.Columns; column++)
                {
                    var (register, lane, item) = form.Place(row, column);
                    var slot = warp.R + form.Accumulators[register];
                    if (form.D == PtxType.F16)
                    {
                        ref var half = ref ((ushort*)slot)[(lane * 2) + item];
                        half = (ushort)MmaSum.Step(termsOfA + (row * depth), termsOfB + (column * depth), depth, adds ? half : 0u, PtxType.F16, PtxType.F16, rules);
                    }
                    else
                    {
                        ref var single = ref ((uint*)slot)[lane];
                        single = MmaSum.Step(termsOfA + (row * depth), termsOfB + (column * depth), depth, adds ? single : 0u, PtxType.F32, PtxType.F32, rules);
                    }
                }
            }
        }
    }

    private static void Decode(byte* rows, MmaTerm[] terms, PtxType type, bool negates)
    {
        for (var k = 0; k < terms.Length; k++)
        {
            var bits = type switch
            {
                PtxType.F16 or PtxType.BF16 => ((ushort*)rows)[k],
                PtxType.TF32 => ((uint*)rows)[k] & 0xffffe000,
                _ => rows[k],
            };
            var term = MmaTerm.Decode(bits, type);
            terms[k] = negates ? term with { Significand = -term.Significand } : term;
        }
    }

    private static void Integers(Warp warp, WgmmaForm form, byte* rowsOfA, byte* rowsOfB, bool adds)
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < form.Columns; column++)
            {
                var (register, lane, _) = form.Place(row, column);
                ref var place = ref ((int*)(warp.R + form.Accumulators[register]))[lane];
                long sum = adds ? place : 0;
                for (var k = 0; k < RowBytes; k++)
                {
                    var (x, y) = (rowsOfA[(row * RowBytes) + k], rowsOfB[(column * RowBytes) + k]);
                    sum += form.A == PtxType.B1
                        ? System.Numerics.BitOperations.PopCount((uint)(x & y))
                        : (form.A == PtxType.S8 ? (sbyte)x : x) * (form.B == PtxType.S8 ? (sbyte)y : y);
                }

                place = (int)(form.Saturates ? Math.Clamp(sum, int.MinValue, int.MaxValue) : sum);
            }
        }
    }
}
