namespace KernelDsl.VirtualGpu.Machine;

/// <summary>What a block leaves when it ends.</summary>
internal sealed unsafe partial class Block
{
    public void CheckLeftovers()
    {
        if (!Launch.ChecksLeftovers)
        {
            return;
        }

        for (var k = 0; k < _barriers.Length; k++)
        {
            if (_barriers[k] is { Arrived: > 0, Where: { } at } barrier)
            {
                Warps[0].Report(FindingKind.Synchronisation, at, 0, $"the block ends while {barrier.Arrived} threads have arrived at barrier {k}, and nobody waits there.");
            }
        }
    }
}
