using System.Numerics;
using System.Runtime.CompilerServices;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>
/// Runs fragments. Blocks of instructions lie in a weak topological order (loop bodies in one piece, before what follows them), and the fragment with the
/// lowest place runs until it reaches the next one, where they become one. So lanes meet again as early as the graph of the program allows, on
/// unstructured control flow too. A fragment that spins while others wait loses its turn after a slice, as threads are independent since Volta.
/// </summary>
internal sealed unsafe partial class Warp
{
    /// <summary>Runs until nothing is ready or the slice is used up.</summary>
    public void Run(int slice)
    {
        var code = Block.Program.Code;
        var end = Ticks + slice;
        while (Ticks < end && !_yields)
        {
            var fragment = Pick(out var limit);
            if (fragment is null)
            {
                if (!Undefer())
                {
                    return;
                }

                continue;
            }

            var turn = Fragments.Count > 1 ? Math.Min(end, Ticks + 2000) : end;
            RunFragment(code, fragment, limit, turn);
            if (Ticks >= turn && Fragments.Count > 1)
            {
                _rotate = true;
            }
        }
    }

    private bool _rotate;

    private Fragment? Pick(out int limit)
    {
        Merge();
        Fragment? best = null;
        var ready = 0;
        foreach (var fragment in Fragments)
        {
            if (fragment.State == FragmentState.Ready)
            {
                ready++;
                if (best is null || fragment.Pc < best.Pc)
                {
                    best = fragment;
                }
            }
        }

        if (_rotate && ready > 1)
        {
            var turn = Block.Random.Next(ready);
            best = Fragments.Where(fragment => fragment.State == FragmentState.Ready).ElementAt(turn);
        }

        _rotate = false;
        limit = int.MaxValue;
        foreach (var fragment in Fragments)
        {
            if (fragment.State == FragmentState.Ready && best is not null && fragment.Pc > best.Pc)
            {
                limit = Math.Min(limit, fragment.Pc);
            }
        }

        return best;
    }

    private void Merge()
    {
        for (var i = 0; i < Fragments.Count; i++)
        {
            for (var j = Fragments.Count - 1; j > i; j--)
            {
                if (Fragments[i].State == FragmentState.Ready && Fragments[j].State == FragmentState.Ready && Fragments[i].Pc == Fragments[j].Pc)
                {
                    Fragments[i].Mask |= Fragments[j].Mask;
                    Fragments.RemoveAt(j);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunFragment(Instruction[] code, Fragment fragment, int limit, long end)
    {
        var pc = fragment.Pc;
        var mask = fragment.Mask;
        var ticks = Ticks;
        var r = R;
        var counters = Block.Counters;
        while (pc < limit && ticks < end)
        {
            var i = code[pc];
            var active = mask;
            ticks++;
            if (i.Guard >= 0)
            {
                var guard = *(uint*)(r + i.Guard);
                active &= i.IsGuardNegated ? ~guard : guard;
                if (_poisoned != 0)
                {
                    CheckGuardPoison(i, mask);
                }
            }

            if (counters is not null && !i.IsInserted)
            {
                counters.Execute(i.Slot, active);
                if (i.Access != AccessKind.None && active != 0)
                {
                    // Before it runs: a load may replace its own address.
                    Traffic.Count(this, i, active);
                }
            }

            if (i.Suspects is not null)
            {
                CheckDefined(i, active, mask);
            }

            if (i.Flow == Flow.Next)
            {
                if (_poisoned != 0 && active != 0)
                {
                    ExecutePoisoned(i, active);
                }
                else if (active != 0)
                {
                    i.Execute(this, i, active);
                }

                if (i.Marks is not null)
                {
                    MarkDefined(i, active);
                }

                pc++;
                continue;
            }

            Ticks = ticks;
            fragment.Pc = pc;
            var goesOn = Control(fragment, i, active, mask);
            if (i.Marks is not null)
            {
                MarkDefined(i, active);
            }

            if (!goesOn || _yields)
            {
                return;
            }

            pc = fragment.Pc;
        }

        Ticks = ticks;
        fragment.Pc = pc;
    }

    /// <summary>Makes the active lanes a fragment of their own at this instruction; the others go on after it.</summary>
    private Fragment Split(Fragment fragment, uint active)
    {
        if (active == fragment.Mask)
        {
            return fragment;
        }

        var part = new Fragment { Pc = fragment.Pc, Mask = active };
        fragment.Mask &= ~active;
        fragment.Pc++;
        Fragments.Add(part);
        return part;
    }

    private void ExitLanes(uint lanes)
    {
        Live &= ~lanes;
        Copies.DeliverAll(this, lanes, isExit: true);
        Bulk.Exit(this, lanes);
        if (Live == 0 && Block.Cluster.Blocks.Length > 1)
        {
            Block.Leave(this);
        }

        CompleteWarpSyncs();
        Block.ThreadsExited();
    }
}
