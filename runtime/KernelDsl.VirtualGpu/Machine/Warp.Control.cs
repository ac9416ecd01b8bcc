using System.Numerics;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Machine;

/// <content>Instructions of control.</content>
internal sealed unsafe partial class Warp
{
    /// <summary>Executes an instruction of control.</summary>
    /// <returns>Whether the fragment is whole and goes on at its program counter.</returns>
    private bool Control(Fragment fragment, Instruction i, uint active, uint mask)
    {
        switch (i.Flow)
        {
            case Flow.Jump:
                if (active == mask || active == 0)
                {
                    fragment.Pc = active == 0 ? fragment.Pc + 1 : i.Target;
                    return true;
                }

                fragment.Mask = mask & ~active;
                fragment.Pc++;
                Fragments.Add(new Fragment { Pc = i.Target, Mask = active });
                return false;
            case Flow.JumpTable:
                if (_poisoned != 0)
                {
                    Judge(i, Register(i.A), active, "decides where to go on");
                }

                return JumpTable(fragment, i, active, mask);
            case Flow.Exit:
                fragment.Pc++;
                if (active == 0)
                {
                    return true;
                }

                fragment.Mask &= ~active;
                if (fragment.Mask == 0)
                {
                    Fragments.Remove(fragment);
                }

                ExitLanes(active);
                return false;
            case Flow.Trap:
                if (active != 0)
                {
                    Report(FindingKind.Trap, i, active, "the program stopped itself.");
                }

                fragment.Pc++;
                return true;
            case Flow.Barrier:
                if (active == 0)
                {
                    fragment.Pc++;
                    return true;
                }

                return ComeToBarrier(Split(fragment, active), i);
            case Flow.Aligned:
                if (active == 0)
                {
                    fragment.Pc++;
                    return true;
                }

                return active == mask && active == Live ? Arrive(fragment, i, Live) : ComeToBarrier(Split(fragment, active), i);
            case Flow.Wait:
                if (active == 0)
                {
                    fragment.Pc++;
                    return true;
                }

                return WaitFor(fragment, i, active);
            case Flow.Call:
                return Call(fragment, i, active);
            case Flow.Return:
                return Return(fragment, i, active);
            default:
                return WarpSync(fragment, i, active);
        }
    }

    private bool JumpTable(Fragment fragment, Instruction i, uint active, uint mask)
    {
        var index = (uint*)(R + i.A);
        var rest = mask & ~active;
        foreach (var group in Groups(index, active))
        {
            if (group.Key >= (uint)i.Targets.Length)
            {
                Report(FindingKind.Undefined, i, group.Lanes, $"the index {group.Key} of a branch is outside of its {i.Targets.Length} targets.");
                continue;
            }

            Fragments.Add(new Fragment { Pc = i.Targets[(int)group.Key], Mask = group.Lanes });
        }

        fragment.Pc++;
        fragment.Mask = rest;
        if (rest == 0)
        {
            Fragments.Remove(fragment);
        }

        return false;
    }
}
