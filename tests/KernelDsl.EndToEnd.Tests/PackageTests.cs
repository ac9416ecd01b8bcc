using System.IO.Compression;

namespace KernelDsl.EndToEnd.Tests;

/// <summary>What lies in the packages.</summary>
[Collection(nameof(PackedFeed))]
public sealed class PackageTests(PackedFeed feed)
{
    [Fact]
    public void Package_holds_generator_targets_task_and_tool()
    {
        var names = NamesIn("KernelDsl");
        Assert.Superset(
            new HashSet<string>([
                "analyzers/dotnet/cs/KernelDsl.Generators.dll", "analyzers/dotnet/cs/KernelDsl.Compiler.dll", "analyzers/dotnet/cs/KernelDsl.Abstractions.dll",
                "analyzers/dotnet/cs/Antlr4.Runtime.Standard.dll", "build/KernelDsl.props", "build/KernelDsl.targets", "buildTransitive/KernelDsl.props",
                "buildTransitive/KernelDsl.targets", "tasks/netstandard2.0/KernelDsl.MSBuild.dll", "tools/net10.0/any/kdsl.dll", "tools/net10.0/any/kdsl.runtimeconfig.json",
                "PACKAGE.md",
            ]),
            names);

        // The compiler that builds the project brings its own.
        Assert.DoesNotContain(names, name => name.Contains("Microsoft.CodeAnalysis", StringComparison.Ordinal) || name.StartsWith("lib/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("KernelDsl.Abstractions", "netstandard2.0", "net8.0", "net10.0")]
    [InlineData("KernelDsl.Runtime", "net8.0", "net10.0")]
    [InlineData("KernelDsl.Runtime.Cuda", "net8.0", "net10.0")]
    [InlineData("KernelDsl.Kernels", "net8.0", "net10.0")]
    public void Library_is_there_for_each_framework_with_documentation(string id, params string[] frameworks)
    {
        var names = NamesIn(id);
        Assert.Equal(frameworks.SelectMany(f => new[] { $"lib/{f}/{id}.dll", $"lib/{f}/{id}.xml" }).Order(), names.Where(name => name.StartsWith("lib/", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void Generator_refers_to_no_assembly_newer_than_its_oldest_host()
    {
        // Roslyn 4.14 and the netstandard2.0 assemblies of its time.
        var folder = Path.Combine(feed.Root, "generator");
        using (var package = Open("KernelDsl"))
        {
            package.ExtractToDirectory(folder, overwriteFiles: true);
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "analyzers"), "*.dll", SearchOption.AllDirectories))
        {
            using var stream = File.OpenRead(file);
            using var image = new System.Reflection.PortableExecutable.PEReader(stream);
            var metadata = System.Reflection.Metadata.PEReaderExtensions.GetMetadataReader(image);
            foreach (var handle in metadata.AssemblyReferences)
            {
                var reference = metadata.GetAssemblyReference(handle).GetAssemblyName();
                var limit = reference.Name switch
                {
                    "netstandard" => new Version(2, 0, 0, 0),
                    "Microsoft.CodeAnalysis" or "Microsoft.CodeAnalysis.CSharp" => new Version(4, 14, 0, 0),
                    { } name when name.StartsWith("System.", StringComparison.Ordinal) => new Version(9, 0, 0, 0),
                    _ => new Version(99, 0),
                };
                Assert.True(reference.Version <= limit, $"{Path.GetFileName(file)} refers to {reference}");
            }
        }
    }

    [Fact]
    public void Tool_is_installed_from_the_feed_and_checks_a_file()
    {
        feed.DotNet(".", "tool", "install", "kdsl", "--tool-path", "tools", "--version", PackedFeed.Version, "--add-source", feed.Feed).Succeeds();
        var result = Command.Run(feed.Root, Path.Combine(feed.Root, "tools", "kdsl"), "check", "projects/Broken");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("broken.kdsl(4,10): error KD2001", result.Output, StringComparison.Ordinal);
        Command.Run(feed.Root, Path.Combine(feed.Root, "tools", "kdsl"), "run", "samples/Attention/attention.kdsl", "--dims", "B=1,H=2,G=1,M=3,N=5,D=32", "--param", "T=f32", "--set", "window=4", "--check").Succeeds();
    }

    private HashSet<string> NamesIn(string id)
    {
        using var package = Open(id);
        return package.Entries.Select(entry => entry.FullName).ToHashSet(StringComparer.Ordinal);
    }

    private ZipArchive Open(string id) => ZipFile.OpenRead(Path.Combine(feed.Feed, $"{id}.{PackedFeed.Version}.nupkg"));
}
