using KernelDsl.VirtualGpu.Async;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Warpgroup;

/// <summary>The bytes of shared memory that a product reads, in as few ranges as there are.</summary>
internal sealed unsafe class OperandReads
{
    private readonly List<(int Offset, int Bytes)> _ranges = [];

    /// <summary>Adds pieces of 16 bytes.</summary>
    public void Add(ReadOnlySpan<int> offsets)
    {
        var sorted = offsets.ToArray();
        Array.Sort(sorted);
        foreach (var offset in sorted)
        {
            if (_ranges.Count > 0 && _ranges[^1] is var last && offset >= last.Offset && offset <= last.Offset + last.Bytes)
            {
                _ranges[^1] = (last.Offset, Math.Max(last.Bytes, offset + 16 - last.Offset));
            }
            else
            {
                _ranges.Add((offset, 16));
            }
        }
    }

    /// <summary>Bounds, holes, initialisation and proxies.</summary>
    /// <returns>Whether all bytes are there.</returns>
    public bool Check(Warp warp, Instruction i)
    {
        var block = warp.Block;
        foreach (var (offset, bytes) in _ranges)
        {
            if (offset < 0 || offset + bytes > block.SharedBytes || new ReadOnlySpan<byte>(block.SharedState + offset, bytes).Contains(ByteState.Hole))
            {
                warp.Report(FindingKind.OutOfBounds, i, 0, $"the matrix has {bytes} bytes at offset {offset} of shared memory, which meets {block.SharedName(offset)}.", (ulong)offset, block.SharedName(offset));
                return false;
            }

            var place = new Place { Space = StateSpace.Shared, State = block.SharedState + offset, Data = block.Shared + offset, Offset = offset };
            MemoryAccess.CheckWritten(warp, i, 0, ref place, (ulong)offset, bytes);
            AsyncFindings.CheckProxy(warp, i, 0, block, offset, bytes, "the product");
        }

        return true;
    }

    /// <summary>The product of a number reads the bytes, until somebody waited for it.</summary>
    public void Record(Warp warp, Instruction i, uint number)
    {
        var access = PastAccess.Of(warp.Block.Serial, WarpClock.Products + (warp.Index / 4), number, i);
        foreach (var (offset, bytes) in _ranges)
        {
            MemoryAccess.RecordShared(warp, i, 0, warp.Block, offset, bytes, writes: false, access);
        }
    }
}
