using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Async;

/// <summary>The bulk copies of the threads of a warp that complete by groups.</summary>
internal sealed class BulkGroups
{
    private readonly List<CopyFromShared> _copies = [];
    private readonly int[] _groups = new int[32];

    public void Clear()
    {
        _copies.Clear();
        Array.Clear(_groups);
    }

    /// <summary>The number of the group that a copy of a lane goes to.</summary>
    public int GroupOf(int lane) => _groups[lane];

    public void Add(CopyFromShared copy) => _copies.Add(copy);

    public void Commit(uint lanes)
    {
        for (var lane = 0; lane < 32; lane++)
        {
            _groups[lane] += (int)(lanes >> lane & 1);
        }
    }

    /// <summary>Waits until at most some of the latest groups of each lane are under way.</summary>
    public void Wait(Warp warp, uint lanes, int allowed, bool onlyRead)
    {
        for (var k = _copies.Count - 1; k >= 0; k--)
        {
            var copy = _copies[k];
            if ((lanes >> copy.Lane & 1) == 0 || copy.Group >= _groups[copy.Lane] - allowed)
            {
                continue;
            }

            if (onlyRead)
            {
                copy.WaitRead(warp);
            }
            else
            {
                copy.WaitWritten(warp);
                _copies.RemoveAt(k);
            }
        }
    }

    /// <summary>Threads exit: the source of a copy must not vanish under it.</summary>
    public void Exit(Warp warp, uint lanes)
    {
        foreach (var copy in _copies.FindAll(copy => (lanes >> copy.Lane & 1) != 0))
        {
            if (!copy.IsRead && AsyncFindings.IsOn(warp))
            {
                warp.Report(FindingKind.AsyncNotWaited, copy.At, copy.Lane,
                    $"the thread exits while its copy may still read {copy.Source.Owner.SharedName(copy.Source.Offset)}; cp.async.bulk.wait_group.read waits for that.", (ulong)copy.Source.Offset, copy.Source.Owner.SharedName(copy.Source.Offset));
            }

            copy.WaitWritten(warp);
            _copies.Remove(copy);
        }
    }
}
