using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax;

/// <summary>A node of the syntax tree. Immutable; the span covers all its characters.</summary>
internal abstract record SyntaxNode(TextSpan Span);

/// <summary>An identifier at a place. Where the parser had to invent one, <see cref="IsMissing"/> is true.</summary>
internal sealed record NameSyntax(string Text, TextSpan Span) : SyntaxNode(Span)
{
    /// <summary>Whether the name was not in the text.</summary>
    public bool IsMissing => Text.Length == 0;
}

/// <summary>A whole file.</summary>
internal sealed record ModuleSyntax(NameSyntax? Name, ImmutableArray<ItemSyntax> Items, TextSpan Span) : SyntaxNode(Span);

/// <summary>A kernel, function, example, schedule or gradient.</summary>
internal abstract record ItemSyntax(TextSpan Span) : SyntaxNode(Span);

/// <summary><c>fn gelu(x) = …;</c></summary>
internal sealed record FunctionSyntax(NameSyntax Name, ImmutableArray<NameSyntax> Parameters, ExpressionSyntax Body, string Documentation, TextSpan Span)
    : ItemSyntax(Span);

/// <summary><c>example kernel name { T = f16, B = 1 }</c></summary>
internal sealed record ExampleSyntax(NameSyntax Kernel, NameSyntax Name, ImmutableArray<ExampleEntrySyntax> Entries, TextSpan Span) : ItemSyntax(Span);

/// <summary><c>M = 33</c> in an example. An element type is a <see cref="NameExpressionSyntax"/>.</summary>
internal sealed record ExampleEntrySyntax(NameSyntax Name, ExpressionSyntax Value, TextSpan Span) : SyntaxNode(Span);

/// <summary><c>schedule kernel on cuda(sm_80) { tile i 64 | 128, j 32; stages 2 | 3; }</c></summary>
internal sealed record ScheduleSyntax(NameSyntax Kernel, NameSyntax? Target, NameSyntax? Architecture, ImmutableArray<DirectiveSyntax> Directives, TextSpan Span)
    : ItemSyntax(Span);

/// <summary>One directive of a schedule: a name and its arguments.</summary>
internal sealed record DirectiveSyntax(NameSyntax Name, ImmutableArray<DirectiveArgumentSyntax> Arguments, TextSpan Span) : SyntaxNode(Span);

/// <summary>An optional axis and the values to choose from.</summary>
internal sealed record DirectiveArgumentSyntax(NameSyntax? Axis, ImmutableArray<ExpressionSyntax> Values, TextSpan Span) : SyntaxNode(Span);

/// <summary><c>gradient kernel wrt q, k;</c></summary>
internal sealed record GradientSyntax(NameSyntax Kernel, ImmutableArray<NameSyntax> Parameters, TextSpan Span) : ItemSyntax(Span);
