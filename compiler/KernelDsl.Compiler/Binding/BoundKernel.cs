using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Binding;

/// <summary>The types and consts that a kernel is compiled for.</summary>
internal sealed record KernelInstance(ImmutableDictionary<string, ElementType> Types, ImmutableDictionary<string, long> Consts);

internal enum DefinitionKind
{
    /// <summary>One equation, one value per point.</summary>
    Equation,

    /// <summary>Values meet at the subscripts on the left.</summary>
    Scatter,

    /// <summary>The largest values along an axis in falling order, with their positions.</summary>
    TopK,

    /// <summary>All values along an axis in rising order, with their positions.</summary>
    Sort,
}

/// <summary>
/// What gives a tensor its value. <see cref="Variables"/> are the axes of the target in its order; for a scatter they are all variables that are run over, and
/// <see cref="Subscripts"/> says where each value goes. For topk and sort, <see cref="Targets"/> are the values and the positions, the variable
/// <see cref="Rank"/> is one of <see cref="Variables"/>, and <see cref="Along"/> is the variable of <see cref="Value"/> that is searched.
/// The definition exists at the points where <see cref="Where"/> holds, each variable is inside its bounds, and the value is defined.
/// </summary>
internal sealed class Definition(
    DefinitionKind kind, ImmutableArray<TensorSymbol> targets, ImmutableArray<IndexVariable> variables, BoundExpression value, BoundExpression? where, TextSpan span)
{
    public DefinitionKind Kind { get; } = kind;

    public ImmutableArray<TensorSymbol> Targets { get; } = targets;

    public ImmutableArray<IndexVariable> Variables { get; } = variables;

    public BoundExpression Value { get; } = value;

    public BoundExpression? Where { get; } = where;

    public TextSpan Span { get; } = span;

    public ImmutableArray<BoundExpression> Subscripts { get; init; } = [];

    public AssignmentOperator Operator { get; init; }

    public IndexVariable? Rank { get; init; }

    public IndexVariable? Along { get; init; }
}

/// <summary>A condition that the caller must meet, over extents, consts and scalars.</summary>
internal sealed record Precondition(BoundExpression Condition, string Text, TextSpan Span);

/// <summary>Named sizes. Each of the dictionaries is by name; scalars may be integers or floats.</summary>
internal sealed record BoundExample(
    string Name, string KernelName, ImmutableDictionary<string, ElementType> Types, ImmutableDictionary<string, double> Values, TextSpan Span);

internal sealed class BoundKernel(KernelSyntax syntax)
{
    /// <summary>A kernel with more choices of types than this is made only for those that its examples name.</summary>
    public const int MaximumVariants = 64;

    public KernelSyntax Syntax { get; } = syntax;

    public string Name => Syntax.Name.Text;

    public string Documentation => Syntax.Documentation;

    public bool IsDeterministic => Syntax.IsDeterministic;

    public ImmutableArray<TypeParameterSymbol> TypeParameters { get; internal set; } = [];

    public ImmutableArray<ConstSymbol> Consts { get; internal set; } = [];

    /// <summary>All extents, implicit ones too, in order of appearance.</summary>
    public ImmutableArray<ExtentSymbol> Extents { get; internal set; } = [];

    public ImmutableArray<Axis> Axes { get; internal set; } = [];

    /// <summary>Tensor parameters in order; those that a ragged or paged axis brings stand right after the tensor that introduced the axis.</summary>
    public ImmutableArray<TensorSymbol> Parameters { get; internal set; } = [];

    public ImmutableArray<ScalarSymbol> Scalars { get; internal set; } = [];

    public ImmutableArray<TensorSymbol> Outputs { get; internal set; } = [];

    public ImmutableArray<TensorSymbol> Locals { get; internal set; } = [];

    /// <summary>In the order of the text.</summary>
    public ImmutableArray<Definition> Definitions { get; internal set; } = [];

    /// <summary>The <c>where</c> of the signature, and what the extents and divisions imply.</summary>
    public ImmutableArray<Precondition> Preconditions { get; internal set; } = [];

    /// <summary>Whether the signature has no error, so that its parameters, outputs and sizes are known, whatever the equations say.</summary>
    public bool HasSignature { get; internal set; }

    /// <summary>Whether binding found no error, so that it can be run.</summary>
    public bool IsValid { get; internal set; }

    /// <summary>The number of ways in which the types can be chosen.</summary>
    public long CountOfTypes() => TypeParameters.Aggregate(1L, (count, type) => Math.Min(count * type.Allowed.Length, int.MaxValue));

    public Definition? DefinitionOf(TensorSymbol tensor) => Definitions.FirstOrDefault(definition => definition.Targets.Contains(tensor));

    /// <summary>A fresh analysis of domains; the text is for its messages.</summary>
    public DomainAnalysis Domains(SourceText source) => new(source, DefinitionOf, Preconditions);
}

internal sealed record BoundModule(string Name, ImmutableArray<BoundKernel> Kernels, ImmutableArray<BoundExample> Examples);
