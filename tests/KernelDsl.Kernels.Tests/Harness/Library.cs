namespace KernelDsl.Kernels.Tests.Harness;

/// <summary>The specs of the library, from the resources of its assembly, each compiled once.</summary>
internal static class Library
{
    private static readonly Dictionary<string, KernelCompilation> s_compilations = Load();

    public static IEnumerable<string> Files => s_compilations.Keys.Order(StringComparer.Ordinal);

    public static KernelCompilation Compilation(string file) => s_compilations[file];

    public static IEnumerable<(string File, BoundKernel Kernel)> Kernels
        => Files.SelectMany(file => s_compilations[file].Module.Kernels.Select(kernel => (file, kernel)));

    /// <summary>The kernel of a name; names are unique in the library.</summary>
    public static BoundKernel Kernel(string name) => Kernels.Single(pair => pair.Kernel.Name == name).Kernel;

    public static IEnumerable<BoundExample> Examples(BoundKernel kernel)
        => s_compilations.Values.SelectMany(compilation => compilation.Module.Examples).Where(example => example.KernelName == kernel.Name);

    private static Dictionary<string, KernelCompilation> Load()
    {
        var assembly = System.Reflection.Assembly.Load("KernelDsl.Kernels");
        var compilations = new Dictionary<string, KernelCompilation>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames())
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            compilations[name] = KernelCompilation.Create(new SourceText(name, reader.ReadToEnd()));
        }

        return compilations;
    }
}
