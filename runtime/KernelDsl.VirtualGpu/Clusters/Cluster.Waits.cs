using System.Numerics;
using KernelDsl.VirtualGpu.Async;
using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Clusters;

/// <summary>What happens when no warp can run: copies arrive, waits end without success, and at last it is a deadlock.</summary>
internal sealed partial class Cluster
{
    /// <summary>How often all waits may end without success, with nothing happening in between.</summary>
    private const int Patience = 200;

    private long _lastProgress;
    private long _rounds;

    /// <summary>Something happened: those who wait look again.</summary>
    public void Wake()
    {
        Progress++;
        foreach (var block in Blocks)
        {
            foreach (var warp in block.Warps)
            {
                foreach (var fragment in warp.Fragments)
                {
                    fragment.State = fragment.State == FragmentState.AtWait ? FragmentState.Ready : fragment.State;
                }
            }
        }
    }

    private void Unblock()
    {
        if (Pending.DeliverOne(this, isForced: true))
        {
            return;
        }

        _rounds = Progress == _lastProgress ? _rounds + 1 : 0;
        _lastProgress = Progress;
        if (_rounds > Patience || !TimeOut())
        {
            Deadlock();
        }
    }

    /// <summary>Waits have a limit of time that PTX leaves open; they end without success.</summary>
    private bool TimeOut()
    {
        var any = false;
        foreach (var fragment in Blocks.SelectMany(block => block.Warps).SelectMany(warp => warp.Fragments).Where(fragment => fragment.State == FragmentState.AtWait))
        {
            fragment.State = FragmentState.Ready;
            fragment.IsTimedOut = any = true;
        }

        return any;
    }

    private void Deadlock()
    {
        var waits = new List<(Warp Warp, Fragment Fragment)>();
        foreach (var warp in Blocks.SelectMany(block => block.Warps))
        {
            waits.AddRange(warp.Fragments.Select(fragment => (warp, fragment)));
        }

        // Who waits for a barrier in memory is told first: the others mostly wait for him.
        waits = [.. waits.OrderBy(wait => wait.Fragment.State == FragmentState.AtWait ? 0 : 1)];
        var (blamed, at) = waits[0];
        var text = waits.Take(8).Select(wait => Describe(wait.Warp, wait.Fragment));
        Launch.Log.Report(
            FindingKind.Deadlock, blamed, At(blamed, at), BitOperations.TrailingZeroCount(at.Mask),
            $"no thread can go on: {string.Join("; ", text)}{(waits.Count > 8 ? $"; and {waits.Count - 8} more" : "")}.");
    }

    private static Instruction At(Warp warp, Fragment fragment) => fragment.At ?? warp.Block.Program.Code[fragment.Pc];

    private string Describe(Warp warp, Fragment fragment)
    {
        var at = At(warp, fragment);
        var what = fragment.State switch
        {
            FragmentState.AtBarrier when at.Data is ClusterBarrierForm => Barrier.Describe(),
            FragmentState.AtBarrier when at.Data is Warpgroup.WgmmaForm => $"{at.Text.Name}, for the other warps of its warpgroup",
            FragmentState.AtBarrier => warp.Block.DescribeBarrier(fragment.Key),
            FragmentState.AtWait => BarrierWaits.Describe(warp, at, fragment.Mask),
            FragmentState.Deferred => $"{at.Text.Name}, for the other lanes of the warp",
            _ => $"{at.Text.Name} with members 0x{fragment.Key:x8}",
        };
        var block = Blocks.Length > 1 ? $"block {warp.Block.Rank} of the cluster, " : "";
        return $"{block}warp {warp.Index} lanes 0x{fragment.Mask:x8} at {what}, PTX line {at.Text.Line}";
    }
}
