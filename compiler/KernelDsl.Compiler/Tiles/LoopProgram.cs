using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Tiles;

/// <summary>An extent, const or scalar that is passed to every stage by value.</summary>
internal sealed class ProgramArgument(string name, ScalarType type, bool isConst = false)
{
    /// <summary>A valid identifier, unique among arguments and buffers.</summary>
    public string Name { get; } = name;

    public ScalarType Type { get; } = type;

    /// <summary>A const that was not folded in. Where code is compiled for a device it is known, and no parameter.</summary>
    public bool IsConst { get; } = isConst;
}

internal enum BufferRole
{
    Input,
    Output,

    /// <summary>Memory for values between stages, owned by the launch.</summary>
    Workspace,
}

/// <summary>A linear piece of memory with elements of one type; sub-byte elements are packed, little end first.</summary>
internal sealed class ProgramBuffer(string name, ElementType element, BufferRole role, Value length)
{
    /// <summary>A valid identifier, unique among arguments and buffers.</summary>
    public string Name { get; } = name;

    public ElementType Element { get; } = element;

    public BufferRole Role { get; } = role;

    /// <summary>The number of elements, an I64 over arguments only.</summary>
    public Value Length { get; } = length;
}

internal abstract record Statement
{
    /// <summary>The place in the spec that this came from, for <c>#line</c>.</summary>
    public TextSpan? Source { get; init; }
}

/// <summary>Declares a mutable local. Without an initial value it starts from 0 or false.</summary>
internal sealed record Declare(Local Local, Value? Initial) : Statement;

internal sealed record Assign(Local Local, Value Value) : Statement;

/// <summary>Rounds to the element type of the buffer (as <see cref="RoundValue"/> does) and stores. Sub-byte stores must not tear a neighbour.</summary>
internal sealed record Store(ProgramBuffer Buffer, Value Index, Value Value) : Statement;

/// <summary><c>buffer[index] = operation(buffer[index], value)</c>, atomically among threads. Buffers are F32, F64, I64 or I32.</summary>
internal sealed record Update(ProgramBuffer Buffer, Value Index, BinaryOperation Operation, Value Value) : Statement;

/// <summary>Runs for each I64 from <c>From</c> to before <c>To</c>, both evaluated once; from the last to the first when reversed.</summary>
internal sealed record For(Local Variable, Value From, Value To, bool IsReversed, Block Body) : Statement;

internal sealed record If(Value Condition, Block Then, Block Else) : Statement;

/// <summary>Leaves the innermost <see cref="For"/>.</summary>
internal sealed record Break : Statement;

internal sealed record Block(ImmutableArray<Statement> Statements)
{
    public static Block Empty { get; } = new([]);
}

/// <summary>One axis of the grid: the thread's coordinate and the number of points, an I64 over arguments only.</summary>
internal sealed record GridAxis(Local Coordinate, Value Extent);

/// <summary>
/// One parallel step: the body runs once for each point of the grid, in any order, no point reading what another writes.
/// An empty grid is one point. The last axis moves fastest.
/// </summary>
internal sealed record Stage(string Name, ImmutableArray<Local> SerialVariables, ImmutableArray<GridAxis> Grid, Block Body)
{
    /// <summary>The equation that this computes; what is around the statements, such as the loop over points, belongs to it.</summary>
    public TextSpan? Source { get; init; }
}

/// <summary>What the host does, in order.</summary>
internal abstract record Step;

/// <summary>Runs a stage; its serial variables have the values of the enclosing <see cref="SerialStep"/> loops.</summary>
internal sealed record LaunchStep(Stage Stage) : Step;

/// <summary>Sets all elements of a buffer.</summary>
internal sealed record FillStep(ProgramBuffer Buffer, double Number) : Step;

/// <summary>A loop of the host around other steps, for recurrences.</summary>
internal sealed record SerialStep(Local Variable, Value Extent, bool IsReversed, ImmutableArray<Step> Steps) : Step;

/// <summary>A condition on the arguments that the host checks before the launch.</summary>
internal sealed record ArgumentCheck(Value Condition, string Message);

/// <summary>A scheduled kernel: the one place where both back ends meet.</summary>
internal sealed record LoopProgram(
    string Name,
    ImmutableArray<ProgramArgument> Arguments,
    ImmutableArray<ProgramBuffer> Buffers,
    ImmutableArray<ArgumentCheck> Checks,
    ImmutableArray<Step> Steps)
{
    /// <summary>All stages in the order of their first launch.</summary>
    public ImmutableArray<Stage> Stages => Collect(Steps).ToImmutableArray();

    private static IEnumerable<Stage> Collect(IEnumerable<Step> steps)
        => steps.SelectMany(step => step switch
        {
            LaunchStep launch => [launch.Stage],
            SerialStep serial => Collect(serial.Steps),
            _ => Enumerable.Empty<Stage>(),
        });
}
