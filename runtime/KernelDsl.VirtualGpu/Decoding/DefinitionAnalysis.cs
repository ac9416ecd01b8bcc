using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>
/// Finds reads of registers that some path reaches without a write. Only those are checked while the kernel runs, so that checks of registers cost nothing
/// in ordinary code. A move hands on what is not defined; it is not a read.
/// </summary>
internal static class DefinitionAnalysis
{
    /// <summary>Sets <see cref="Instruction.Suspects"/> and <see cref="Instruction.Marks"/>.</summary>
    /// <returns>For each register whether its definition is recorded.</returns>
    public static bool[] Run(Instruction[] code, int registers)
    {
        var tracked = new bool[registers];
        var defined = Flow(code, registers);
        var matters = EffectAnalysis.Run(code, registers);
        for (var k = 0; k < code.Length; k++)
        {
            foreach (var read in code[k].Reads)
            {
                tracked[read] |= defined[k] is { } known && !known.Get(read);
            }
        }

        // A move from a register that is recorded makes its destination one that is.
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var i in code.Where(i => i.IsMove && Array.Exists(i.Reads, read => tracked[read])))
            {
                foreach (var write in i.Writes.Where(write => !tracked[write]))
                {
                    tracked[write] = changed = true;
                }
            }
        }

        for (var k = 0; k < code.Length; k++)
        {
            var i = code[k];
            if (defined[k] is not { } known)
            {
                continue;
            }

            var suspects = !matters[k] ? [] : i.Reads.Where(read => tracked[read] && !known.Get(read) && (!i.IsMove || read == i.GuardRegister)).Distinct().ToArray();
            var marks = i.Writes.Where(write => tracked[write]).Distinct().ToArray();
            i.Suspects = suspects.Length > 0 ? suspects : null;
            i.Marks = marks.Length > 0 ? marks : null;
        }

        return tracked;
    }

    /// <summary>The registers that are surely defined before each instruction; null where it is not reached.</summary>
    private static System.Collections.BitArray?[] Flow(Instruction[] code, int registers)
    {
        var before = new System.Collections.BitArray?[code.Length];
        var starts = new SortedSet<int> { 0 };
        for (var k = 0; k < code.Length; k++)
        {
            if (code[k].Targets.Length > 0 || code[k].Flow is Machine.Flow.Exit or Machine.Flow.Return)
            {
                starts.UnionWith(code[k].Targets);
                if (k + 1 < code.Length)
                {
                    starts.Add(k + 1);
                }
            }
        }

        var work = new SortedSet<int> { 0 };
        before[0] = new System.Collections.BitArray(registers);
        for (var k = 0; k < code.Length; k++)
        {
            if (code[k].IsEntry)
            {
                starts.Add(k);
                work.Add(k);
                before[k] = new System.Collections.BitArray(registers);
            }
        }

        while (work.Count > 0)
        {
            var at = work.Min;
            work.Remove(at);
            var state = new System.Collections.BitArray(before[at]!);
            for (var k = at; k < code.Length; k++)
            {
                if (k != at && starts.Contains(k))
                {
                    Join(k, state);
                    break;
                }

                before[k] = k == at ? before[k] : new System.Collections.BitArray(state);
                var i = code[k];
                var isSure = i.Guard < 0 && (!i.IsMove || i.Reads.All(read => state.Get(read)));
                foreach (var write in i.Writes)
                {
                    // A predicated write defines nothing for sure, and a move of what is undefined takes definedness away.
                    if (isSure)
                    {
                        state.Set(write, true);
                    }
                    else if (i.IsMove && i.Guard < 0)
                    {
                        state.Set(write, false);
                    }
                }

                foreach (var target in i.Targets)
                {
                    Join(target, state);
                }

                if (i.Guard < 0 && i.Flow is Machine.Flow.Jump or Machine.Flow.JumpTable or Machine.Flow.Exit or Machine.Flow.Return)
                {
                    break;
                }
            }
        }

        return before;

        void Join(int at, System.Collections.BitArray state)
        {
            if (before[at] is not { } known)
            {
                before[at] = new System.Collections.BitArray(state);
                work.Add(at);
                return;
            }

            var joined = new System.Collections.BitArray(known).And(state);
            var changed = false;
            for (var r = 0; r < joined.Length && !changed; r++)
            {
                changed = joined.Get(r) != known.Get(r);
            }

            if (changed)
            {
                before[at] = joined;
                work.Add(at);
            }
        }
    }
}
