using System.Runtime.CompilerServices;
using KernelDsl.Compiler;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Benchmarks;

/// <summary>Texts to measure with: the kernels of the library, repeated under new names until there are enough.</summary>
internal static class KernelFiles
{
    public static string Library([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "kernels", "KernelDsl.Kernels"));

    public static string WithKernels(int count)
    {
        var kernels = new List<(SourceText Source, KernelSyntax Syntax)>();
        var functions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Library(), "*.kdsl", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var source = new SourceText(file, File.ReadAllText(file));
            foreach (var item in KernelCompilation.Create(source).Syntax.Items)
            {
                if (item is KernelSyntax kernel)
                {
                    kernels.Add((source, kernel));
                }
                else if (item is FunctionSyntax function)
                {
                    functions.TryAdd(function.Name.Text, source.ToString(function.Span));
                }
            }
        }

        var repeated = Enumerable.Range(0, count).Select(i => Renamed(kernels[i % kernels.Count].Source, kernels[i % kernels.Count].Syntax, i));
        return string.Join("\n\n", functions.Values.Concat(repeated)) + "\n";
    }

    private static string Renamed(SourceText source, KernelSyntax kernel, int number)
    {
        var name = kernel.Name.Span;
        return source.ToString(TextSpan.FromBounds(kernel.Span.Start, name.End)) + "_" + number + source.ToString(TextSpan.FromBounds(name.End, kernel.Span.End));
    }
}
