using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelDsl.Generators.Tests.Harness;

/// <summary>A C# project with specs, as far as generators see it. Immutable: each change gives another.</summary>
internal sealed record Project
{
    private static readonly Lazy<ImmutableArray<MetadataReference>> s_references = new(FindReferences);

    public const string Folder = "/home/user/app/";

    public ImmutableArray<AdditionalText> Specs { get; init; } = [];

    public ImmutableArray<string> Sources { get; init; } = [];

    public Settings Settings { get; init; } = new(("RootNamespace", "App"), ("ProjectDir", Folder));

    public LanguageVersion Language { get; init; } = LanguageVersion.CSharp12;

    public OptimizationLevel Optimization { get; init; } = OptimizationLevel.Release;

    public ImmutableArray<MetadataReference> References { get; init; } = s_references.Value;

    public static ImmutableArray<MetadataReference> DefaultReferences => s_references.Value;

    public CSharpParseOptions ParseOptions => new(Language, DocumentationMode.Diagnose);

    public static Project With(params (string Path, string Text)[] specs)
        => new() { Specs = [.. specs.Select(spec => new TextFile(Folder + spec.Path, spec.Text))] };

    /// <summary>The project with the text of one spec replaced.</summary>
    public Project Edit(string path, string text) => this with
    {
        Specs = [.. Specs.Select(spec => spec.Path == Folder + path ? new TextFile(spec.Path, text) : spec)],
    };

    public CSharpCompilation Compilation() => CSharpCompilation.Create(
        "App",
        Sources.Select((text, i) => CSharpSyntaxTree.ParseText(text, ParseOptions, $"{Folder}File{i}.cs", System.Text.Encoding.UTF8)),
        References,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: Optimization, warningLevel: 9999, nullableContextOptions: NullableContextOptions.Enable,
            generalDiagnosticOption: ReportDiagnostic.Default, checkOverflow: true));

    public GeneratorDriver Driver(IIncrementalGenerator? generator = null, bool isDesignTime = false) => CSharpGeneratorDriver.Create(
        [(generator ?? new KernelDslGenerator()).AsSourceGenerator()],
        Specs,
        ParseOptions,
        Settings,
        new GeneratorDriverOptions(isDesignTime ? IncrementalGeneratorOutputKind.Implementation : IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public GeneratorRun Run(IIncrementalGenerator? generator = null, bool isDesignTime = false)
    {
        var driver = Driver(generator, isDesignTime).RunGeneratorsAndUpdateCompilation(Compilation(), out var compilation, out _);
        return new GeneratorRun(driver, (CSharpCompilation)compilation, Assert.Single(driver.GetRunResult().Results));
    }

    private static ImmutableArray<MetadataReference> FindReferences()
        => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "KernelDsl.Runtime.dll" or "KernelDsl.Abstractions.dll" or "netstandard.dll"))
            .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path)).ToImmutableArray();
}

/// <summary>What the generator made.</summary>
internal sealed record GeneratorRun(GeneratorDriver Driver, CSharpCompilation Compilation, GeneratorRunResult Result)
{
    public ImmutableArray<Diagnostic> Diagnostics => Result.Diagnostics;

    public IEnumerable<string> Hints => Result.GeneratedSources.Select(source => source.HintName);

    public string Text(string hint) => Result.GeneratedSources.Single(source => source.HintName == hint).SourceText.ToString();

    /// <summary>All errors and warnings of the project with what was generated, documentation included.</summary>
    public ImmutableArray<Diagnostic> Problems => [.. Compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning)];

    public IEnumerable<ClassDeclarationSyntax> Classes => Compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>());
}
