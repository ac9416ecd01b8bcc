using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Finds instructions whose results no effect depends on: what they read does not matter, written before or not.</summary>
internal static class EffectAnalysis
{
    /// <returns>For each instruction whether something that can be observed depends on it.</returns>
    public static bool[] Run(Instruction[] code, int registers)
    {
        var writers = new List<int>?[registers];
        var matters = new bool[code.Length];
        var work = new Stack<int>();
        for (var k = 0; k < code.Length; k++)
        {
            foreach (var write in code[k].Writes)
            {
                (writers[write] ??= []).Add(k);
            }

            if (HasEffect(code[k]))
            {
                matters[k] = true;
                work.Push(k);
            }
        }

        while (work.TryPop(out var at))
        {
            foreach (var read in code[at].Reads)
            {
                foreach (var writer in writers[read] ?? [])
                {
                    if (!matters[writer])
                    {
                        matters[writer] = true;
                        work.Push(writer);
                    }
                }

                // Each register is followed once.
                writers[read] = null;
            }
        }

        return matters;
    }

    private static bool HasEffect(Instruction i) => i.Flow != Flow.Next || i.Writes.Length == 0
        || i.Class is InstructionClass.Load or InstructionClass.Store or InstructionClass.Atomic or InstructionClass.Warp or InstructionClass.Barrier or InstructionClass.Control or InstructionClass.Async
            or InstructionClass.Tensor;
}
