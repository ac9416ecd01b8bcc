namespace KernelDsl.Generators.Tests.Harness;

/// <summary>The specs of the kernel library.</summary>
internal static class LibrarySpecs
{
    public static ImmutableArray<(string Path, string Text)> All { get; } = Load();

    public static string Text(string path) => All.Single(spec => spec.Path == path).Text;

    private static ImmutableArray<(string Path, string Text)> Load()
    {
        var assembly = System.Reflection.Assembly.Load("KernelDsl.Kernels");
        return [.. assembly.GetManifestResourceNames().Where(name => name.EndsWith(".kdsl", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return (name, reader.ReadToEnd());
        })];
    }
}
