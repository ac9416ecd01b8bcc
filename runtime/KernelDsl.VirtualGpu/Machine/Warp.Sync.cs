using System.Numerics;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>Operations of a warp with a member mask. Lanes wait until all members that live have come.</summary>
internal sealed unsafe partial class Warp
{
    private bool WarpSync(Fragment fragment, Instruction i, uint active)
    {
        if (active == 0)
        {
            fragment.Pc++;
            return true;
        }

        var members = (uint*)(R + i.C);
        var first = members[BitOperations.TrailingZeroCount(active)];
        if ((first & Live) == active && AllEqual(members, active, first))
        {
            Perform(i, active);
            fragment.Pc++;
            return true;
        }

        foreach (var (key, lanes) in Groups(members, active))
        {
            var wanted = key;
            if ((lanes & ~key) != 0)
            {
                Report(FindingKind.Synchronisation, i, lanes & ~key, $"a thread executes {i.Text.Opcode} with the member mask 0x{key:x8}, which does not contain it.");
                wanted |= lanes;
            }

            Fragments.Add(new Fragment { Pc = fragment.Pc, Mask = lanes, State = FragmentState.AtWarpSync, At = i, Key = wanted });
        }

        fragment.Mask &= ~active;
        fragment.Pc++;
        if (fragment.Mask == 0)
        {
            Fragments.Remove(fragment);
        }

        CompleteWarpSyncs();
        return false;
    }

    private void Perform(Instruction i, uint lanes)
    {
        if (IsPoisoned)
        {
            ExecutePoisoned(i, lanes);
            return;
        }

        i.Execute(this, i, lanes);
    }

    private void CompleteWarpSyncs()
    {
        for (var k = 0; k < Fragments.Count; k++)
        {
            var first = Fragments[k];
            if (first.State != FragmentState.AtWarpSync)
            {
                continue;
            }

            var group = Fragments.Where(other => other.State == FragmentState.AtWarpSync && other.Key == first.Key && other.At!.Text.Name == first.At!.Text.Name).ToArray();
            var lanes = group.Aggregate(0u, (mask, part) => mask | part.Mask);
            if ((lanes & Live) != (first.Key & Live))
            {
                continue;
            }

            if (group.Any(part => part.At != first.At) && first.At!.Text.Opcode != "bar")
            {
                PerformApart(group);
            }
            else
            {
                Perform(first.At!, lanes);
            }

            foreach (var part in group)
            {
                part.State = FragmentState.Ready;
                part.At = null;
                part.Pc++;
            }

            k = -1;
        }
    }

    /// <summary>Members may stand at different instructions of one kind; each lane brings its own operands and takes its own result.</summary>
    private void PerformApart(Fragment[] group)
    {
        var first = group[0].At!;
        if (first.IsPredicateSource)
        {
            Report(FindingKind.Synchronisation, first, group[0].Mask, $"members of one {first.Text.Name} stand at different instructions, which is not executed yet.");
            return;
        }

        var saved = new byte[Block.Program.Frame.Size];
        new ReadOnlySpan<byte>(R, saved.Length).CopyTo(saved);
        foreach (var part in group.AsSpan(1))
        {
            CopyLanes(part.At!.A, first.A, part.Mask);
            if (part.At.B >= 0 && first.B >= 0)
            {
                CopyLanes(part.At.B, first.B, part.Mask);
            }
        }

        Perform(first, group.Aggregate(0u, (mask, part) => mask | part.Mask));
        var results = new byte[saved.Length];
        new ReadOnlySpan<byte>(R, saved.Length).CopyTo(results);
        saved.CopyTo(new Span<byte>(R, saved.Length));
        fixed (byte* result = results)
        {
            foreach (var part in group)
            {
                CopyResult(result + first.D, R + part.At!.D, part.Mask);
                if (first.D2 >= 0 && part.At.D2 >= 0)
                {
                    *(uint*)(R + part.At.D2) = (*(uint*)(R + part.At.D2) & ~part.Mask) | (*(uint*)(result + first.D2) & part.Mask);
                }
            }
        }
    }

    private void CopyLanes(int from, int to, uint lanes) => CopyResult(R + from, R + to, lanes);

    private static void CopyResult(byte* from, byte* to, uint lanes)
    {
        for (var m = lanes; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            ((uint*)to)[lane] = ((uint*)from)[lane];
        }
    }

    private static bool AllEqual(uint* values, uint lanes, uint value)
    {
        for (var m = lanes; m != 0; m &= m - 1)
        {
            if (values[BitOperations.TrailingZeroCount(m)] != value)
            {
                return false;
            }
        }

        return true;
    }
}
