using KernelDsl.VirtualGpu.Clusters;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Async;

/// <summary>A copy into shared memory whose bytes an mbarrier counts.</summary>
internal sealed class CopyIntoShared(Func<byte[]> read, SharedBox target, Mbarrier barrier, uint time, BulkReduction? reduction, Warp warp, Instruction at, int lane) : AsyncOperation
{
    public override unsafe void Deliver(Cluster cluster)
    {
        if (target.Owner.HasLeft)
        {
            warp.Report(FindingKind.AsyncNotWaited, at, lane, $"a copy into {target.Owner.SharedName(target.Offset)} is still under way when all threads of its block have exited.", (ulong)target.Offset, target.Owner.SharedName(target.Offset));
        }

        var data = read();
        if (reduction is null)
        {
            target.Write(data);
            target.SetState(ByteState.Written);
        }
        else
        {
            reduction.Apply(target.Owner.Shared + target.Offset, data);
        }

        barrier.End(time);
        barrier.Expect(warp, at, lane, -target.Bytes);
        barrier.TryComplete();
        cluster.Progress++;
    }
}

/// <summary>A copy from shared to global memory that its thread waits for by groups.</summary>
internal sealed class CopyFromShared(SharedBox source, GlobalBox target, BulkReduction? reduction, Instruction at, int lane) : AsyncOperation
{
    private byte[]? _data;
    private bool _isWritten;

    public int Lane { get; } = lane;

    public int Group { get; init; }

    public bool IsRead { get; private set; }

    public Instruction At { get; } = at;

    public SharedBox Source => source;

    public override void Deliver(Cluster cluster)
    {
        Take();
        if (!_isWritten)
        {
            _isWritten = true;
            target.Write(_data, reduction);
            cluster.Progress++;
        }
    }

    /// <summary>The thread waits until the source is read.</summary>
    public void WaitRead(Warp warp)
    {
        if (!IsRead)
        {
            Take();
            IsRead = true;
            source.Owner.Sources.Remove(this);
            source.RecordRead(warp, At, Lane);
        }
    }

    /// <summary>The thread waits until everything is written.</summary>
    public void WaitWritten(Warp warp)
    {
        WaitRead(warp);
        warp.Block.Cluster.Pending.Deliver(warp.Block.Cluster, this);
        Finish(warp);
    }

    /// <summary>What it wrote is there for all.</summary>
    public void Finish(Warp warp)
    {
        target.CheckWrite(warp, At, Lane, reduction is not null);
        target.SetState(ByteState.Written);
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_data))]
    private void Take() => _data ??= source.Read();
}

/// <summary>The copies of <c>cp.async</c> that lanes began before, and then an arrival.</summary>
internal sealed class ArriveAfterCopies(Warp warp, uint lanes, List<(int Lane, Mbarrier Barrier)> barriers, Instruction at) : AsyncOperation
{
    private readonly int _begun = warp.Copies.Begun;

    public override void Deliver(Cluster cluster)
    {
        warp.Copies.DeliverFirst(warp, lanes, _begun);
        foreach (var (lane, barrier) in barriers)
        {
            barrier.Release(warp, warp.Clock.Now + 1);
            barrier.Arrive(warp, at, lane, 1);
            barrier.TryComplete();
        }

        cluster.Progress++;
    }
}
