using System.Diagnostics;
using System.Runtime.Loader;
using KernelDsl.Runtime.Packs;

namespace KernelDsl.MSBuild.Tests;

/// <summary>A project on the disk that uses the props and targets of this repository, without any package.</summary>
internal sealed class SampleProject : IDisposable
{
    public const string Spec = "kernel scale<T: f32 | f16, const D: 2 | 4>(x: T[i: N]) -> y: f32[i] {\n  y = D * x;\n}\n";

    private static readonly string s_repository = FindRepository();
    private static readonly string s_configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
    private readonly string _folder = Directory.CreateTempSubdirectory("kdsl-build-").FullName;

    public SampleProject(string properties = "<TargetFramework>net10.0</TargetFramework>")
    {
        Write("Directory.Build.props", $"<Project><Import Project=\"{s_repository}/generators/KernelDsl/build/KernelDsl.props\" /></Project>");
        Write("Directory.Build.targets", $"""
            <Project>
              <PropertyGroup>
                <KernelDslToolPath>{Output("KernelDsl.Tool")}/kdsl.dll</KernelDslToolPath>
                <KernelDslTaskAssembly>{Output("KernelDsl.MSBuild")}/KernelDsl.MSBuild.dll</KernelDslTaskAssembly>
              </PropertyGroup>
              <Import Project="{s_repository}/generators/KernelDsl/build/KernelDsl.targets" />
            </Project>
            """);
        Write("Sample.csproj", $"<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup>{properties}<KernelDslTargets>sm_80</KernelDslTargets><Configuration>Release</Configuration></PropertyGroup></Project>");
        Write("Code.cs", "public class Code { }");
        Write("kernels/scale.kdsl", Spec);
    }

    public string Pack => Path($"obj/Release/net10.0/{KernelPackFile}");

    public string Stamp => Pack + ".stamp";

    public static string KernelPackFile => "KernelDsl.kdslpack";

    public string Path(string name) => System.IO.Path.Combine(_folder, name);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
        File.WriteAllText(Path(name), text);
    }

    /// <summary>Sets the time of a file to now, as an editor does that saves it.</summary>
    public void Touch(string name) => File.SetLastWriteTimeUtc(Path(name), DateTime.UtcNow);

    /// <summary>Runs <c>dotnet</c> in the folder.</summary>
    public BuildResult Run(string arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", $"{arguments} -nologo -nodeReuse:false -tl:off -clp:NoSummary -p:UseSharedCompilation=false")
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the build of these tests was told is not for the builds under test.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name is "CI" or "Configuration").ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["KDSL_CACHE_DIR"] = Path(".cache");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new BuildResult(process.ExitCode, output + error.Result);
    }

    /// <summary>Restores and builds, without the summary that shows every error once more.</summary>
    public BuildResult Build(string more = "", params (string Name, string Value)[] environment) => Run($"msbuild -restore -v:m {more}", environment);

    /// <summary>Builds what is restored.</summary>
    public BuildResult Rebuild(string more = "", params (string Name, string Value)[] environment) => Run($"msbuild -v:m {more}", environment);

    /// <summary>The pack that the built assembly carries, read as the runtime does.</summary>
    public KernelPack? EmbeddedPack(string framework = "net10.0")
    {
        var context = new AssemblyLoadContext("built");
        return KernelPack.Open(context.LoadFromStream(new MemoryStream(File.ReadAllBytes(Path($"bin/Release/{framework}/Sample.dll")))));
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A leftover in the temporary folder is no reason to fail a test.
        }
    }

    private static string Output(string project) => $"{s_repository}/artifacts/bin/{project}/{s_configuration}";

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder!.FullName, "KernelDsl.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}

/// <summary>What a build said.</summary>
internal sealed record BuildResult(int ExitCode, string Output)
{
    public BuildResult Succeeds()
    {
        Assert.True(ExitCode == 0, Output);
        return this;
    }

    public string[] LinesWith(string text) => [.. Output.Split('\n').Where(line => line.Contains(text, StringComparison.Ordinal))];
}
