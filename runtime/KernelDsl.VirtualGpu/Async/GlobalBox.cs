using KernelDsl.Profiling.Caches;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Async;

/// <summary>A run of bytes in global memory, and where it lies among the copied bytes.</summary>
internal readonly record struct GlobalPiece(ulong Address, int At, int Bytes);

/// <summary>Bytes in global memory that a copy reads or writes; what no piece covers is outside of the tensor.</summary>
internal sealed unsafe class GlobalBox(int bytes, List<GlobalPiece> pieces)
{
    private readonly List<(Allocation Allocation, long Offset, GlobalPiece Piece)> _places = [];

    public int Bytes { get; } = bytes;

    /// <summary>What elements outside of a tensor are read as, repeated; zero when null.</summary>
    public byte[]? Fill { get; init; }

    /// <summary>The type of a tensor's elements, for reductions.</summary>
    public PtxType Type { get; init; }

    /// <summary>Elements of f32 whose subnormals are read as zero.</summary>
    public bool FlushesSubnormals { get; init; }

    /// <summary>Finds the bytes, with the checks of an access by a thread.</summary>
    public bool TryResolve(Warp warp, Instruction i, int lane, AccessType type)
    {
        foreach (var piece in pieces)
        {
            if (!MemoryAccess.TryResolve(warp, i, lane, StateSpace.Global, piece.Address, 1, type, out var place))
            {
                return false;
            }

            if (place.Offset + piece.Bytes > place.Allocation!.Size)
            {
                MemoryAccess.TryResolve(warp, i, lane, StateSpace.Global, piece.Address + (ulong)piece.Bytes - 1, 1, type, out _);
                return false;
            }

            _places.Add((place.Allocation, place.Offset, piece));
        }

        return true;
    }

    /// <summary>Counts the copy.</summary>
    public void Count(Warp warp, Instruction i, CacheAccess access) => Traffic.CountBulk(warp, i, pieces.Select(piece => (piece.Address, piece.Bytes)), access);

    public void CheckRead(Warp warp, Instruction i, int lane)
    {
        foreach (var (allocation, offset, piece) in _places)
        {
            var place = At(allocation, offset);
            MemoryAccess.CheckWritten(warp, i, lane, ref place, piece.Address, piece.Bytes);
            AsyncFindings.CheckProxy(warp, i, lane, allocation, offset, piece.Bytes, "the copy");
            MemoryAccess.CheckRace(warp, i, lane, ref place, piece.Address, piece.Bytes, writes: false, isStrong: false, sameValue: false);
        }
    }

    /// <summary>The copy writes at this time, or at one that the thread does not know yet.</summary>
    public void CheckWrite(Warp warp, Instruction i, int lane, bool isReduction)
    {
        foreach (var (allocation, offset, piece) in _places)
        {
            var place = At(allocation, offset);
            MemoryAccess.CheckRace(warp, i, lane, ref place, piece.Address, piece.Bytes, writes: true, isStrong: isReduction, sameValue: false);
            if (isReduction)
            {
                MemoryAccess.CheckWritten(warp, i, lane, ref place, piece.Address, piece.Bytes);
            }
        }
    }

    public void SetState(byte state)
    {
        foreach (var (allocation, offset, piece) in _places)
        {
            new Span<byte>(allocation.State + offset, piece.Bytes).Fill(state);
        }
    }

    public byte[] Read()
    {
        var data = new byte[Bytes];
        for (var at = 0; Fill is not null && at < Bytes; at += Fill.Length)
        {
            Fill.CopyTo(data, at);
        }

        foreach (var (allocation, offset, piece) in _places)
        {
            new ReadOnlySpan<byte>(allocation.Data + offset, piece.Bytes).CopyTo(data.AsSpan(piece.At));
        }

        if (FlushesSubnormals)
        {
            foreach (ref var bits in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(data.AsSpan()))
            {
                bits = (bits & 0x7f800000) == 0 ? bits & 0x80000000 : bits;
            }
        }

        return data;
    }

    public void Write(ReadOnlySpan<byte> data, BulkReduction? reduction)
    {
        foreach (var (allocation, offset, piece) in _places)
        {
            var from = data.Slice(piece.At, piece.Bytes);
            if (reduction is null)
            {
                from.CopyTo(new Span<byte>(allocation.Data + offset, piece.Bytes));
            }
            else
            {
                reduction.Apply(allocation.Data + offset, from);
            }
        }
    }

    private static Place At(Allocation allocation, long offset)
        => new() { Space = StateSpace.Global, Allocation = allocation, Offset = offset, Data = allocation.Data + offset, State = allocation.State + offset };
}
