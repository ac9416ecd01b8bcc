namespace KernelDsl.Profiling.Counting;

/// <summary>Which part of an SM executes an instruction, as the instruction mix shows it.</summary>
public enum InstructionClass
{
    /// <summary>32-bit float arithmetic and integer multiply-add.</summary>
    Fma,

    /// <summary>Integers, logic, comparisons, selections and moves.</summary>
    Alu,

    /// <summary>Arithmetic of f16 and bf16 pairs.</summary>
    Half,

    /// <summary>64-bit float arithmetic.</summary>
    Double,

    /// <summary>Special functions and the slow conversions (MUFU, XU).</summary>
    Special,

    /// <summary>Tensor cores.</summary>
    Tensor,

    /// <summary>Global, local and generic memory, with asynchronous copies.</summary>
    GlobalMemory,

    /// <summary>Shared memory, with matrix loads.</summary>
    SharedMemory,

    /// <summary>Constant memory and parameters.</summary>
    ConstantMemory,

    /// <summary>Exchange between lanes: shuffles, votes, matches.</summary>
    WarpExchange,

    /// <summary>Barriers, fences and waits.</summary>
    Synchronisation,

    /// <summary>Branches, calls, exits.</summary>
    Control,

    /// <summary>Instructions of the uniform path, for a warp as a whole.</summary>
    Uniform,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>What the name of a PTX instruction says.</summary>
public static class PtxOpcode
{
    /// <summary>The part of an SM that most machine code of the instruction uses. Without SASS this stands for the instruction mix.</summary>
    /// <param name="opcode">The instruction without guard and operands.</param>
    public static InstructionClass ClassOf(string opcode)
    {
        var parts = opcode.Split('.');
        return parts[0] switch
        {
            "mma" or "wgmma" when TensorShape.Of(opcode) is not null => InstructionClass.Tensor,
            "wmma" => parts.Contains("mma") ? InstructionClass.Tensor : InstructionClass.SharedMemory,
            "ldmatrix" or "stmatrix" => InstructionClass.SharedMemory,
            "ld" or "ldu" or "st" or "atom" or "red" => MemoryOf(parts),
            "cp" when parts.Contains("wait_group") || parts.Contains("wait_all") || parts.Contains("commit_group") || parts.Contains("mbarrier")
                => InstructionClass.Synchronisation,
            "cp" or "prefetch" or "prefetchu" or "discard" or "applypriority" => InstructionClass.GlobalMemory,
            "bar" or "barrier" or "membar" or "fence" or "mbarrier" or "wgmma" or "nanosleep" => InstructionClass.Synchronisation,
            "shfl" or "vote" or "match" or "redux" or "activemask" or "movmatrix" or "elect" => InstructionClass.WarpExchange,
            "bra" or "brx" or "call" or "ret" or "exit" or "trap" or "brkpt" => InstructionClass.Control,
            "ex2" or "lg2" or "rcp" or "rsqrt" or "sqrt" or "sin" or "cos" or "tanh" or "popc" or "clz" or "bfind" or "brev" => InstructionClass.Special,
            "cvt" => parts.Length > 2 && IsFloat(parts[^1]) && !IsFloat(parts[^2]) ? InstructionClass.Special : InstructionClass.Alu,
            "add" or "sub" or "mul" or "fma" or "mad" or "div" => ArithmeticOf(parts),
            "min" or "max" or "abs" or "neg" when parts.Any(IsHalf) => InstructionClass.Half,
            _ => InstructionClass.Alu,
        };
    }

    /// <summary>Floating-point operations of one lane: 1 for a sum, product, quotient or special function, 2 for a fused multiply-add, twice for pairs.</summary>
    /// <param name="opcode">The instruction without guard and operands.</param>
    public static int FlopsPerLane(string opcode)
    {
        var parts = opcode.Split('.');
        if (!parts.Skip(1).Any(IsFloat))
        {
            return 0;
        }

        var pair = parts.Any(part => part is "f16x2" or "bf16x2") ? 2 : 1;
        return parts[0] switch
        {
            "fma" or "mad" => 2 * pair,
            "add" or "sub" or "mul" or "div" or "min" or "max" or "ex2" or "lg2" or "rcp" or "rsqrt" or "sqrt" or "sin" or "cos" or "tanh" => pair,
            _ => 0,
        };
    }

    private static InstructionClass MemoryOf(string[] parts) => parts switch
    {
        _ when parts.Contains("shared") || parts.Any(part => part.StartsWith("shared::", StringComparison.Ordinal)) => InstructionClass.SharedMemory,
        _ when parts.Contains("param") || parts.Contains("const") => InstructionClass.ConstantMemory,
        _ => InstructionClass.GlobalMemory,
    };

    private static InstructionClass ArithmeticOf(string[] parts) => parts switch
    {
        _ when parts.Contains("f64") => InstructionClass.Double,
        _ when parts.Any(IsHalf) => InstructionClass.Half,
        _ when parts.Contains("f32") || parts[0] is "mul" or "mad" => InstructionClass.Fma,
        _ => InstructionClass.Alu,
    };

    private static bool IsFloat(string part) => part is "f32" or "f64" or "tf32" || IsHalf(part);

    private static bool IsHalf(string part) => part is "f16" or "bf16" or "f16x2" or "bf16x2";
}
