namespace KernelDsl.VirtualGpu.Machine;

/// <summary>Instructions that the lanes of a warp execute together.</summary>
internal sealed unsafe partial class Warp
{
    /// <summary>An aligned barrier waits for the lanes of the warp that can still come. Only when none can is it judged.</summary>
    private bool ComeToBarrier(Fragment fragment, Instruction i)
    {
        if (!i.IsAligned || fragment.Mask == Live)
        {
            Arrive(fragment, i, Live);
            return false;
        }

        var waiting = Fragments.Find(other => other.State == FragmentState.Deferred && other.Pc == fragment.Pc && other != fragment);
        if (waiting is not null)
        {
            waiting.Mask |= fragment.Mask;
            Fragments.Remove(fragment);
            if (waiting.Mask == Live)
            {
                waiting.State = FragmentState.Ready;
                Arrive(waiting, i, Live);
            }

            return false;
        }

        fragment.State = FragmentState.Deferred;
        fragment.Expected = Live;
        return false;
    }

    /// <summary>Nothing else runs: what was deferred arrives with the lanes it has.</summary>
    private bool Undefer()
    {
        var fragment = Fragments.Find(other => other.State == FragmentState.Deferred);
        if (fragment is null || Fragments.Exists(other => other.State == FragmentState.AtWait))
        {
            return false;
        }

        fragment.State = FragmentState.Ready;
        Arrive(fragment, Block.Program.Code[fragment.Pc], fragment.Expected);
        return true;
    }

    /// <summary>The lanes of a fragment are at an instruction that a warp executes together, all that can come.</summary>
    /// <returns>Whether the fragment goes on at its program counter.</returns>
    private bool Arrive(Fragment fragment, Instruction i, uint expected)
    {
        if (i.Flow == Flow.Barrier)
        {
            return Block.Arrive(this, fragment, i, fragment.Mask, expected);
        }

        if (i.Data is Warpgroup.WgmmaForm)
        {
            return Block.Warpgroups.Come(this, fragment, i);
        }

        i.Execute(this, i, fragment.Mask);
        fragment.Pc++;
        return true;
    }

    /// <summary>
    /// An instruction that looks whether something happened, and is tried again when something did. Lanes that wait there already go on together with those that come.
    /// </summary>
    private bool WaitFor(Fragment fragment, Instruction i, uint active)
    {
        var isTimedOut = fragment.IsTimedOut;
        fragment.IsTimedOut = false;
        var part = Split(fragment, active);
        foreach (var other in Fragments.FindAll(other => other != part && other.Pc == part.Pc && (other.State == FragmentState.AtWait || (other.State == FragmentState.Ready && i.Guard < 0))))
        {
            part.Mask |= other.Mask;
            Fragments.Remove(other);
        }

        var isWhole = part == fragment && part.Mask == active;
        if (!Async.BarrierWaits.TryPass(this, i, part.Mask, isTimedOut))
        {
            part.State = FragmentState.AtWait;
            part.At = i;
            return false;
        }

        part.State = FragmentState.Ready;
        part.At = null;
        part.Pc++;
        return isWhole;
    }
}
