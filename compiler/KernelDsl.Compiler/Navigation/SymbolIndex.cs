using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Navigation;

/// <summary>Which name of a file stands for what: the ground of go to definition, references and rename. Made for broken files too.</summary>
internal sealed class SymbolIndex
{
    private readonly ImmutableDictionary<ItemSyntax, KernelNames> _kernels;
    private readonly ILookup<NavigationSymbol, Occurrence> _bySymbol;

    private SymbolIndex(
        ImmutableArray<Occurrence> occurrences, ImmutableDictionary<ItemSyntax, KernelNames> kernels, ImmutableArray<NavigationSymbol> kernelSymbols, ImmutableArray<NavigationSymbol> functions)
    {
        Occurrences = occurrences;
        Kernels = kernelSymbols;
        Functions = functions;
        _kernels = kernels;
        _bySymbol = occurrences.SelectMany(o => o.Symbols.Select(s => (Symbol: s, Occurrence: o))).ToLookup(pair => pair.Symbol, pair => pair.Occurrence);
    }

    /// <summary>All names that stand for something, in the order of the text.</summary>
    public ImmutableArray<Occurrence> Occurrences { get; }

    public ImmutableArray<NavigationSymbol> Kernels { get; }

    public ImmutableArray<NavigationSymbol> Functions { get; }

    /// <summary>Indexes a file; <paramref name="module"/> gives the axes of the lets that do not write theirs.</summary>
    public static SymbolIndex Of(ModuleSyntax syntax, BoundModule module)
    {
        var builder = new SymbolIndexBuilder(syntax, module);
        builder.Build();
        var occurrences = builder.Occurrences.OrderBy(o => o.Span.Start).ToImmutableArray();
        return new SymbolIndex(occurrences, builder.Scopes.ToImmutableDictionary(s => (ItemSyntax)s.Syntax, s => s, ReferenceComparer<ItemSyntax>.Instance), builder.Kernels, builder.Functions);
    }

    /// <summary>The name at or right before a position.</summary>
    public Occurrence? At(int offset)
    {
        var (low, high) = (0, Occurrences.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Occurrences[middle].Span.Start <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low > 0 && offset <= Occurrences[low - 1].Span.End ? Occurrences[low - 1] : null;
    }

    /// <summary>All places of a thing, its definition among them, in the order of the text.</summary>
    public IEnumerable<Occurrence> ReferencesOf(NavigationSymbol symbol) => _bySymbol[symbol];

    /// <summary>The names of a kernel; null for another item.</summary>
    public KernelNames? NamesOf(ItemSyntax kernel) => _kernels.TryGetValue(kernel, out var names) ? names : null;
}
