using System.Runtime.Intrinsics;
using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>Copies from global to shared memory that the threads of a warp began (<c>cp.async</c>). When each arrives is random between its start and its wait.</summary>
internal sealed unsafe class AsyncCopies
{
    private readonly List<Copy> _copies = [];
    private readonly int[] _groups = new int[32];

    /// <summary>Copies that were begun so far.</summary>
    public int Begun { get; private set; }

    public void Clear()
    {
        _copies.Clear();
        Array.Clear(_groups);
    }

    /// <summary>Begins a copy whose places are checked already.</summary>
    public void Begin(Warp warp, Instruction at, int lane, int destination, byte* source, int bytes, int sourceBytes)
    {
        var data = default(Vector128<byte>);
        new ReadOnlySpan<byte>(source, sourceBytes).CopyTo(new Span<byte>(&data, 16));
        new Span<byte>(warp.Block.SharedState + destination, bytes).Fill(ByteState.Written | ByteState.Pending);
        if (warp.Block.Random.Next(2) != 0)
        {
            new ReadOnlySpan<byte>(&data, bytes).CopyTo(new Span<byte>(warp.Block.Shared + destination, bytes));
        }

        _copies.Add(new Copy(at, lane, destination, bytes, data, _groups[lane], Begun++));
    }

    public void Commit(uint lanes)
    {
        for (var lane = 0; lane < 32; lane++)
        {
            _groups[lane] += (int)(lanes >> lane & 1);
        }
    }

    /// <summary>Waits until at most some of the latest groups of each lane are under way.</summary>
    public void Wait(Warp warp, uint lanes, int allowed)
    {
        // Group numbers count from 0; the copies that were not committed have the number of the next group.
        for (var i = 0; i < _copies.Count; i++)
        {
            var copy = _copies[i];
            if ((lanes >> copy.Lane & 1) != 0 && copy.Group < _groups[copy.Lane] - allowed)
            {
                Deliver(warp, copy);
            }
        }

        _copies.RemoveAll(copy => (lanes >> copy.Lane & 1) != 0 && copy.Group < _groups[copy.Lane] - allowed);
    }

    public void WaitAll(Warp warp, uint lanes) => DeliverAll(warp, lanes, isExit: false);

    public void DeliverAll(Warp warp, uint lanes, bool isExit)
    {
        if (_copies.Count == 0)
        {
            return;
        }

        foreach (var copy in _copies)
        {
            if ((lanes >> copy.Lane & 1) != 0)
            {
                if (isExit && warp.Block.Launch.ChecksLeftovers)
                {
                    warp.Report(FindingKind.AsyncNotWaited, copy.At, copy.Lane, "the thread ends before it has waited for this copy.", (ulong)copy.Destination, warp.Block.SharedName(copy.Destination));
                }

                Deliver(warp, copy);
            }
        }

        _copies.RemoveAll(copy => (lanes >> copy.Lane & 1) != 0);
    }

    /// <summary>Delivers the copies of lanes that were among the first so many.</summary>
    public void DeliverFirst(Warp warp, uint lanes, int count)
    {
        foreach (var copy in _copies.FindAll(copy => (lanes >> copy.Lane & 1) != 0 && copy.Number < count))
        {
            Deliver(warp, copy);
            _copies.Remove(copy);
        }
    }

    private static void Deliver(Warp warp, Copy copy)
    {
        var data = copy.Data;
        new ReadOnlySpan<byte>(&data, copy.Bytes).CopyTo(new Span<byte>(warp.Block.Shared + copy.Destination, copy.Bytes));
        new Span<byte>(warp.Block.SharedState + copy.Destination, copy.Bytes).Fill(ByteState.Written);
        MemoryAccess.RecordShared(warp, copy.At, copy.Lane, copy.Destination, copy.Bytes, writes: true, isStrong: false, sameValue: false);
    }

    private readonly record struct Copy(Instruction At, int Lane, int Destination, int Bytes, Vector128<byte> Data, int Group, int Number);
}
