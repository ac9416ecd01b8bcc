using System.Numerics;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>The sixteen barriers of a block. Threads are counted, as since Volta; a count that is not given means all threads that live.</summary>
internal sealed unsafe partial class Block
{
    private readonly Barrier[] _barriers;

    /// <summary>A fragment comes to a barrier.</summary>
    /// <param name="expected">The lanes that must come together.</param>
    /// <returns>Whether it goes on at once, which only arrivals do.</returns>
    public bool Arrive(Warp warp, Fragment fragment, Instruction i, uint active, uint expected)
    {
        if (i.Data is Clusters.ClusterBarrierForm cluster)
        {
            return Cluster.Barrier.Come(warp, fragment, i, cluster, expected);
        }

        var form = (BarrierForm)i.Data!;
        var groups = Warp.Groups((uint*)(warp.R + i.A), active);
        var id = groups[0].Key;
        if (groups.Count > 1 || id > 15)
        {
            warp.Report(FindingKind.Synchronisation, i, active, $"the number of a barrier must be one for the warp and at most 15; here it is {string.Join(", ", groups.Select(g => g.Key))}.");
            id &= 15;
        }

        if (form.IsAligned && active != expected && Launch.Checks.HasFlag(VirtualGpuChecks.Synchronisation))
        {
            var missing = expected & ~active;
            warp.Report(FindingKind.Synchronisation, i, active,
                $"the barrier is reached by {BitOperations.PopCount(active)} threads of the warp (mask 0x{active:x8}) without the others (mask 0x{missing:x8}); all must reach it together.");
        }

        var barrier = _barriers[id];
        var count = form.HasCount ? (int)((uint*)(warp.R + i.B))[BitOperations.TrailingZeroCount(active)] : 0;
        if (form.HasCount && (count <= 0 || count % 32 != 0))
        {
            warp.Report(FindingKind.Synchronisation, i, active, $"the barrier counts {count} threads, which is not a positive multiple of 32.");
        }

        if (barrier.Arrived > 0 && barrier.Expected != count)
        {
            warp.Report(FindingKind.Synchronisation, i, active,
                $"barrier {id} is used with {Text(count)} here and with {Text(barrier.Expected)} by threads that wait at PTX line {barrier.Where?.Text.Line}.");
        }

        if (barrier.Arrived > 0 && barrier.Where is not null && barrier.Where != i && ((BarrierForm)barrier.Where.Data!).Reduction != form.Reduction)
        {
            warp.Report(FindingKind.Synchronisation, i, active, $"barrier {id} is used by different kinds of instructions at once.");
        }

        barrier.Expected = count;
        barrier.Where = i;

        // An aligned barrier with a count counts whole warps, also where the last warp of a block is not full.
        barrier.Arrived += form.HasCount && form.IsAligned && active == warp.Live ? 32 : BitOperations.PopCount(active);
        barrier.Release(warp);
        if (form.Reduction != BarrierReduction.None)
        {
            var value = *(uint*)(warp.R + i.Option);
            value = i.Option2 == 1 ? ~value : value;
            barrier.Votes += BitOperations.PopCount(value & active);
            barrier.Voters += BitOperations.PopCount(active);
        }

        if (form.IsArrive)
        {
            warp.Clock.Advance();
            fragment.Pc++;
            Complete(barrier);
            return false;
        }

        fragment.State = FragmentState.AtBarrier;
        fragment.At = i;
        fragment.Key = id;
        barrier.Waiting.Add((warp, fragment));
        Complete(barrier);
        return false;
    }

    /// <summary>Threads that exited do not hold up a barrier without a count.</summary>
    public void ThreadsExited()
    {
        foreach (var barrier in _barriers)
        {
            if (barrier.Waiting.Count > 0)
            {
                Complete(barrier);
            }
        }

        Cluster.Barrier.ThreadsExited();
    }

    private void Complete(Barrier barrier)
    {
        var expected = barrier.Expected;
        if (expected == 0)
        {
            foreach (var warp in Warps)
            {
                expected += BitOperations.PopCount(warp.Live);
            }
        }

        if (barrier.Arrived < expected)
        {
            return;
        }

        Cluster.Progress++;
        foreach (var (warp, fragment) in barrier.Waiting)
        {
            var form = (BarrierForm)fragment.At!.Data!;
            switch (form.Reduction)
            {
                case BarrierReduction.Popc:
                    for (var m = fragment.Mask; m != 0; m &= m - 1)
                    {
                        ((uint*)(warp.R + fragment.At.D))[BitOperations.TrailingZeroCount(m)] = (uint)barrier.Votes;
                    }

                    break;
                case BarrierReduction.And or BarrierReduction.Or:
                    var holds = form.Reduction == BarrierReduction.And ? barrier.Votes == barrier.Voters : barrier.Votes > 0;
                    ref var predicate = ref *(uint*)(warp.R + fragment.At.D);
                    predicate = holds ? predicate | fragment.Mask : predicate & ~fragment.Mask;
                    break;
            }

            barrier.Acquire(warp);
            fragment.State = FragmentState.Ready;
            fragment.At = null;
            fragment.Pc++;
        }

        barrier.Reset();
    }

    private void ResetBarriers()
    {
        foreach (var barrier in _barriers)
        {
            barrier.Reset();
        }
    }

    /// <summary>What a fragment waits for, for the report of a deadlock.</summary>
    public string DescribeBarrier(uint number) => $"barrier {number} ({_barriers[number].Arrived} of {Text(_barriers[number].Expected)} came)";

    private static string Text(int count) => count == 0 ? "all threads" : $"{count} threads";

    /// <summary>One barrier: who came, and what they know.</summary>
    private sealed class Barrier(int clockWidth)
    {
        private readonly WarpClock _clock = new(clockWidth);

        public int Arrived { get; set; }

        public int Expected { get; set; }

        public int Votes { get; set; }

        public int Voters { get; set; }

        public Instruction? Where { get; set; }

        public List<(Warp Warp, Fragment Fragment)> Waiting { get; } = [];

        public void Release(Warp warp) => _clock.JoinReleased(warp.Clock, warp.Index, warp.Block.Warps.Length);

        public void Acquire(Warp warp) => warp.Clock.Acquire(_clock, warp.Index);

        public void Reset()
        {
            Arrived = Expected = Votes = Voters = 0;
            Where = null;
            Waiting.Clear();
            _clock.Reset(0);
        }
    }
}

internal enum BarrierReduction { None, Popc, And, Or }

/// <summary>The form of a barrier instruction.</summary>
internal sealed record BarrierForm(bool IsAligned, bool IsArrive, bool HasCount, BarrierReduction Reduction);
