using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tensor;

/// <summary>Handlers of <c>ldmatrix</c>, <c>stmatrix</c> and <c>movmatrix</c>: 8×8 matrices of 16-bit elements; lanes 8q to 8q+7 give the rows of matrix q.</summary>
internal static unsafe class MatrixMoves
{
    public static void Load(Warp warp, Instruction i, uint mask)
    {
        if (!MatrixProducts.IsWhole(warp, i, mask))
        {
            return;
        }

        var rows = stackalloc ushort[32 * 8];
        var unwritten = 0u;
        for (var lane = 0; lane < i.Option2 * 8; lane++)
        {
            var address = MemoryAccess.Address(warp, i, lane);
            var row = rows + (lane * 8);
            if (!MemoryAccess.TryResolve(warp, i, lane, i.Space, address, 16, AccessType.Read, out var place))
            {
                continue;
            }

            unwritten |= MemoryAccess.IsUnwritten(warp, i, lane, ref place, address, 16) ? 1u << lane : 0;
            MemoryAccess.CheckRace(warp, i, lane, ref place, address, 16, writes: false, isStrong: false, sameValue: false);
            new ReadOnlySpan<ushort>(place.Data, 8).CopyTo(new Span<ushort>(row, 8));
        }

        for (var q = 0; q < i.Option2; q++)
        {
            var d = (uint*)(warp.R + i.Destinations[q]);
            for (var lane = 0; lane < 32; lane++)
            {
                var (g, t) = (lane >> 2, lane & 3);
                d[lane] = i.Option == 0
                    ? rows[(((q * 8) + g) * 8) + (2 * t)] | ((uint)rows[(((q * 8) + g) * 8) + (2 * t) + 1] << 16)
                    : rows[(((q * 8) + (2 * t)) * 8) + g] | ((uint)rows[(((q * 8) + (2 * t) + 1) * 8) + g] << 16);
            }
        }

        if (unwritten != 0)
        {
            Poison(warp, i, unwritten);
        }
    }

    /// <summary>The lanes that get an element which nothing wrote.</summary>
    private static void Poison(Warp warp, Instruction i, uint unwritten)
    {
        for (; unwritten != 0; unwritten &= unwritten - 1)
        {
            var lane = System.Numerics.BitOperations.TrailingZeroCount(unwritten);
            var (q, row) = (lane >> 3, lane & 7);
            var address = MemoryAccess.Address(warp, i, lane);
            var state = warp.Block.SharedState + (uint)address;
            for (var column = 0; column < 8; column++)
            {
                if (state[2 * column] != ByteState.Written || state[(2 * column) + 1] != ByteState.Written)
                {
                    var to = i.Option == 0 ? (row * 4) + (column >> 1) : (column * 4) + (row >> 1);
                    warp.Poison(i, i.Destinations[q], 1u << to, address, warp.Block.SharedName((uint)address));
                }
            }
        }
    }

    /// <summary>Rows that got elements from lanes with values of bytes that nothing wrote are not written either.</summary>
    public static void Unwrite(Warp warp, Instruction i, Func<int, uint> poison)
    {
        for (var lane = 0; lane < i.Option2 * 8; lane++)
        {
            var lanes = poison(i.Sources[lane >> 3]);
            var address = (uint)MemoryAccess.Address(warp, i, lane);
            if ((i.Option == 0 ? lanes >> (4 * (lane & 7)) & 15 : lanes) != 0 && address + 16 <= warp.Block.SharedBytes)
            {
                new Span<byte>(warp.Block.SharedState + address, 16).Replace(ByteState.Written, (byte)0);
            }
        }
    }

    public static void Store(Warp warp, Instruction i, uint mask)
    {
        if (!MatrixProducts.IsWhole(warp, i, mask))
        {
            return;
        }

        var row = stackalloc ushort[8];
        for (var lane = 0; lane < i.Option2 * 8; lane++)
        {
            var source = (uint*)(warp.R + i.Sources[lane >> 3]);
            var r = lane & 7;
            for (var column = 0; column < 8; column++)
            {
                var (g, item) = i.Option == 0 ? (r, column) : (column, r);
                row[column] = (ushort)(source[(g * 4) + (item >> 1)] >> (16 * (item & 1)));
            }

            var address = MemoryAccess.Address(warp, i, lane);
            if (MemoryAccess.TryResolve(warp, i, lane, i.Space, address, 16, AccessType.Write, out var place))
            {
                MemoryAccess.CheckRace(warp, i, lane, ref place, address, 16, writes: true, isStrong: false, sameValue: false);
                MemoryAccess.MarkWritten(warp, i, lane, ref place, address, 16);
                new ReadOnlySpan<ushort>(row, 8).CopyTo(new Span<ushort>(place.Data, 8));
            }
        }
    }

    public static void Transpose(Warp warp, Instruction i, uint mask)
    {
        if (!MatrixProducts.IsWhole(warp, i, mask))
        {
            return;
        }

        var a = (uint*)(warp.R + i.A);
        var result = stackalloc uint[32];
        for (var lane = 0; lane < 32; lane++)
        {
            var (g, t) = (lane >> 2, lane & 3);
            uint Element(int row, int column) => a[(row * 4) + (column >> 1)] >> (16 * (column & 1)) & 0xffff;
            result[lane] = Element(2 * t, g) | (Element((2 * t) + 1, g) << 16);
        }

        new ReadOnlySpan<uint>(result, 32).CopyTo(new Span<uint>(warp.R + i.D, 32));
    }
}
