using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>How control goes on after an instruction.</summary>
internal enum Flow : byte { Next, Jump, JumpTable, Exit, Trap, Barrier, WarpSync, Wait, Aligned, Call, Return }

/// <summary>What an instruction counts as.</summary>
internal enum InstructionClass : byte { Other, Integer, Single, Double, Half, Conversion, Special, Move, Load, Store, Atomic, Warp, Barrier, Tensor, Control, Async }

/// <summary>A decoded instruction. Operands are byte offsets into the register frame of a warp; constants and special registers lie there too.</summary>
internal sealed unsafe class Instruction
{
    public Handler Execute;
    public int D = -1;
    public int D2 = -1;
    public int A = -1;
    public int B = -1;
    public int C = -1;
    public int[] Destinations = [];
    public int[] Sources = [];

    /// <summary>The slot of the guard, or -1.</summary>
    public int Guard = -1;
    public bool IsGuardNegated;
    public Flow Flow;
    public InstructionClass Class;

    /// <summary>Where a jump goes: the index of an instruction.</summary>
    public int Target;
    public int[] Targets = [];

    public StateSpace Space;
    public long Offset;
    public int Width;
    public int Option;
    public int Option2;
    public bool IsStrong;
    public bool IsRelease;
    public bool IsAcquire;
    public bool Has32BitAddress;

    /// <summary>Its address may belong to another block of the cluster.</summary>
    public bool IsCluster;

    /// <summary>All lanes of a warp execute it together; those that come early wait for the others that still can come.</summary>
    public bool IsAligned;

    /// <summary>It orders only threads of one block.</summary>
    public bool IsBlockScope;

    /// <summary>A warp operation on predicates or with a predicate as its result.</summary>
    public bool IsPredicateSource;

    /// <summary>The register of the guard, by number.</summary>
    public int GuardRegister = -1;
    public object? Data;

    /// <summary>Its place among the instructions in the order of execution.</summary>
    public int Index;
    public PtxInstruction Text = null!;

    /// <summary>Registers that may be read before they are written; null when there are none.</summary>
    public int[]? Suspects;

    /// <summary>Registers whose definition is recorded when this instruction runs.</summary>
    public int[]? Marks;

    /// <summary>Registers that are read and written, by number, for the analysis of definitions.</summary>
    public int[] Reads = [];
    public int[] Writes = [];

    /// <summary>A move only hands on what is not defined.</summary>
    public bool IsMove;

    /// <summary>Where its counters are; set when events are counted.</summary>
    public int Slot;

    /// <summary>How it accesses memory; set when events are counted.</summary>
    public AccessKind Access;

    /// <summary>What is wrong with it whenever it runs, and what it does then.</summary>
    public string? Fault;
    public FindingKind FaultKind;
    public Handler Inner;

    /// <summary>The first instruction of a function that is not put in line.</summary>
    public bool IsEntry;

    /// <summary>An instruction of the machine, which the text does not have.</summary>
    public bool IsInserted;
}
