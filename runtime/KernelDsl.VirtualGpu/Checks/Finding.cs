using KernelDsl.Profiling.Counting;

namespace KernelDsl.VirtualGpu;

/// <summary>What is wrong with a program.</summary>
public enum FindingKind
{
    /// <summary>An access outside of every allocation, or over the end of one.</summary>
    OutOfBounds,

    /// <summary>An address that is not a multiple of the size of the access.</summary>
    Misaligned,

    /// <summary>An access to memory that was freed.</summary>
    UseAfterFree,

    /// <summary>A read of memory or of a register that nothing wrote.</summary>
    Uninitialised,

    /// <summary>Two threads access the same bytes, one of them writes, and nothing orders them.</summary>
    Race,

    /// <summary>A barrier or a warp operation that threads reach which must not, or do not reach which must.</summary>
    Synchronisation,

    /// <summary>Memory is accessed while an asynchronous copy into it may be under way.</summary>
    AsyncNotWaited,

    /// <summary>An integer is divided by zero.</summary>
    DivisionByZero,

    /// <summary>No thread can go on.</summary>
    Deadlock,

    /// <summary>The launch executed more instructions than its budget.</summary>
    Hang,

    /// <summary>A device-side assertion failed.</summary>
    Assertion,

    /// <summary>Device memory that nobody freed.</summary>
    Leak,

    /// <summary>The program stopped itself with a trap.</summary>
    Trap,

    /// <summary>A write to memory that is read-only.</summary>
    ReadOnly,

    /// <summary>An instruction got an operand that PTX does not define, such as a warp operation that reads a lane that does not take part.</summary>
    Undefined,

    /// <summary>A copy or product that runs by itself reads what ordinary writes left, and no proxy fence lies between them.</summary>
    ProxyFence,
}

/// <summary>A place where a program did something wrong.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Message">One sentence with the values.</param>
/// <param name="Kernel">The kernel.</param>
/// <param name="PtxLine">The line of the PTX text, from 1; 0 when no instruction is to blame.</param>
/// <param name="Instruction">The instruction with its modifiers.</param>
/// <param name="SourceLine">The line of the CUDA C text; 0 when the PTX has no line information.</param>
/// <param name="Block">The block.</param>
/// <param name="Thread">The thread in its block.</param>
/// <param name="Address">The address, for accesses of memory.</param>
/// <param name="Allocation">The name of the allocation or variable.</param>
/// <param name="OtherPtxLine">The other access of a race.</param>
/// <param name="OtherSourceLine">The CUDA C line of the other access.</param>
public sealed record Finding(
    FindingKind Kind, string Message, string Kernel, int PtxLine, string Instruction, int SourceLine, Dim3 Block, Dim3 Thread,
    ulong Address, string? Allocation, int OtherPtxLine, int OtherSourceLine)
{
    /// <summary>The line of the spec; null when the module does not know it.</summary>
    public SourceLine? Spec { get; init; }

    /// <summary>The line of the spec of the other access.</summary>
    public SourceLine? OtherSpec { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var place = SourceLine > 0 ? $"line {SourceLine}, PTX line {PtxLine}" : $"PTX line {PtxLine}";
        place = Spec is { } spec ? $"{spec.File}:{spec.Line}, CUDA C {place}" : place;
        return $"{Kind} in {Kernel} ({place}, {Instruction}), block {Block}, thread {Thread}: {Message}";
    }
}

/// <summary>A kernel did something wrong.</summary>
public sealed class VirtualGpuFaultException(Finding finding) : Exception(finding.ToString())
{
    /// <summary>What it did.</summary>
    public Finding Finding { get; } = finding;
}

/// <summary>Sizes or a place in three dimensions.</summary>
public readonly record struct Dim3(uint X, uint Y = 1, uint Z = 1)
{
    /// <summary>The product.</summary>
    public long Count => (long)X * Y * Z;

    /// <inheritdoc/>
    public override string ToString() => $"({X},{Y},{Z})";

    /// <summary>Along x.</summary>
    public static implicit operator Dim3(int x) => new(checked((uint)x));

    /// <summary>Along x and y.</summary>
    public static implicit operator Dim3((int X, int Y) sizes) => new(checked((uint)sizes.X), checked((uint)sizes.Y));

    /// <summary>Along x, y and z.</summary>
    public static implicit operator Dim3((int X, int Y, int Z) sizes) => new(checked((uint)sizes.X), checked((uint)sizes.Y), checked((uint)sizes.Z));
}
