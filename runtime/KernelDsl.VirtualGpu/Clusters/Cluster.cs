using KernelDsl.VirtualGpu.Async;
using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Clusters;

/// <summary>
/// The blocks of a cluster, which run together on one worker; one block where a launch has no clusters. It picks who runs next, and lets copies that run by
/// themselves arrive in between.
/// </summary>
internal sealed partial class Cluster : IDisposable
{
    public Cluster(Launch launch)
    {
        Launch = launch;
        Barrier = new ClusterBarrier(this);
        Blocks = new Block[launch.ClusterSize.Count];
        for (var rank = 0; rank < Blocks.Length; rank++)
        {
            Blocks[rank] = new Block(launch, this, rank);
        }
    }

    public Launch Launch { get; }

    public Block[] Blocks { get; }

    public ClusterBarrier Barrier { get; }

    /// <summary>Copies and arrivals that are under way.</summary>
    public AsyncQueue Pending { get; } = new();

    public Random Random { get; private set; } = new(0);

    /// <summary>Grows whenever something happened that others may wait for.</summary>
    public long Progress { get; set; }

    /// <summary>Strong reads so far: who reads may see what another cluster writes.</summary>
    public long Looks { get; set; }

    public bool IsDone { get; private set; }

    /// <summary>Whether its last turn ended because it looked at memory that did not change.</summary>
    public bool IsSpinning { get; private set; }

    /// <summary>Begins the cluster of a number; x goes fastest.</summary>
    public void Reset(long number)
    {
        var (grid, size) = (Launch.GridSize, Launch.ClusterSize);
        var (across, down) = (grid.X / size.X, grid.Y / size.Y);
        var (x, y, z) = (number % across * size.X, number / across % down * size.Y, number / across / down * size.Z);
        for (var rank = 0; rank < Blocks.Length; rank++)
        {
            var (dx, dy, dz) = (rank % size.X, rank / size.X % size.Y, rank / size.X / size.Y);
            Blocks[rank].Reset(x + dx + (grid.X * (y + dy + (grid.Y * (z + dz)))));
        }

        Random = new Random(~Launch.SeedOf(number));
        Pending.Clear();
        Barrier.Clear();
        Progress = _lastProgress = _rounds = Looks = _lastLooks = 0;
        IsDone = false;
    }

    /// <summary>Whether a block with this serial number belongs to the cluster.</summary>
    public bool Contains(uint serial)
    {
        foreach (var block in Blocks)
        {
            if (block.Serial == serial)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Runs warps in a random order until all blocks are done or the slice is used up.</summary>
    public void Run(long slice)
    {
        var used = 0L;
        IsSpinning = false;
        while (used < slice)
        {
            var warp = PickWarp();
            if (warp is null)
            {
                if (Array.TrueForAll(Blocks, block => block.HasLeft))
                {
                    Array.ForEach(Blocks, block => block.CheckLeftovers());
                    Finish();
                    Array.ForEach(Blocks, block => block.CheckLeftovers());
                    IsDone = true;
                    return;
                }

                if (!Unblock())
                {
                    IsSpinning = true;
                    used = slice;
                }

                used += 256;
                Launch.Spend(256, Blocks[0].Warps[0]);
                continue;
            }

            var before = warp.Ticks;
            warp.Run(warp.Block.Random.Next(64, 2048));
            var ran = warp.Ticks - before;
            used += ran;
            if (warp.TakeSpin())
            {
                // A warp that looks for what another block writes: a few looks, and others get the turn.
                used += slice / 8;
                ran += 256;
                IsSpinning = used >= slice;
            }

            Launch.Spend(ran, warp);
            if (Pending.Count > 0 && Random.Next(4) == 0)
            {
                Pending.DeliverOne(this, isForced: false);
            }
        }
    }

    public void Dispose() => Array.ForEach(Blocks, block => block.Dispose());

    private Warp? PickWarp()
    {
        if (Blocks.Length == 1)
        {
            return Blocks[0].PickWarp();
        }

        var start = Random.Next(Blocks.Length);
        for (var k = 0; k < Blocks.Length; k++)
        {
            if (Blocks[(start + k) % Blocks.Length].PickWarp() is { } warp)
            {
                return warp;
            }
        }

        return null;
    }

    /// <summary>All blocks left: what is under way now comes too late.</summary>
    private void Finish()
    {
        Pending.DeliverAll(this);
        foreach (var block in Blocks)
        {
            block.Mbarriers.CheckAtExit();
            block.Warpgroups.CheckAtExit();
        }
    }
}
