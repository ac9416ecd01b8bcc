using System.Numerics;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>Which lanes wrote the registers that some path reads before a write.</summary>
internal sealed unsafe partial class Warp
{
    /// <summary>Lanes by the value they have, in the order of the lowest lane.</summary>
    internal static List<(uint Key, uint Lanes)> Groups(uint* values, uint lanes)
    {
        var groups = new List<(uint, uint)>();
        while (lanes != 0)
        {
            var key = values[BitOperations.TrailingZeroCount(lanes)];
            uint same = 0;
            for (var m = lanes; m != 0; m &= m - 1)
            {
                var lane = BitOperations.TrailingZeroCount(m);
                same |= values[lane] == key ? 1u << lane : 0;
            }

            groups.Add((key, same));
            lanes &= ~same;
        }

        return groups;
    }

    private void CheckDefined(Instruction i, uint active, uint mask)
    {
        foreach (var register in i.Suspects!)
        {
            // The guard itself is read by all lanes.
            var missing = (i.Guard >= 0 && i.GuardRegister == register ? mask : active) & ~Defined[register];
            if (missing != 0)
            {
                var name = Block.Program.RegisterNames[register];
                Defined[register] |= missing;
                Report(FindingKind.Uninitialised, i, missing, $"the register {name} is read before anything is written to it.");
            }
        }
    }

    private void MarkDefined(Instruction i, uint active)
    {
        var defined = active;
        if (i.IsMove)
        {
            foreach (var source in i.Reads)
            {
                if (Block.Program.IsTracked[source])
                {
                    defined &= Defined[source];
                }
            }
        }

        foreach (var register in i.Marks!)
        {
            Defined[register] = (Defined[register] & ~active) | defined;
        }
    }
}
