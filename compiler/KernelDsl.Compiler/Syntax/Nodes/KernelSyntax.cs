using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax;

/// <summary>A kernel: its signature and its equations.</summary>
/// <param name="IsDeterministic">Whether <c>deterministic</c> stands before <c>kernel</c>.</param>
/// <param name="Documentation">The text of the <c>///</c> lines before it, lines joined by <c>\n</c>.</param>
internal sealed record KernelSyntax(
    NameSyntax Name,
    bool IsDeterministic,
    ImmutableArray<GenericParameterSyntax> GenericParameters,
    ImmutableArray<ParameterSyntax> Parameters,
    ImmutableArray<ParameterSyntax> Outputs,
    ImmutableArray<ExpressionSyntax> Where,
    ImmutableArray<StatementSyntax> Statements,
    string Documentation,
    TextSpan Span) : ItemSyntax(Span);

/// <summary>A type or const parameter.</summary>
internal abstract record GenericParameterSyntax(NameSyntax Name, TextSpan Span) : SyntaxNode(Span);

/// <summary><c>T: f16 | bf16 | f32</c></summary>
internal sealed record TypeParameterSyntax(NameSyntax Name, ImmutableArray<NameSyntax> Allowed, TextSpan Span) : GenericParameterSyntax(Name, Span);

/// <summary><c>const D: 64 | 128 = 64</c>; both the set and the default may be absent.</summary>
internal sealed record ConstParameterSyntax(NameSyntax Name, ImmutableArray<ExpressionSyntax> Allowed, ExpressionSyntax? Default, TextSpan Span)
    : GenericParameterSyntax(Name, Span);

/// <summary>A tensor or scalar parameter, or an output.</summary>
internal sealed record ParameterSyntax(NameSyntax Name, TypeSyntax Type, ExpressionSyntax? Default, TextSpan Span) : SyntaxNode(Span);

/// <summary>An element type with, for a tensor, its axes and format. <see cref="HasAxes"/> tells a tensor from a scalar.</summary>
internal sealed record TypeSyntax(NameSyntax Element, bool HasAxes, ImmutableArray<AxisSyntax> Axes, FormatSyntax? Format, TextSpan Span) : SyntaxNode(Span);

/// <summary><c>csr</c>, <c>bsr(32, 32)</c>, or <c>like a</c>, which has the name <c>like</c> and <see cref="Like"/> set.</summary>
internal sealed record FormatSyntax(NameSyntax Name, ImmutableArray<ExpressionSyntax> Arguments, NameSyntax? Like, TextSpan Span) : SyntaxNode(Span);

/// <summary>An axis: a use (<c>b</c>) or, with an extent, an introduction (<c>b: B</c>).</summary>
internal sealed record AxisSyntax(NameSyntax Name, AxisExtentSyntax? Extent, TextSpan Span) : SyntaxNode(Span);

/// <summary>What follows the colon of an axis.</summary>
internal abstract record AxisExtentSyntax(TextSpan Span) : SyntaxNode(Span);

/// <summary><c>H</c> or <c>(H + 2*P - K) / S + 1</c></summary>
internal sealed record ExpressionExtentSyntax(ExpressionSyntax Value, TextSpan Span) : AxisExtentSyntax(Span);

/// <summary><c>{input, forget, cell, output}</c></summary>
internal sealed record LabelsExtentSyntax(ImmutableArray<NameSyntax> Labels, TextSpan Span) : AxisExtentSyntax(Span);

/// <summary><c>ragged(start[e: E])</c></summary>
internal sealed record RaggedExtentSyntax(NameSyntax Start, AxisSyntax Group, TextSpan Span) : AxisExtentSyntax(Span);

/// <summary><c>paged(table[b, page: P], len[b], 16)</c></summary>
internal sealed record PagedExtentSyntax(
    NameSyntax Table, ImmutableArray<AxisSyntax> TableAxes, NameSyntax Length, ImmutableArray<AxisSyntax> LengthAxes, ExpressionSyntax PageSize, TextSpan Span)
    : AxisExtentSyntax(Span);

/// <summary>A statement of a kernel.</summary>
internal abstract record StatementSyntax(TextSpan Span) : SyntaxNode(Span);

/// <summary><c>let age[i, j] = … where …;</c> or <c>let (r_at, s_at) = …;</c> or <c>let (v, at)[b, r: 8] = …;</c></summary>
internal sealed record LetSyntax(
    ImmutableArray<NameSyntax> Targets, bool HasAxes, ImmutableArray<AxisSyntax> Axes, ExpressionSyntax Value, ExpressionSyntax? Where, TextSpan Span)
    : StatementSyntax(Span);

/// <summary><c>o = …;</c>, <c>(v, at) = …;</c>, <c>y[u: idx] += …;</c></summary>
internal sealed record AssignmentSyntax(
    ImmutableArray<AssignmentTargetSyntax> Targets, AssignmentOperator Operator, ExpressionSyntax Value, ExpressionSyntax? Where, TextSpan Span)
    : StatementSyntax(Span);

/// <summary>An output on the left of an equation, with its subscripts when it has some.</summary>
internal sealed record AssignmentTargetSyntax(NameSyntax Name, bool HasSubscripts, ImmutableArray<SubscriptSyntax> Subscripts, TextSpan Span) : SyntaxNode(Span);

/// <summary>How an equation gives its value.</summary>
internal enum AssignmentOperator
{
    /// <summary><c>=</c></summary>
    Define,

    /// <summary><c>+=</c></summary>
    Add,

    /// <summary><c>max=</c></summary>
    Max,

    /// <summary><c>min=</c></summary>
    Min,
}
