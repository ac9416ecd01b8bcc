using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Async;

/// <summary>The bytes of a block's shared memory that copies and products may still read; several may read the same.</summary>
internal sealed unsafe class SourceMarks(Block block)
{
    private readonly Dictionary<object, (int Offset, int Bytes)[]> _readers = [];

    public void Clear() => _readers.Clear();

    public void Add(object reader, IEnumerable<(int Offset, int Bytes)> ranges)
    {
        var list = ranges.ToArray();
        _readers[reader] = list;
        Mark(list);
    }

    public void Remove(object reader)
    {
        if (!_readers.Remove(reader, out var ranges))
        {
            return;
        }

        foreach (var (offset, bytes) in ranges)
        {
            foreach (ref var state in new Span<byte>(block.SharedState + offset, bytes))
            {
                state = (state & ByteState.Source) != 0 ? ByteState.Written : state;
            }
        }

        foreach (var others in _readers.Values)
        {
            Mark(others);
        }
    }

    private void Mark((int Offset, int Bytes)[] ranges)
    {
        foreach (var (offset, bytes) in ranges)
        {
            foreach (ref var state in new Span<byte>(block.SharedState + offset, bytes))
            {
                state = (state & ~ByteState.Source) == ByteState.Written ? (byte)(ByteState.Written | ByteState.Pending | ByteState.Source) : state;
            }
        }
    }
}
