using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Navigation;

/// <summary>What a name of a file stands for.</summary>
internal enum NavigationKind
{
    Kernel,
    Function,
    FunctionParameter,
    Example,
    TypeParameter,
    Const,
    Extent,
    Axis,
    Label,
    Tensor,
    Output,
    Let,
    Scalar,
    BuiltInFunction,
    Reduction,
    ElementType,
    Format,
    Constant,
}

/// <summary>
/// A thing that names of a file stand for. It comes from the syntax alone, so that it is there while the file does not bind.
/// Identity matters: each thing is one object of its <see cref="SymbolIndex"/>.
/// </summary>
internal sealed class NavigationSymbol(NavigationKind kind, string name, TextSpan? definition = null, SyntaxNode? declaration = null, ItemSyntax? owner = null)
{
    public NavigationKind Kind { get; } = kind;

    public string Name { get; } = name;

    /// <summary>The name where it is introduced; null for what the language brings.</summary>
    public TextSpan? Definition { get; } = definition;

    /// <summary>The node that introduces it: an item, a parameter, an axis, a let, the axis of a label.</summary>
    public SyntaxNode? Declaration { get; } = declaration;

    /// <summary>The kernel, function or example that it belongs to; for an item itself that item.</summary>
    public ItemSyntax? Owner { get; } = owner;

    public bool IsBuiltIn => Definition is null;

    public override string ToString() => $"{Kind} {Name}";
}

/// <summary>
/// A name at a place. It stands for several things where a function takes a name from each of the kernels that call it.
/// </summary>
internal sealed record Occurrence(TextSpan Span, ImmutableArray<NavigationSymbol> Symbols, bool IsDefinition);
