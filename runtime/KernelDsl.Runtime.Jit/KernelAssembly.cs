using System.Reflection;
using System.Runtime.Loader;
using KernelDsl.Runtime.Cpu;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelDsl.Runtime.Jit;

/// <summary>One assembly of emitted classes. Its code is unloaded when no delegate of it is alive.</summary>
internal sealed class KernelAssembly
{
    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp13, DocumentationMode.None);

    private static readonly CSharpCompilationOptions s_compile = new(
        OutputKind.DynamicallyLinkedLibrary,
        optimizationLevel: OptimizationLevel.Release,
        nullableContextOptions: NullableContextOptions.Enable,
        concurrentBuild: true);

    // An immutable snapshot: reading the metadata of the references costs more than a small compilation.
    private static readonly Lazy<ImmutableArray<MetadataReference>> s_references = new(FindReferences);

    private readonly Assembly _assembly;

    private KernelAssembly(Assembly assembly) => _assembly = assembly;

    /// <summary>The assemblies that emitted code needs.</summary>
    public static ImmutableArray<MetadataReference> References => s_references.Value;

    /// <summary>Compiles and loads source texts.</summary>
    /// <exception cref="JitException">A text has an error.</exception>
    public static KernelAssembly Load(ImmutableArray<string> texts)
    {
        var trees = texts.Select(text => CSharpSyntaxTree.ParseText(text, s_parse));
        var compilation = CSharpCompilation.Create("KernelDsl.Emitted", trees, s_references.Value, s_compile);
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        if (!result.Success)
        {
            throw Failure(result.Diagnostics);
        }

        image.Position = 0;
        return new KernelAssembly(new AssemblyLoadContext("KernelDsl.Emitted", isCollectible: true).LoadFromStream(image));
    }

    /// <summary>The stages of one class.</summary>
    public CpuStage[] StagesOf(string className)
    {
        var type = _assembly.GetType(className, throwOnError: true)!;
        var create = type.GetMethod("CreateStages")!.CreateDelegate<Func<CpuStage[]>>();
        return create();
    }

    private static JitException Failure(ImmutableArray<Diagnostic> diagnostics)
    {
        var errors = diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).ToImmutableArray();
        var tree = errors.Select(d => d.Location.SourceTree).FirstOrDefault(t => t is not null);
        return new JitException(errors.Take(20).Select(d => d.ToString()), tree?.ToString() ?? string.Empty);
    }

    // The few assemblies that emitted code names. Those of the framework are its implementation, found beside the one that holds object.
    private static ImmutableArray<MetadataReference> FindReferences()
    {
        ImmutableArray<string> needed = ["System.Private.CoreLib", "System.Runtime", "KernelDsl.Runtime", "KernelDsl.Abstractions"];
        var trusted = ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .ToLookup(path => Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase);
        return needed
            .Select(name => trusted[name].FirstOrDefault() ?? throw new InvalidOperationException($"The assembly {name} is not on the list of trusted assemblies."))
            .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))
            .ToImmutableArray();
    }
}
