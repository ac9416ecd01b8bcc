using System.Collections.Immutable;

namespace KernelDsl.Plans;

/// <summary>The types of values that a launch passes.</summary>
public enum PlanScalar
{
    /// <summary>A truth value, 0 or 1.</summary>
    Bool,

    /// <summary>A 64-bit integer.</summary>
    I64,

    /// <summary>IEEE binary32.</summary>
    F32,

    /// <summary>IEEE binary64.</summary>
    F64,
}

/// <summary>Who owns a buffer, and which way its data goes.</summary>
public enum PlanBufferRole
{
    /// <summary>The caller gives it, the kernel reads it.</summary>
    Input,

    /// <summary>The caller gives it, the kernel writes it.</summary>
    Output,

    /// <summary>The launch owns it; its first contents are undefined.</summary>
    Workspace,
}

/// <summary>What a stage's parameter is.</summary>
public enum PlanParameterKind
{
    /// <summary>The address of a buffer.</summary>
    Buffer,

    /// <summary>An argument's value.</summary>
    Argument,

    /// <summary>The value of a serial loop's variable, an I64.</summary>
    Serial,
}

/// <summary>An extent or scalar that the caller passes.</summary>
/// <param name="Name">The name, unique among arguments and buffers.</param>
/// <param name="Type">The type of the value.</param>
public sealed record PlanArgument(string Name, PlanScalar Type);

/// <summary>A linear piece of memory.</summary>
/// <param name="Name">The name, unique among arguments and buffers.</param>
/// <param name="Element">The type of the elements; sub-byte elements are packed. Device memory is padded to a multiple of 4 bytes.</param>
/// <param name="Role">Who owns it.</param>
/// <param name="Length">The number of elements, a host expression.</param>
public sealed record PlanBuffer(string Name, ElementType Element, PlanBufferRole Role, string Length);

/// <summary>A condition that must hold before a launch.</summary>
/// <param name="Condition">A host expression; 0 is false.</param>
/// <param name="Message">The sentence that is shown when it does not hold.</param>
public sealed record PlanCheck(string Condition, string Message);

/// <summary>One parameter of a compiled stage, by its position in the plan.</summary>
/// <param name="Kind">What is passed.</param>
/// <param name="Index">The index in the plan's buffers or arguments, or in the stage's serial variables.</param>
/// <param name="IsWritten">Whether the stage writes the buffer.</param>
public sealed record PlanParameter(PlanParameterKind Kind, int Index, bool IsWritten);

/// <summary>
/// One parallel step: a compiled function whose body runs once for each point of the grid. A device launches any number of blocks of
/// <see cref="BlockSize"/> threads; the threads stride over the points.
/// </summary>
/// <param name="Name">The stage's name, for people.</param>
/// <param name="Function">The name of the compiled function.</param>
/// <param name="Grid">The extent of each axis, host expressions, the last axis fastest; their product is the number of points.</param>
/// <param name="BlockSize">The threads of one block on a device.</param>
/// <param name="Parameters">The parameters of the device function, in order.</param>
public sealed record PlanStage(string Name, string Function, ImmutableArray<string> Grid, int BlockSize, ImmutableArray<PlanParameter> Parameters);

/// <summary>What the host does.</summary>
public abstract record PlanStep;

/// <summary>Runs a stage over its grid.</summary>
/// <param name="Stage">The index of the stage.</param>
/// <param name="Serials">For each serial variable of the stage, the index of the plan's serial variable that gives its value.</param>
public sealed record PlanLaunch(int Stage, ImmutableArray<int> Serials) : PlanStep;

/// <summary>Runs steps for each value of a variable, from 0 to before the extent, or backwards.</summary>
/// <param name="Variable">The index of the plan's serial variable.</param>
/// <param name="Extent">A host expression.</param>
/// <param name="IsReversed">Whether the last value comes first.</param>
/// <param name="Steps">What is done for each value.</param>
public sealed record PlanSerial(int Variable, string Extent, bool IsReversed, ImmutableArray<PlanStep> Steps) : PlanStep;

/// <summary>
/// How a host launches a kernel: data that every runtime reads. Host expressions are postfix text over the names of arguments and serial
/// variables, for example <c>"B H * M *"</c>; see <c>KernelDsl.Runtime.Launching.HostExpression</c>.
/// </summary>
/// <param name="Name">The kernel's name.</param>
/// <param name="Arguments">What is passed by value.</param>
/// <param name="Buffers">What is passed by address.</param>
/// <param name="Checks">Conditions on the arguments.</param>
/// <param name="SerialVariables">The names of all serial loops' variables, unique among themselves and the arguments.</param>
/// <param name="Stages">The compiled functions.</param>
/// <param name="Steps">What the host does, in order.</param>
public sealed record KernelPlan(
    string Name,
    ImmutableArray<PlanArgument> Arguments,
    ImmutableArray<PlanBuffer> Buffers,
    ImmutableArray<PlanCheck> Checks,
    ImmutableArray<string> SerialVariables,
    ImmutableArray<PlanStage> Stages,
    ImmutableArray<PlanStep> Steps);
