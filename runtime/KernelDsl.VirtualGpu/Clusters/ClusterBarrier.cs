using System.Numerics;
using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Clusters;

/// <summary>The form of <c>barrier.cluster</c>.</summary>
internal sealed record ClusterBarrierForm(bool IsWait, bool IsRelaxed);

/// <summary>The barrier of the threads of a cluster. Threads that exited do not hold it up.</summary>
internal sealed class ClusterBarrier(Cluster cluster)
{
    private readonly Dictionary<(int Rank, int Warp), uint> _arrived = [];
    private readonly List<(Warp Warp, Fragment Fragment)> _waiting = [];
    private Dictionary<uint, uint[]> _coming = [];
    private Dictionary<uint, uint[]> _done = [];

    /// <summary>Lanes that arrived in the phase that completed last and did not wait for it yet.</summary>
    private readonly Dictionary<(int Rank, int Warp), uint> _passed = [];

    public void Clear()
    {
        _arrived.Clear();
        _passed.Clear();
        _waiting.Clear();
        _coming = [];
        _done = [];
    }

    /// <summary>A fragment comes to an arrival or a wait.</summary>
    /// <returns>Whether it goes on at once.</returns>
    public bool Come(Warp warp, Fragment fragment, Instruction i, ClusterBarrierForm form, uint expected)
    {
        if (i.IsAligned && fragment.Mask != expected)
        {
            warp.Report(FindingKind.Synchronisation, i, fragment.Mask, $"the barrier of the cluster is reached by a part of the warp (mask 0x{fragment.Mask:x8}); .aligned asks for all its threads.");
        }

        return form.IsWait ? Wait(warp, fragment, i) : Arrive(warp, fragment, i, form);
    }

    /// <summary>Those who exited count as arrived.</summary>
    public void ThreadsExited()
    {
        if (_arrived.Count > 0)
        {
            Complete();
        }
    }

    public string Describe()
    {
        var live = cluster.Blocks.SelectMany(block => block.Warps).Sum(warp => BitOperations.PopCount(warp.Live));
        return $"the barrier of the cluster ({_arrived.Values.Sum(BitOperations.PopCount)} of {live} threads came)";
    }

    private bool Arrive(Warp warp, Fragment fragment, Instruction i, ClusterBarrierForm form)
    {
        var key = (warp.Block.Rank, warp.Index);
        var twice = (_arrived.GetValueOrDefault(key) | _passed.GetValueOrDefault(key)) & fragment.Mask;
        if (twice != 0)
        {
            warp.Report(FindingKind.Synchronisation, i, twice, "a thread arrives at the barrier of the cluster twice without a wait in between.");
        }

        _arrived[key] = _arrived.GetValueOrDefault(key) | fragment.Mask;
        if (!form.IsRelaxed)
        {
            warp.Clock.ReleaseTo(_coming, warp.Block.Serial, warp.Index, warp.Clock.Now + 1);
        }

        fragment.Pc++;
        fragment.State = FragmentState.Ready;
        Complete();
        return false;
    }

    private bool Wait(Warp warp, Fragment fragment, Instruction i)
    {
        var key = (warp.Block.Rank, warp.Index);
        var absent = fragment.Mask & ~(_arrived.GetValueOrDefault(key) | _passed.GetValueOrDefault(key));
        if (absent != 0)
        {
            warp.Report(FindingKind.Synchronisation, i, absent, "a thread waits at the barrier of the cluster without having arrived.");
        }

        fragment.At = i;
        fragment.State = FragmentState.AtBarrier;
        if ((_arrived.GetValueOrDefault(key) & fragment.Mask) != 0)
        {
            _waiting.Add((warp, fragment));
            return false;
        }

        Pass(warp, fragment);
        return false;
    }

    private void Pass(Warp warp, Fragment fragment)
    {
        var key = (warp.Block.Rank, warp.Index);
        _passed[key] = _passed.GetValueOrDefault(key) & ~fragment.Mask;
        warp.Clock.Acquire(_done, warp.Block.Serial);
        warp.Clock.SyncLanes(fragment.Mask, warp.Live);
        fragment.State = FragmentState.Ready;
        fragment.At = null;
        fragment.Pc++;
    }

    private void Complete()
    {
        var any = false;
        foreach (var block in cluster.Blocks)
        {
            foreach (var warp in block.Warps)
            {
                var arrived = _arrived.GetValueOrDefault((block.Rank, warp.Index));
                any |= arrived != 0;
                if ((warp.Live & ~arrived) != 0)
                {
                    return;
                }
            }
        }

        if (!any)
        {
            return;
        }

        foreach (var (key, lanes) in _arrived)
        {
            _passed[key] = _passed.GetValueOrDefault(key) | lanes;
        }

        _arrived.Clear();
        _done = _coming;
        _coming = [];
        cluster.Progress++;
        foreach (var (warp, fragment) in _waiting.ToArray())
        {
            Pass(warp, fragment);
        }

        _waiting.Clear();
    }
}
