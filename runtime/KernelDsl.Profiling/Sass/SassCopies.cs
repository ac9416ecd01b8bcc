using KernelDsl.Profiling.Counting;

namespace KernelDsl.Profiling.Sass;

/// <summary>
/// How many copies ptxas made of each PTX line, as where it unrolls a loop. The executions of a line are those of all its copies together; nothing says how they share,
/// so each gets an equal part. A piece of straight code is copied as a whole: as often as the least copied of its accesses, barriers and tensor instructions; without any, as
/// the least copied of its lines. A line that became several instructions looks like copies when it stands alone: then the count is low, never high, so that bounds stay bounds.
/// </summary>
internal static class SassCopies
{
    // Shorter pieces without an access say too little: one PTX instruction may well be two alike.
    private const int LinesThatTell = 3;

    /// <summary>The copies of each line; lines that are not in it have one.</summary>
    public static Dictionary<int, int> Of(IEnumerable<SassInstruction> code, KernelCounters counters, Func<SassInstruction, bool> isAnchor)
    {
        var byLine = code.ToLookup(instruction => instruction.PtxLine);
        var copies = new Dictionary<int, int>();
        var piece = new List<LineCounters>();
        foreach (var line in counters.Lines.OrderBy(line => line.PtxLine))
        {
            if (piece.Count > 0 && piece[^1].WarpExecutions != line.WarpExecutions)
            {
                Judge(piece, byLine, copies, isAnchor);
                piece.Clear();
            }

            piece.Add(line);
            if (PtxOpcode.ClassOf(line.Opcode) == InstructionClass.Control)
            {
                Judge(piece, byLine, copies, isAnchor);
                piece.Clear();
            }
        }

        Judge(piece, byLine, copies, isAnchor);
        return copies;
    }

    private static void Judge(List<LineCounters> piece, ILookup<int, SassInstruction> byLine, Dictionary<int, int> copies, Func<SassInstruction, bool> isAnchor)
    {
        var coded = piece.Where(line => byLine.Contains(line.PtxLine)).Select(line => line.PtxLine).Distinct().ToArray();
        var anchors = coded.SelectMany(line => byLine[line].Where(isAnchor).GroupBy(i => (line, SassOpcode.ClassOf(i.Opcode)))).Select(group => group.Count()).ToArray();
        var count = anchors.Length > 0 ? anchors.Min()
            : coded.Length >= LinesThatTell ? coded.Min(line => byLine[line].GroupBy(i => i.Opcode).Max(group => group.Count())) : 1;
        foreach (var line in coded.Where(line => count > 1 && byLine[line].Count() >= count))
        {
            copies[line] = count;
        }
    }
}
