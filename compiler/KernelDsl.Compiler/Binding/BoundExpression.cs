using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Binding;

/// <summary>An expression with all names resolved. Node identity matters: a node occurs once in a kernel.</summary>
internal abstract class BoundExpression(ValueKind kind, TextSpan span)
{
    public ValueKind Kind { get; } = kind;

    public TextSpan Span { get; } = span;
}

/// <summary>Stands where an error was reported; nothing more is said about it.</summary>
internal sealed class BoundInvalid(TextSpan span) : BoundExpression(ValueKind.Integer, span);

internal sealed class BoundInteger(long value, TextSpan span) : BoundExpression(ValueKind.Integer, span)
{
    public long Value { get; } = value;
}

internal sealed class BoundFloat(double value, TextSpan span) : BoundExpression(ValueKind.Float, span)
{
    public double Value { get; } = value;
}

internal sealed class BoundBoolean(bool value, TextSpan span) : BoundExpression(ValueKind.Bool, span)
{
    public bool Value { get; } = value;
}

internal sealed class BoundExtent(ExtentSymbol symbol, TextSpan span) : BoundExpression(ValueKind.Integer, span)
{
    public ExtentSymbol Symbol { get; } = symbol;
}

internal sealed class BoundConst(ConstSymbol symbol, TextSpan span) : BoundExpression(ValueKind.Integer, span)
{
    public ConstSymbol Symbol { get; } = symbol;
}

internal sealed class BoundScalar(ScalarSymbol symbol, TextSpan span) : BoundExpression(symbol.Type.Kind, span)
{
    public ScalarSymbol Symbol { get; } = symbol;
}

/// <summary>The value of an index variable.</summary>
internal sealed class BoundIndex(IndexVariable variable, TextSpan span) : BoundExpression(ValueKind.Integer, span)
{
    public IndexVariable Variable { get; } = variable;
}

/// <summary>The group that a point of a ragged axis belongs to.</summary>
internal sealed class BoundGroup(Axis ragged, BoundExpression point, TextSpan span) : BoundExpression(ValueKind.Integer, span)
{
    public Axis Ragged { get; } = ragged;

    public BoundExpression Point { get; } = point;
}

/// <summary>A tensor at a point; one index for each axis of the tensor.</summary>
internal sealed class BoundRead(TensorSymbol tensor, ImmutableArray<BoundExpression> indices, TextSpan span) : BoundExpression(tensor.Type.Kind, span)
{
    public TensorSymbol Tensor { get; } = tensor;

    public ImmutableArray<BoundExpression> Indices { get; } = indices;
}

internal sealed class BoundUnary(Syntax.UnaryOperator operation, BoundExpression operand, TextSpan span) : BoundExpression(operand.Kind, span)
{
    public Syntax.UnaryOperator Operator { get; } = operation;

    public BoundExpression Operand { get; } = operand;
}

/// <summary>
/// Operands of arithmetic and comparison may mix integers and floats: the integer is then converted. Integer division and remainder are
/// floor ones and undefined for a zero divisor. <c>&amp;&amp;</c> and <c>||</c> look at the right side only where the left one does not decide.
/// </summary>
internal sealed class BoundBinary(Syntax.BinaryOperator operation, BoundExpression left, BoundExpression right, ValueKind kind, TextSpan span)
    : BoundExpression(kind, span)
{
    public Syntax.BinaryOperator Operator { get; } = operation;

    public BoundExpression Left { get; } = left;

    public BoundExpression Right { get; } = right;
}

internal sealed class BoundConditional(BoundExpression condition, BoundExpression whenTrue, BoundExpression whenFalse, ValueKind kind, TextSpan span)
    : BoundExpression(kind, span)
{
    public BoundExpression Condition { get; } = condition;

    public BoundExpression WhenTrue { get; } = whenTrue;

    public BoundExpression WhenFalse { get; } = whenFalse;
}

/// <summary>The value where it is defined, otherwise the other.</summary>
internal sealed class BoundElse(BoundExpression value, BoundExpression otherwise, ValueKind kind, TextSpan span) : BoundExpression(kind, span)
{
    public BoundExpression Value { get; } = value;

    public BoundExpression Otherwise { get; } = otherwise;
}

internal sealed class BoundCast(BoundExpression value, TypeReference type, TextSpan span) : BoundExpression(type.Kind, span)
{
    public BoundExpression Value { get; } = value;

    public TypeReference Type { get; } = type;
}

internal sealed class BoundCall(BuiltInFunction function, ImmutableArray<BoundExpression> arguments, ValueKind kind, TextSpan span) : BoundExpression(kind, span)
{
    public BuiltInFunction Function { get; } = function;

    public ImmutableArray<BoundExpression> Arguments { get; } = arguments;
}

/// <summary>A reduction over the points of its variables at which the body is defined.</summary>
internal sealed class BoundReduction(ReductionKind reduction, ImmutableArray<IndexVariable> variables, BoundExpression body, int component, ValueKind kind, TextSpan span)
    : BoundExpression(kind, span)
{
    public ReductionKind Reduction { get; } = reduction;

    /// <summary>In the order that "first" refers to: the last one moves fastest.</summary>
    public ImmutableArray<IndexVariable> Variables { get; } = variables;

    public BoundExpression Body { get; } = body;

    /// <summary>For argmax and argmin: which variable's position this is.</summary>
    public int Component { get; } = component;
}

/// <summary>
/// softmax or log_softmax of the body, at the point <see cref="At"/> of its own variables: it is defined where the body at that point is.
/// </summary>
internal sealed class BoundNormalisation(bool isLogarithmic, ImmutableArray<IndexVariable> variables, BoundExpression body, ImmutableArray<BoundExpression> at, TextSpan span)
    : BoundExpression(ValueKind.Float, span)
{
    public bool IsLogarithmic { get; } = isLogarithmic;

    public ImmutableArray<IndexVariable> Variables { get; } = variables;

    public BoundExpression Body { get; } = body;

    public ImmutableArray<BoundExpression> At { get; } = at;
}

/// <summary>Whether a sparse tensor has the point stored, or a paged one has its page there.</summary>
internal sealed class BoundStored(TensorSymbol tensor, ImmutableArray<BoundExpression> indices, TextSpan span) : BoundExpression(ValueKind.Bool, span)
{
    public TensorSymbol Tensor { get; } = tensor;

    public ImmutableArray<BoundExpression> Indices { get; } = indices;
}

/// <summary>Whether a local that computes its own domain is defined at a point inside its extents.</summary>
internal sealed class BoundDefined(TensorSymbol tensor, ImmutableArray<BoundExpression> indices, TextSpan span) : BoundExpression(ValueKind.Bool, span)
{
    public TensorSymbol Tensor { get; } = tensor;

    public ImmutableArray<BoundExpression> Indices { get; } = indices;
}

/// <summary>Whether a reduction has any point to range over.</summary>
internal sealed class BoundNonEmpty(BoundReduction reduction, TextSpan span) : BoundExpression(ValueKind.Bool, span)
{
    public BoundReduction Reduction { get; } = reduction;
}

internal enum ReductionKind
{
    Sum,
    Product,
    Max,
    Min,
    Mean,
    Any,
    All,
    ArgMax,
    ArgMin,
    LogSumExp,
}

internal enum BuiltInFunction
{
    Abs, Min, Max, Exp, Exp2, Expm1, Log, Log2, Log1p, Sqrt, Rsqrt, Pow, Sin, Cos, Tan, Tanh, Sigmoid, Softplus, Relu, Silu,
    Erf, Floor, Ceil, Round, Clamp, Sign, IsNan, Fma, Popcount, Random,
}
