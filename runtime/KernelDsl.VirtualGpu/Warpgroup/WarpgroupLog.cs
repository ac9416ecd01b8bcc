using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Warpgroup;

/// <summary>The four warps of a warpgroup must execute the same products in the same order with the same descriptors; here they are compared.</summary>
internal sealed unsafe class WarpgroupLog(Block block)
{
    private readonly Dictionary<int, List<(Instruction At, ulong A, ulong B)>> _groups = [];
    private readonly Dictionary<int, int> _done = [];
    private readonly Dictionary<int, List<(Warp Warp, Fragment Fragment)>> _waiting = [];

    public void Clear()
    {
        _groups.Clear();
        _done.Clear();
        _waiting.Clear();
    }

    /// <summary>A warp executes an instruction of its warpgroup.</summary>
    /// <returns>Whether it is one that can be executed.</returns>
    public bool Record(Warp warp, Instruction i, uint mask, ulong a = 0, ulong b = 0)
    {
        if (mask != uint.MaxValue)
        {
            warp.Report(FindingKind.Synchronisation, i, mask, $"{i.Text.Name} is executed by a part of the warp (mask 0x{mask:x8}); all 32 threads must execute it together.");
            return false;
        }

        var group = warp.Index / 4;
        if ((group * 4) + 4 > block.Warps.Length)
        {
            warp.Report(FindingKind.Synchronisation, i, mask, $"{i.Text.Name} needs the four warps {group * 4} to {(group * 4) + 3}, and the block has {block.Warps.Length} warps.");
            return false;
        }

        if (!_groups.TryGetValue(group, out var log))
        {
            _groups.Add(group, log = []);
        }

        var at = _done.GetValueOrDefault(warp.Index);
        _done[warp.Index] = at + 1;
        if (at == log.Count)
        {
            log.Add((i, a, b));
        }
        else if (log[at].At != i)
        {
            warp.Report(FindingKind.Synchronisation, i, mask,
                $"warp {warp.Index} executes this while another warp of its warpgroup executes {log[at].At.Text.Name} at PTX line {log[at].At.Text.Line} as its instruction {at} of the group; all four must execute the same.");
        }
        else if ((log[at].A, log[at].B) != (a, b))
        {
            warp.Report(FindingKind.Undefined, i, mask, $"the descriptors 0x{a:x16} and 0x{b:x16} differ from 0x{log[at].A:x16} and 0x{log[at].B:x16} of another warp of the warpgroup.");
        }

        return true;
    }

    /// <summary>A warp comes to a product, which the four warps execute as one.</summary>
    /// <returns>Whether it goes on at once.</returns>
    public bool Come(Warp warp, Fragment fragment, Instruction i)
    {
        var group = warp.Index / 4;
        if (fragment.Mask != uint.MaxValue || (group * 4) + 4 > block.Warps.Length)
        {
            Record(warp, i, fragment.Mask);
            fragment.Pc++;
            return true;
        }

        if (!_waiting.TryGetValue(group, out var waiting))
        {
            _waiting.Add(group, waiting = []);
        }

        if (waiting.Count > 0 && waiting[0].Fragment.At != i)
        {
            var other = waiting[0].Fragment.At!;
            warp.Report(FindingKind.Synchronisation, i, fragment.Mask, $"warp {warp.Index} executes this while another warp of its warpgroup waits at {other.Text.Name}, PTX line {other.Text.Line}; all four must execute the same.");
        }

        fragment.At = i;
        fragment.State = FragmentState.AtBarrier;
        waiting.Add((warp, fragment));
        if (waiting.Count < 4)
        {
            return false;
        }

        var members = waiting.ToArray();
        waiting.Clear();
        foreach (var (member, part) in members)
        {
            part.At!.Execute(member, part.At, part.Mask);
        }

        foreach (var (_, part) in members)
        {
            part.At = null;
            part.State = FragmentState.Ready;
            part.Pc++;
        }

        block.Cluster.Progress++;
        return false;
    }

    /// <summary>At the end all warps of a group must have executed as many.</summary>
    public void CheckAtExit()
    {
        foreach (var (group, log) in _groups)
        {
            for (var k = group * 4; k < (group * 4) + 4; k++)
            {
                var done = _done.GetValueOrDefault(k);
                if (done < log.Count)
                {
                    block.Warps[k].Report(FindingKind.Synchronisation, log[done].At, 1u, $"warp {k} never executed this, and another warp of its warpgroup did.");
                }
            }
        }
    }
}
