using KernelDsl.VirtualGpu.Clusters;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>Other blocks of the cluster may use the shared memory of a block only before the last of its threads exits, whatever order happens to run.</summary>
internal sealed unsafe partial class Block
{
    private readonly Dictionary<(uint Serial, int Warp), (Warp Warp, Instruction At, int Lane, uint Time)> _remoteUses = [];
    private readonly Dictionary<uint, uint[]> _knownAtExit = [];

    public void UseRemotely(Warp warp, Instruction at, int lane) => _remoteUses[(warp.Block.Serial, warp.Index)] = (warp, at, lane, warp.Clock.Now);

    /// <summary>A warp of the block exits; behind the last one no use may come that none of them knows.</summary>
    public void Leave(Warp warp)
    {
        warp.Clock.CopyForeign(_knownAtExit);
        if (!HasLeft || !Launch.ChecksRaces)
        {
            return;
        }

        foreach (var ((serial, index), use) in _remoteUses)
        {
            if (!_knownAtExit.TryGetValue(serial, out var known) || known[index] <= use.Time)
            {
                use.Warp.Report(FindingKind.UseAfterFree, use.At, use.Lane, $"this uses the shared memory of block {Rank} of the cluster, and nothing keeps that block from exiting before; a barrier of the cluster behind the last use does.");
            }
        }
    }
}
