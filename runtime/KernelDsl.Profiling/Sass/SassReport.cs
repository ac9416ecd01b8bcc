using KernelDsl.Profiling.Counting;

namespace KernelDsl.Profiling.Sass;

/// <summary>A machine instruction and how often warps execute it.</summary>
/// <param name="Instruction">The instruction.</param>
/// <param name="Executions">Warps that execute it.</param>
public readonly record struct CountedInstruction(SassInstruction Instruction, long Executions);

/// <summary>
/// What the machine code of a kernel executes when its PTX executes what was counted: each instruction as often as its PTX line. Exact where ptxas keeps one
/// copy of a line; where it unrolls a loop, the copies share the executions, and <see cref="DuplicatedLines"/> tells how many lines that concerns.
/// </summary>
/// <param name="Resources">Registers and memory; null when ptxas' report is not at hand.</param>
/// <param name="Instructions">All instructions outside of slow paths with their counts.</param>
/// <param name="Unplaced">Instructions without a PTX line, or whose line was not counted: taken as executed once by each warp.</param>
/// <param name="SlowPath">Instructions of subroutines for special operands, which are taken as not executed.</param>
/// <param name="DuplicatedLines">PTX lines of memory, barriers and tensor cores that stand for several machine instructions of that kind.</param>
public sealed record SassReport(
    ResourceUse? Resources, ImmutableArray<CountedInstruction> Instructions, int Unplaced, int SlowPath, int DuplicatedLines)
{
    /// <summary>Warp instructions in all: <c>smsp__inst_executed</c>.</summary>
    public long WarpInstructions => Instructions.Sum(counted => counted.Executions);

    /// <summary>Warp instructions of each class that occurs.</summary>
    public IReadOnlyDictionary<InstructionClass, long> Mix => Instructions.GroupBy(counted => SassOpcode.ClassOf(counted.Instruction.Opcode))
        .ToDictionary(group => group.Key, group => group.Sum(counted => counted.Executions));

    /// <summary>Joins machine code with counters.</summary>
    /// <param name="function">The machine code of the kernel.</param>
    /// <param name="counters">What its PTX executed; the PTX that the machine code was made of.</param>
    /// <param name="resources">What ptxas says of it.</param>
    public static SassReport Of(SassFunction function, KernelCounters counters, ResourceUse? resources = null)
    {
        var executions = counters.Lines.GroupBy(line => line.PtxLine).ToDictionary(group => group.Key, group => group.Max(line => line.WarpExecutions));
        var everyWarp = counters.Launch.Blocks * counters.Launch.WarpsPerBlock;
        var copies = SassCopies.Of(function.Instructions.Where(instruction => !instruction.IsSlowPath), counters, IsAnchor);
        var counted = ImmutableArray.CreateBuilder<CountedInstruction>();
        var unplaced = 0;
        foreach (var instruction in function.Instructions)
        {
            if (instruction.IsSlowPath)
            {
                continue;
            }

            var isPlaced = executions.TryGetValue(instruction.PtxLine, out var count);
            unplaced += isPlaced ? 0 : 1;
            counted.Add(new CountedInstruction(instruction, isPlaced ? count / copies.GetValueOrDefault(instruction.PtxLine, 1) : everyWarp));
        }

        var duplicated = counted.Where(item => IsAnchor(item.Instruction)).GroupBy(item => (item.Instruction.PtxLine, SassOpcode.ClassOf(item.Instruction.Opcode)))
            .Count(group => group.Count() > 1);
        return new SassReport(resources, counted.ToImmutable(), unplaced, function.Instructions.Count(instruction => instruction.IsSlowPath), duplicated);
    }

    /// <summary>Machine instructions that stand for a PTX line, by line.</summary>
    public ILookup<int, CountedInstruction> ByPtxLine() => Instructions.ToLookup(counted => counted.Instruction.PtxLine);

    private static bool IsAnchor(SassInstruction instruction) => SassOpcode.ClassOf(instruction.Opcode)
        is InstructionClass.GlobalMemory or InstructionClass.SharedMemory or InstructionClass.Synchronisation or InstructionClass.Tensor;
}
