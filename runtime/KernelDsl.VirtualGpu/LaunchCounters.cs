using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu;

/// <summary>What one instruction of the PTX did in a launch, over all warps.</summary>
/// <param name="PtxLine">The line of the PTX text.</param>
/// <param name="SourceLine">The line of the CUDA C text; 0 when the PTX has no line information.</param>
/// <param name="Instruction">The opcode with its modifiers.</param>
/// <param name="Class">The class, such as <c>Single</c>, <c>Load</c>, <c>Tensor</c>.</param>
/// <param name="Executed">How often it ran for a warp.</param>
/// <param name="Threads">The threads for which it ran.</param>
/// <param name="Requests">Memory requests.</param>
/// <param name="Pieces">32-byte sectors of global memory, or wavefronts of shared memory.</param>
/// <param name="Bytes">Bytes that threads asked for.</param>
public sealed record InstructionCounters(
    int PtxLine, int SourceLine, string Instruction, string Class, long Executed, long Threads, long Requests, long Pieces, long Bytes);

/// <summary>What a launch did. Counts of PTX instructions, which are not those of the machine code that a GPU runs.</summary>
public sealed record LaunchCounters(ImmutableArray<InstructionCounters> Instructions)
{
    /// <summary>Instructions that ran for a warp.</summary>
    public long Executed => Instructions.Sum(i => i.Executed);

    /// <summary>Active threads for each instruction of a warp, as a share of 32.</summary>
    public double ThreadEfficiency => Executed == 0 ? 0 : Instructions.Sum(i => i.Threads) / (32.0 * Executed);

    /// <summary>Instructions by class.</summary>
    public ImmutableDictionary<string, long> ByClass => Instructions.GroupBy(i => i.Class).ToImmutableDictionary(g => g.Key, g => g.Sum(i => i.Executed));

    internal static LaunchCounters Sum(Program program, List<BlockCounters> parts)
    {
        var list = ImmutableArray.CreateBuilder<InstructionCounters>();
        foreach (var i in program.Code.Where(i => !i.IsInserted).OrderBy(i => i.Text.Line))
        {
            long Of(Func<BlockCounters, long[]> part) => parts.Sum(p => part(p)[i.Index]);
            list.Add(new InstructionCounters(
                i.Text.Line, Program.SourceLine(i), i.Text.Name, i.Class.ToString(), Of(p => p.Executed), Of(p => p.Threads), Of(p => p.Requests), Of(p => p.Pieces), Of(p => p.Bytes)));
        }

        return new LaunchCounters(list.ToImmutable());
    }
}
