using System.Runtime.CompilerServices;

namespace KernelDsl.EndToEnd.Tests;

/// <summary>
/// All packages, packed once from this checkout, in a folder of their own with projects that use them. Packages land in a folder of the test, so that nothing of an
/// earlier run is used and the machine's own folder keeps clean.
/// </summary>
public sealed class PackedFeed
{
    public const string Version = "0.1.0-endtoend";

    public PackedFeed()
    {
        Root = Path.Combine(Repository, "artifacts", "endtoend");
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }

        Feed = Path.Combine(Root, "artifacts", "packages");
        Directory.CreateDirectory(Feed);
        Copy(Path.Combine(Repository, "samples"), Path.Combine(Root, "samples"));
        Copy(Path.Combine(SourceFolder(), "Projects"), Path.Combine(Root, "projects"));
        Command.Run(Repository, "bash", "eng/pack.sh", Feed, Version).Succeeds();
    }

    /// <summary>The checkout.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "..", ".."));

    /// <summary>Where the copies of samples and projects lie.</summary>
    public string Root { get; }

    /// <summary>The folder of packages.</summary>
    public string Feed { get; }

    /// <summary>Runs dotnet in a folder below the root, as a user without our settings would.</summary>
    internal CommandResult DotNet(string folder, params string[] arguments) => Command.Run(Path.Combine(Root, folder), Environment, "dotnet", arguments);

    /// <summary>Builds with a few lines of output.</summary>
    internal CommandResult Build(string folder, params string[] options)
        => DotNet(folder, ["build", "-c", "Release", "-v", "quiet", "--nologo", "-nodeReuse:false", "-clp:NoSummary", .. options]);

    /// <summary>What the commands see beside the machine's own environment.</summary>
    internal IEnumerable<(string Name, string Value)> Environment =>
    [
        ("KernelDslVersion", Version),
        ("NUGET_PACKAGES", Path.Combine(Root, "nuget")),
        ("NUGET_FALLBACK_PACKAGES", MachineFolder),
        ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"),
        ("DOTNET_NOLOGO", "1"),
        ("MSBUILDDISABLENODEREUSE", "1"),
        ("DOTNET_CLI_UI_LANGUAGE", "en"),
        ("KDSL_DEVICE", "cpu"),
        ("CI", "false"),
    ];

    // What was downloaded for other builds need not be downloaded again.
    private static string MachineFolder => System.Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(from, file);
            if (relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            {
                continue;
            }

            var target = Path.Combine(to, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}

[CollectionDefinition(nameof(PackedFeed), DisableParallelization = true)]
public sealed class PackedFeedCollection : ICollectionFixture<PackedFeed>;
