using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Binding;

/// <summary>A named thing of a kernel.</summary>
internal abstract class Symbol(string name, TextSpan span)
{
    public string Name { get; } = name;

    /// <summary>Where it was introduced.</summary>
    public TextSpan Span { get; } = span;

    public override string ToString() => Name;
}

/// <summary>
/// A size that is known at the call: a name of the spec (<c>M</c>) or one that storage brings with it
/// (<c>a.nnz</c>, <c>k.pages</c>, and <c>p.total</c> for the packed length of ragged axis <c>p</c>).
/// </summary>
internal sealed class ExtentSymbol(string name, TextSpan span, bool isImplicit) : Symbol(name, span)
{
    /// <summary>Implicit extents may be 0, all others are at least 1.</summary>
    public bool IsImplicit { get; } = isImplicit;
}

internal sealed class ConstSymbol(string name, TextSpan span, ImmutableArray<long> allowed, long? defaultValue) : Symbol(name, span)
{
    /// <summary>The allowed values; empty means any.</summary>
    public ImmutableArray<long> Allowed { get; } = allowed;

    public long? Default { get; } = defaultValue;
}

internal sealed class TypeParameterSymbol(string name, TextSpan span, ImmutableArray<ElementType> allowed) : Symbol(name, span)
{
    public ImmutableArray<ElementType> Allowed { get; } = allowed;
}

/// <summary>An element type, or a type parameter that stands for one.</summary>
internal readonly record struct TypeReference(ElementType Element, TypeParameterSymbol? Parameter)
{
    public ElementType Resolve(KernelInstance instance) => Parameter is null ? Element : instance.Types[Parameter.Name];

    public ValueKind Kind => Parameter is { Allowed.Length: > 0 } ? KindOf(Parameter.Allowed[0]) : KindOf(Element);

    public override string ToString() => Parameter?.Name ?? Element.Name();

    public static ValueKind KindOf(ElementType type)
        => type == ElementType.Bool ? ValueKind.Bool : type.IsInteger() ? ValueKind.Integer : ValueKind.Float;
}

/// <summary>What a value is, before the precision is known: all integers are computed in 64 bits, floats in f32, or f64 where one operand is f64.</summary>
internal enum ValueKind
{
    Bool,
    Integer,
    Float,
}

/// <summary>A scalar parameter. <c>int</c> is I64 and <c>float</c> is F32.</summary>
internal sealed class ScalarSymbol(string name, TextSpan span, TypeReference type, BoundExpression? defaultValue) : Symbol(name, span)
{
    public TypeReference Type { get; } = type;

    /// <summary>A literal, or an expression over consts and extents.</summary>
    public BoundExpression? Default { get; } = defaultValue;
}

internal enum TensorRole
{
    Parameter,
    Output,

    /// <summary>A <c>let</c>.</summary>
    Local,
}

internal enum TensorFormat
{
    Dense,
    Csr,
    Csc,
    Coo,
    Ell,
    Bsr,

    /// <summary>N stored of each M along the last axis.</summary>
    StructuredNm,
}

/// <summary>A tensor: a parameter (also those that ragged and paged axes bring), an output, or a let.</summary>
internal sealed class TensorSymbol(string name, TextSpan span, TensorRole role, TypeReference type, ImmutableArray<Axis> axes) : Symbol(name, span)
{
    public TensorRole Role { get; } = role;

    /// <summary>The element type; for a let only its <see cref="TypeReference.Kind"/> counts.</summary>
    public TypeReference Type { get; internal set; } = type;

    public ImmutableArray<Axis> Axes { get; internal set; } = axes;

    public TensorFormat Format { get; internal set; }

    /// <summary>The arguments of the format: <c>bsr(r, c)</c>, <c>ell(w)</c>, <c>nm(n, m)</c>, as uniform integers.</summary>
    public ImmutableArray<BoundExpression> FormatArguments { get; internal set; } = [];

    /// <summary>The tensor whose stored points an output shares (<c>like a</c>); the format is then that tensor's.</summary>
    public TensorSymbol? Like { get; internal set; }

    /// <summary>The arrays that hold the tensor; empty for a let. An output like <c>a</c> has values only.</summary>
    public ImmutableArray<StorageComponent> Components { get; internal set; } = [];

    /// <summary>The paged axis of this tensor, if it has one.</summary>
    public Axis? PagedAxis => Axes.FirstOrDefault(axis => axis.Paging is not null);

    public bool IsSparse => Format != TensorFormat.Dense;
}

internal enum StorageRole
{
    Values,
    Offsets,
    Indices,
}

/// <summary>
/// One array of a tensor. <c>Key</c> is its name in a <c>.npz</c> (<c>a</c>, <c>a.values</c>, <c>a.offsets</c>, <c>a.indices</c>), <c>BufferName</c> its name in a
/// loop program. The shape is over extents and consts.
/// Shapes: csr values[nnz] offsets[rows+1] indices[nnz]; csc offsets[columns+1]; coo values[nnz] indices[2, nnz]; ell values[rows, w] indices[rows, w]
/// (-1 pads); bsr values[blocks, r, c] offsets[rows/r + 1] indices[blocks]; nm values[rows, columns*n/m] indices likewise (place inside the group);
/// paged [pages, page size, the other axes without those of the table].
/// Sparse indices are sorted and without duplicates in each row (column for csc; row-major for coo).
/// </summary>
internal sealed record StorageComponent(string Key, string BufferName, StorageRole Role, TypeReference Type, ImmutableArray<BoundExpression> Shape);

internal enum AxisKind
{
    Plain,
    Labels,
    Ragged,
    Paged,
}

/// <summary>An axis of the kernel. Its extent is an integer expression over extents and consts; of a ragged axis the packed total, of a paged one pages × page size.</summary>
internal sealed class Axis(string name, TextSpan span, AxisKind kind, BoundExpression extent) : Symbol(name, span)
{
    public AxisKind Kind { get; } = kind;

    public BoundExpression Extent { get; internal set; } = extent;

    public ImmutableArray<string> Labels { get; internal set; } = [];

    public RaggedInfo? Ragged { get; internal set; }

    public PagingInfo? Paging { get; internal set; }
}

/// <summary>Group <c>e</c> of a ragged axis holds the points from <c>start[e]</c> to before <c>start[e + 1]</c>.</summary>
internal sealed record RaggedInfo(TensorSymbol Start, Axis Group);

/// <summary>Position <c>j</c> of row <c>b</c> lies in page <c>table[b, j / size]</c> at slot <c>j % size</c>, for <c>j &lt; length[b]</c>.</summary>
internal sealed record PagingInfo(TensorSymbol Table, ImmutableArray<Axis> RowAxes, Axis Page, TensorSymbol Length, BoundExpression PageSize);

/// <summary>An index variable: an axis bound by a definition or by a reduction. Two binders of one axis give two variables.</summary>
internal sealed class IndexVariable(Axis axis)
{
    public Axis Axis { get; } = axis;

    /// <summary>
    /// A ragged or paged variable runs over part of the extent where its group or row is known: from <c>Lower</c> to before <c>Upper</c>.
    /// Absent bounds are 0 and the extent.
    /// </summary>
    public BoundExpression? Lower { get; internal set; }

    public BoundExpression? Upper { get; internal set; }

    public override string ToString() => Axis.Name;
}
