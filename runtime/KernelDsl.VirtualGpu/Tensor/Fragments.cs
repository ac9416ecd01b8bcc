using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tensor;

/// <summary>What part of a product a fragment of <c>wmma</c> holds.</summary>
internal enum FragmentRole : byte { A, B, Accumulator }

/// <summary>
/// A fragment in memory and in registers. PTX leaves open which lane holds which element; here they lie as in <c>mma.sync</c>, and registers that are left over hold the same elements again.
/// </summary>
/// <param name="IsRow">Whether rows, not columns, lie side by side in memory.</param>
internal sealed record FragmentForm(MmaShape Shape, FragmentRole Role, PtxType Type, bool IsRow, int StrideSlot)
{
    public int Rows => Role == FragmentRole.B ? Shape.Depth : Shape.Rows;

    public int Columns => Role == FragmentRole.A ? Shape.Depth : Shape.Columns;

    public int BitsOfElement => Type switch { PtxType.B1 => 1, PtxType.S4 or PtxType.U4 => 4, _ => Type.Size() * 8 };

    /// <summary>Registers that hold each element once.</summary>
    public int DistinctRegisters => Role switch { FragmentRole.A => Shape.RegistersOfA, FragmentRole.B => Shape.RegistersOfB, _ => Shape.AccumulatorRegisters(Type) };

    /// <summary>The registers that instructions name: f16 operands have eight always.</summary>
    public int Registers => Role != FragmentRole.Accumulator && Type == PtxType.F16 ? 8 : DistinctRegisters;

    public (int Register, int Lane, int Item) Place(int row, int column) => Role switch
    {
        FragmentRole.A => Shape.PlaceOfA(row, column),
        FragmentRole.B => Shape.PlaceOfB(row, column),
        _ => Shape.PlaceOfC(row, column, Type == PtxType.F16),
    };
}

/// <summary>Handlers of <c>wmma.load</c> and <c>wmma.store</c>: a row or a column at a time.</summary>
internal static unsafe class FragmentMoves
{
    public static void Load(Warp warp, Instruction i, uint mask) => Move(warp, i, mask, isStore: false);

    public static void Store(Warp warp, Instruction i, uint mask) => Move(warp, i, mask, isStore: true);

    private static void Move(Warp warp, Instruction i, uint mask, bool isStore)
    {
        var form = (FragmentForm)i.Data!;
        if (!MatrixProducts.IsWhole(warp, i, mask))
        {
            return;
        }

        var (lines, count) = form.IsRow ? (form.Rows, form.Columns) : (form.Columns, form.Rows);
        var address = MemoryAccess.Address(warp, i, 0);
        var stride = form.StrideSlot < 0 ? (uint)count : ((uint*)(warp.R + form.StrideSlot))[0];
        for (var lane = 1; lane < 32; lane++)
        {
            if (MemoryAccess.Address(warp, i, lane) != address || (form.StrideSlot >= 0 && ((uint*)(warp.R + form.StrideSlot))[lane] != stride))
            {
                warp.Report(FindingKind.Undefined, i, lane, "the address and the stride must be the same for all threads of the warp.");
                break;
            }
        }

        var bits = form.BitsOfElement;
        var bytes = count * bits / 8;
        var line = stackalloc byte[128];
        var piece = Math.Min(bytes, 16);
        if (warp.Block.Counters is not null)
        {
            var pieces = Enumerable.Range(0, lines).SelectMany(l => Enumerable.Range(0, bytes / piece).Select(k => address + ((ulong)l * stride * (ulong)bits / 8) + (ulong)(k * piece)));
            Traffic.CountPieces(warp, i, pieces, piece);
        }

        for (var l = 0; l < lines; l++)
        {
            var from = address + ((ulong)l * stride * (ulong)bits / 8);
            if (isStore)
            {
                Gather(warp, i, form, l, count, line);
            }

            for (var at = 0; at < bytes; at += piece)
            {
                var first = form.IsRow ? form.Place(l, at * 8 / bits) : form.Place(at * 8 / bits, l);
                Piece(warp, i, first.Lane, from + (ulong)at, line + at, piece, isStore);
            }

            if (!isStore)
            {
                Scatter(warp, i, form, l, count, line);
            }

            FragmentPoison.Follow(warp, i, form, l, count, from, isStore);
        }
    }

    private static void Piece(Warp warp, Instruction i, int lane, ulong address, byte* data, int bytes, bool isStore)
    {
        if (!MemoryAccess.TryResolve(warp, i, lane, i.Space, address, bytes, isStore ? AccessType.Write : AccessType.Read, out var place))
        {
            return;
        }

        var here = new Span<byte>(place.Data, bytes);
        var there = new Span<byte>(data, bytes);
        if (isStore)
        {
            MemoryAccess.CheckRace(warp, i, lane, ref place, address, bytes, writes: true, isStrong: false, sameValue: false);
            MemoryAccess.MarkWritten(warp, i, lane, ref place, address, bytes);
            there.CopyTo(here);
        }
        else
        {
            if (place.Space == StateSpace.Shared)
            {
                // Bytes that nothing wrote are followed.
                _ = MemoryAccess.IsUnwritten(warp, i, lane, ref place, address, bytes);
            }
            else
            {
                MemoryAccess.CheckWritten(warp, i, lane, ref place, address, bytes);
            }

            MemoryAccess.CheckRace(warp, i, lane, ref place, address, bytes, writes: false, isStrong: false, sameValue: false);
            here.CopyTo(there);
        }
    }

    private static void Scatter(Warp warp, Instruction i, FragmentForm form, int line, int count, byte* data)
    {
        for (var k = 0; k < count; k++)
        {
            var (register, lane, item) = form.IsRow ? form.Place(line, k) : form.Place(k, line);
            for (; register < i.Destinations.Length; register += form.DistinctRegisters)
            {
                Copy(data, k, warp.R + i.Destinations[register], lane, item, form.BitsOfElement);
            }
        }
    }

    private static void Gather(Warp warp, Instruction i, FragmentForm form, int line, int count, byte* data)
    {
        for (var k = 0; k < count; k++)
        {
            var (register, lane, item) = form.IsRow ? form.Place(line, k) : form.Place(k, line);
            var slot = warp.R + i.Sources[register];
            switch (form.BitsOfElement)
            {
                case 64:
                    ((ulong*)data)[k] = ((ulong*)slot)[lane];
                    break;
                case 32:
                    ((uint*)data)[k] = ((uint*)slot)[lane];
                    break;
                default:
                    ((ushort*)data)[k] = ((ushort*)slot)[(lane * 2) + item];
                    break;
            }
        }
    }

    /// <summary>Element k of packed data, into its place in a register.</summary>
    private static void Copy(byte* data, int k, byte* slot, int lane, int item, int bits)
    {
        if (bits == 64)
        {
            ((ulong*)slot)[lane] = ((ulong*)data)[k];
            return;
        }

        if (bits == 32)
        {
            ((uint*)slot)[lane] = ((uint*)data)[k];
            return;
        }

        var part = (1u << bits) - 1;
        var value = ((uint*)data)[k * bits / 32] >> (k * bits % 32) & part;
        ref var word = ref ((uint*)slot)[lane];
        word = (word & ~(part << (item * bits))) | (value << (item * bits));
    }
}
