using System.Diagnostics;
using System.Globalization;
using System.Text;
using KernelDsl.Compiler;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;
using KernelDsl.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using RoslynText = Microsoft.CodeAnalysis.Text.SourceText;

namespace KernelDsl.Benchmarks;

/// <summary>
/// How long the generator takes for a project of many specs, one kernel in each: the first run of a process, which compiles the generator's own code on the
/// way, and a run after an edit of one spec. Without BenchmarkDotNet, which would warm the first run up.
/// </summary>
internal static class GeneratorTiming
{
    private const int Edits = 40;

    /// <summary>Measures and prints.</summary>
    /// <param name="count">The number of specs.</param>
    /// <param name="isDesignTime">Whether the code is left out, as an IDE does while one types.</param>
    /// <param name="embedsCuda">Whether the CUDA text is embedded.</param>
    public static void Run(int count, bool isDesignTime, bool embedsCuda)
    {
        var specs = Specs(count).Select((text, i) => (AdditionalText)new Spec($"/app/spec{i}.kdsl", text)).ToArray();
        var compilation = CSharpCompilation.Create("App", [CSharpSyntaxTree.ParseText("class C { }")], [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)]);
        var disabled = isDesignTime ? IncrementalGeneratorOutputKind.Implementation : IncrementalGeneratorOutputKind.None;
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new KernelDslGenerator().AsSourceGenerator()], specs, null, new Settings(embedsCuda), new GeneratorDriverOptions(disabled));

        var first = Stopwatch.StartNew();
        driver = driver.RunGenerators(compilation);
        first.Stop();
        var result = driver.GetRunResult();
        var characters = result.Results[0].GeneratedSources.Sum(source => (long)source.SourceText.Length);
        if (!result.Diagnostics.IsEmpty || result.Results[0].GeneratedSources.Length != (isDesignTime ? count : 2 * count))
        {
            throw new InvalidOperationException(result.Diagnostics.FirstOrDefault()?.ToString() ?? "sources are missing");
        }

        var edits = new List<double>();
        for (var edit = 0; edit < Edits; edit++)
        {
            // Each time another spec, so that the kernels' sizes even out; its equations change, so that its code is made again.
            var index = edit * 7 % count;
            var changed = new Spec(specs[index].Path, Edited(((Spec)specs[index]).Content, edit));
            driver = driver.ReplaceAdditionalText(specs[index], changed);
            specs[index] = changed;
            var time = Stopwatch.StartNew();
            driver = driver.RunGenerators(compilation);
            edits.Add(time.Elapsed.TotalMilliseconds);
        }

        var warm = edits.Skip(Edits / 2).Order().ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} specs, {(isDesignTime ? "design time (no code)" : embedsCuda ? "build with CUDA text" : "build")}: first run {first.Elapsed.TotalMilliseconds:0} ms ({characters / 1e6:0.0} M characters), one edit median {warm[warm.Length / 2]:0.0} ms, worst {warm[^1]:0.0} ms (after {Edits / 2} edits, {warm.Length} measured)"));
    }

    /// <summary>One kernel of the library in each text, with the functions it calls.</summary>
    private static IEnumerable<string> Specs(int count)
    {
        var text = KernelFiles.WithKernels(count);
        var source = new SourceText("all.kdsl", text);
        var items = KernelCompilation.Create(source).Syntax.Items;
        var functions = items.OfType<FunctionSyntax>().ToDictionary(f => f.Name.Text, f => source.ToString(f.Span), StringComparer.Ordinal);
        foreach (var kernel in items.OfType<KernelSyntax>())
        {
            var own = source.ToString(kernel.Span);
            var used = Used(own, functions);
            yield return string.Concat(used.Select(name => functions[name] + "\n")) + own + "\n";
        }
    }

    private static HashSet<string> Used(string text, Dictionary<string, string> functions)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Stack<string>([text]);
        while (pending.TryPop(out var current))
        {
            foreach (var name in functions.Keys.Where(name => current.Contains(name + "(", StringComparison.Ordinal) && used.Add(name)))
            {
                pending.Push(functions[name]);
            }
        }

        return used;
    }

    // A let that nothing needs changes no text of code, so the last equation is moved down: places change, and with them the code.
    private static string Edited(string text, int edit) => text.Insert(text.LastIndexOf(';'), new string(' ', (edit % 3) + 1)).Insert(text.IndexOf('{', StringComparison.Ordinal) + 1, "\n");

    private sealed class Spec(string path, string text) : AdditionalText
    {
        private readonly RoslynText _text = RoslynText.From(text, Encoding.UTF8);

        public string Content => text;

        public override string Path => path;

        public override RoslynText GetText(CancellationToken cancellationToken = default) => _text;
    }

    private sealed class Settings(bool embedsCuda) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(embedsCuda);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    private sealed class Values(bool embedsCuda) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
        {
            value = key switch
            {
                "build_property.RootNamespace" => "App",
                "build_property.ProjectDir" => "/app/",
                "build_property.KernelDslEmbedCuda" => embedsCuda ? "true" : "false",
                _ => null,
            };
            return value is not null;
        }
    }
}
