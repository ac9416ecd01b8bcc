using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Navigation;
using KernelDsl.Compiler.Text;
using KernelDsl.Tool.LanguageServer;

namespace KernelDsl.Tool.Tests.LanguageServer;

/// <summary>The index reads names from the syntax; what it says must be what the binder made of them.</summary>
public sealed class BinderAgreementTests
{
    public static TheoryData<string> Library => [.. LibraryFiles.All.Select(file => Path.GetRelativePath(LibraryFiles.Folder, file))];

    [Theory]
    [MemberData(nameof(Library))]
    public void Index_agrees_with_the_binder(string file)
    {
        var analysis = Analysis.Of(new SourceText(file, File.ReadAllText(Path.Combine(LibraryFiles.Folder, file))));
        var (index, source) = (analysis.Index, analysis.Source);
        foreach (var kernel in analysis.Compilation.Module.Kernels)
        {
            foreach (var symbol in Symbols(kernel))
            {
                var found = index.Occurrences.Single(o => o.Span.Equals(symbol.Span));
                Assert.True(found.IsDefinition && found.Symbols[0].Kind == Kind(symbol), $"{kernel.Name}.{symbol.Name} is {found.Symbols[0]}");
            }

            var reads = 0;
            foreach (var expression in kernel.Definitions.SelectMany(d => d.Subscripts.Append(d.Value).Append(d.Where).OfType<BoundExpression>()).SelectMany(ExpressionWalk.All))
            {
                if (Written(expression, source) is { } named && index.At(expression.Span.Start)!.Symbols is var symbols && symbols[0].Kind != NavigationKind.FunctionParameter)
                {
                    reads++;
                    Assert.True(symbols.Any(s => s.Definition.Equals(named.Span)), $"{kernel.Name}: {source.ToString(expression.Span)} is {symbols[0]}");
                }
            }

            Assert.True(reads > 0 || kernel.Parameters.All(p => p.Axes.IsEmpty), $"{kernel.Name}: no name was compared");
        }
    }

    private static IEnumerable<Symbol> Symbols(BoundKernel kernel)
        => kernel.TypeParameters.Concat<Symbol>(kernel.Consts).Concat(kernel.Extents.Where(e => !e.IsImplicit)).Concat(kernel.Axes).Concat(kernel.Parameters).Concat(kernel.Scalars)
            .Concat(kernel.Outputs).Concat(kernel.Locals);

    private static NavigationKind Kind(Symbol symbol) => symbol switch
    {
        TypeParameterSymbol => NavigationKind.TypeParameter,
        ConstSymbol => NavigationKind.Const,
        ExtentSymbol => NavigationKind.Extent,
        Axis => NavigationKind.Axis,
        ScalarSymbol => NavigationKind.Scalar,
        TensorSymbol { Role: TensorRole.Output } => NavigationKind.Output,
        TensorSymbol { Role: TensorRole.Local } => NavigationKind.Let,
        _ => NavigationKind.Tensor,
    };

    /// <summary>The symbol whose name the text has at the expression; the binder makes others of its own, such as the point of an axis that is not written.</summary>
    private static Symbol? Written(BoundExpression expression, SourceText source)
    {
        Symbol? symbol = expression switch
        {
            BoundRead read => read.Tensor,
            BoundIndex index => index.Variable.Axis,
            BoundExtent extent => extent.Symbol,
            BoundConst constant => constant.Symbol,
            BoundScalar scalar => scalar.Symbol,
            _ => null,
        };
        var text = source.ToString(expression.Span);
        var isWhole = symbol is not null && (text == symbol.Name || (expression is BoundRead && text.StartsWith(symbol.Name + "[", StringComparison.Ordinal)));
        return isWhole ? symbol : null;
    }
}

/// <summary>The kernel library as files.</summary>
internal static class LibraryFiles
{
    public static string Root { get; } = FindRoot();

    public static string Folder { get; } = Path.Combine(Root, "kernels", "KernelDsl.Kernels");

    public static IReadOnlyList<string> All { get; } = [.. Directory.EnumerateFiles(Folder, "*.kdsl", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "KernelDsl.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
