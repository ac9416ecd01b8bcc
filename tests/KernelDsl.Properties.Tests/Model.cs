namespace KernelDsl.Properties.Tests;

/// <summary>A small kernel of the test's own, printed as a spec for the compiler and evaluated directly by <see cref="PlainEvaluation"/>.</summary>
internal sealed record ModelKernel(bool IsDouble, ImmutableDictionary<string, int> Extents, ImmutableArray<ModelLet> Lets, ImmutableArray<string> OutputAxes, Node Output, int Seed);

/// <summary>A let. One that steps along <c>t</c> may read itself one step back (or ahead) through <see cref="Self"/>.</summary>
internal sealed record ModelLet(string Name, ImmutableArray<string> Axes, Node Value, Condition? Where, int Step);

internal abstract record Node;

internal sealed record Literal(double Value) : Node;

/// <summary>An axis as a number.</summary>
internal sealed record Coordinate(string Axis) : Node;

internal sealed record Read(string Tensor, ImmutableArray<Index> Indices) : Node;

internal sealed record LetRead(string Let, ImmutableArray<Index> Indices) : Node;

/// <summary>The let that it stands in, one step along <c>t</c> away.</summary>
internal sealed record Self(Node First) : Node;

internal sealed record Arithmetic(string Operator, Node Left, Node Right) : Node;

internal sealed record Function(string Name, Node Operand) : Node;

internal sealed record Choice(Condition Condition, Node WhenTrue, Node WhenFalse) : Node;

internal sealed record Otherwise(Node Value, Node Other) : Node;

internal sealed record Reduction(string Name, string Axis, Node Body) : Node;

/// <summary>argmax or argmin of elements of an input, as a number.</summary>
internal sealed record Position(string Name, string Axis, Read Body) : Node;

internal sealed record Softmax(string Axis, Node Body) : Node;

internal abstract record Index;

internal sealed record Shifted(string Axis, int Factor, int Offset) : Index;

internal sealed record Halved(string Axis) : Index;

internal sealed record Fixed(int At) : Index;

/// <summary>An element of an integer tensor, which may be outside any extent.</summary>
internal sealed record Gathered(string Tensor, Index At) : Index;

internal abstract record Condition;

internal sealed record CompareIndices(string Operator, Index Left, Index Right) : Condition;

internal sealed record Mask(ImmutableArray<Index> Indices) : Condition;

internal sealed record CompareInput(Read Input, string Operator, double Limit) : Condition;

internal sealed record Logical(bool IsAnd, Condition Left, Condition Right) : Condition;

internal sealed record Not(Condition Operand) : Condition;

/// <summary>The tensors that every model may use, by name, with their axes.</summary>
internal static class ModelTensors
{
    public static ImmutableArray<string> Axes { get; } = ["i", "j", "k", "t"];

    public static ImmutableDictionary<string, string> Floats { get; } = new Dictionary<string, string>
    {
        ["a"] = "ij", ["b"] = "jk", ["c"] = "it", ["d"] = "k", ["u"] = "tk",
    }.ToImmutableDictionary();

    public static ImmutableDictionary<string, string> Integers { get; } = new Dictionary<string, string> { ["n"] = "j", ["m"] = "i" }.ToImmutableDictionary();

    public const string MaskName = "p";

    public const string MaskAxes = "ij";

    public static string ExtentOf(string axis) => axis.ToUpperInvariant();
}
