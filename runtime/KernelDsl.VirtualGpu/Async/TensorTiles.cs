using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Async;

/// <summary>From a tensor map and coordinates to the bytes of a tile.</summary>
internal static unsafe class TensorTiles
{
    public static bool TryBox(Warp warp, Instruction i, int lane, BulkForm form, AccessType type, out GlobalBox box, out int swizzle)
    {
        box = null!;
        swizzle = 0;
        if (!TryMap(warp, i, lane, form.Global!, out var map))
        {
            return false;
        }

        var axes = form.Coordinates!.Length;
        if (axes != map.Sizes.Length)
        {
            warp.Report(FindingKind.Undefined, i, lane, $"the copy has {axes} coordinates, and the tensor map has {map.Sizes.Length} axes.");
            return false;
        }

        var first = new long[axes];
        for (var axis = 0; axis < axes; axis++)
        {
            first[axis] = ((int*)(warp.R + form.Coordinates[axis]))[lane];
        }

        var rowBytes = map.Copied(0) * map.ElementBytes;
        var rows = 1;
        for (var axis = 1; axis < axes; axis++)
        {
            rows *= map.Copied(axis);
        }

        // The part of a row that lies inside of the tensor is the same for all rows.
        var from = Math.Clamp(-first[0], 0, map.Copied(0));
        var to = Math.Clamp((long)map.Sizes[0] - first[0], from, map.Copied(0));
        var pieces = new List<GlobalPiece>(rows);
        for (var row = 0; row < rows && to > from; row++)
        {
            if (TryRow(map, first, row, out var address))
            {
                pieces.Add(new GlobalPiece(address + (ulong)((first[0] + from) * map.ElementBytes), (row * rowBytes) + (int)(from * map.ElementBytes), (int)((to - from) * map.ElementBytes)));
            }
        }

        box = new GlobalBox(rows * rowBytes, pieces)
        {
            Fill = map.Fill == TensorMapFill.Zero ? null : NaN(map),
            Type = TypeOf(map.Type),
            FlushesSubnormals = map.Type is TensorMapDataType.Float32Ftz or TensorMapDataType.TFloat32Ftz,
        };
        swizzle = Swizzle.MaskOf(map.Swizzle == TensorMapSwizzle.None ? 0 : 16 << (int)map.Swizzle);
        return box.TryResolve(warp, i, lane, type);
    }

    public static void Prefetch(Warp warp, Instruction i, uint mask)
        => TryMap(warp, i, System.Numerics.BitOperations.TrailingZeroCount(mask), (AsyncAddress)i.Data!, out _);

    private static bool TryRow(TensorMapContent map, long[] first, int row, out ulong address)
    {
        address = map.Address;
        for (var axis = 1; axis < first.Length; axis++)
        {
            var at = first[axis] + (row % map.Copied(axis) * map.Steps[axis]);
            row /= map.Copied(axis);
            if (at < 0 || at >= (long)map.Sizes[axis])
            {
                return false;
            }

            address += (ulong)at * map.Strides[axis];
        }

        return true;
    }

    private static bool TryMap(Warp warp, Instruction i, int lane, AsyncAddress place, out TensorMapContent map)
    {
        map = null!;
        var address = place.Of(warp, lane);
        if (address % TensorMap.Alignment != 0)
        {
            warp.Report(FindingKind.Misaligned, i, lane, $"the address 0x{address:x} of a tensor map must be a multiple of {TensorMap.Alignment}.", address);
            return false;
        }

        if (!MemoryAccess.TryResolve(warp, i, lane, place.Space, address, 64, AccessType.Read, out var found)
            || !MemoryAccess.TryResolve(warp, i, lane, place.Space, address + 64, 64, AccessType.Read, out _))
        {
            return false;
        }

        MemoryAccess.CheckWritten(warp, i, lane, ref found, address, TensorMap.Size);
        if (TensorMap.TryDecode(new ReadOnlySpan<byte>(found.Data, TensorMap.Size)) is not { } content)
        {
            warp.Report(FindingKind.Undefined, i, lane, $"the 128 bytes at 0x{address:x} are no tensor map; TensorMap.EncodeTiled makes them.", address);
            return false;
        }

        map = content;
        return true;
    }

    private static PtxType TypeOf(TensorMapDataType type) => type switch
    {
        TensorMapDataType.UInt32 => PtxType.U32,
        TensorMapDataType.Int32 => PtxType.S32,
        TensorMapDataType.UInt64 => PtxType.U64,
        TensorMapDataType.Int64 => PtxType.S64,
        TensorMapDataType.Float16 => PtxType.F16,
        TensorMapDataType.BFloat16 => PtxType.BF16,
        TensorMapDataType.Float32 or TensorMapDataType.Float32Ftz => PtxType.F32,
        TensorMapDataType.Float64 => PtxType.F64,
        _ => PtxType.None,
    };

    /// <summary>The pattern of a quiet NaN with all bits of the fraction set.</summary>
    private static byte[] NaN(TensorMapContent map) => map.ElementBytes switch
    {
        2 => [0xff, 0x7f],
        4 => [0xff, 0xff, 0xff, 0x7f],
        _ => [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    };
}
