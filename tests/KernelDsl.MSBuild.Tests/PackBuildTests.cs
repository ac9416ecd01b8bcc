using KernelDsl.Runtime.Cuda;

namespace KernelDsl.MSBuild.Tests;

/// <summary>Builds of a project with kernels that are compiled ahead of time.</summary>
public sealed class PackBuildTests
{
    [SkippableFact]
    public void A_build_packs_what_changed_and_embeds_what_did_not()
    {
        NeedNvrtc();
        using var project = new SampleProject();
        project.Build().Succeeds();
        Assert.Equal(8, project.EmbeddedPack()!.Keys.Count());
        Assert.All(project.EmbeddedPack()!.Keys, key => Assert.True(project.EmbeddedPack()!.TryFind(key, out _)));

        // Nothing to do: the tool does not run, and the assembly is not made again.
        var (stamp, packed, built) = (Time(project.Stamp), Time(project.Pack), Time(project.Path("bin/Release/net10.0/Sample.dll")));
        project.Rebuild().Succeeds();
        Assert.Equal((stamp, packed, built), (Time(project.Stamp), Time(project.Pack), Time(project.Path("bin/Release/net10.0/Sample.dll"))));

        // Another C# file: compiled, but not packed, and the pack is still inside.
        project.Touch("Code.cs");
        project.Rebuild().Succeeds();
        Assert.Equal(stamp, Time(project.Stamp));
        Assert.True(Time(project.Path("bin/Release/net10.0/Sample.dll")) > built);
        Assert.Equal(8, project.EmbeddedPack()!.Keys.Count());

        // A spec that is saved without a change: the tool runs, and the pack keeps its time.
        project.Touch("kernels/scale.kdsl");
        Assert.Single(project.Rebuild("-v:n").Succeeds().LinesWith("8 images of 1 kernels"));
        Assert.Equal(packed, Time(project.Pack));

        // A spec that changes.
        project.Write("kernels/more.kdsl", SampleProject.Spec.Replace("scale", "more", StringComparison.Ordinal).Replace(" | f16", "", StringComparison.Ordinal));
        project.Rebuild().Succeeds();
        Assert.Equal(12, project.EmbeddedPack()!.Keys.Count());

        // A spec that goes away, and another target.
        File.Delete(project.Path("kernels/more.kdsl"));
        project.Rebuild("-p:KernelDslTargets=\"sm_80%3Bsm_90\" -p:KernelDslPackKind=cubin").Succeeds();
        Assert.Equal(["sm_80", "sm_90"], project.EmbeddedPack()!.Keys.Select(key => key.Architecture).Distinct());
        Assert.All(project.EmbeddedPack()!.Keys, key => Assert.Equal("cubin", key.Kind));

        // Without targets the pack goes, also from the assembly.
        project.Rebuild("-p:KernelDslTargets=").Succeeds();
        Assert.Null(project.EmbeddedPack());
        Assert.False(File.Exists(project.Pack));
        project.Rebuild().Succeeds();
        Assert.True(File.Exists(project.Pack));
        project.Run("msbuild -t:Clean -v:m").Succeeds();
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(project.Pack)!, "KernelDsl.kdslpack*"));
    }

    [SkippableFact]
    public void Target_frameworks_have_packs_of_their_own()
    {
        NeedNvrtc();
        using var project = new SampleProject("<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>");
        project.Build().Succeeds();
        Assert.Equal(8, project.EmbeddedPack()!.Keys.Count());
        Assert.Equal(8, project.EmbeddedPack("netstandard2.0")!.Keys.Count());
        Assert.Equal(File.ReadAllBytes(project.Pack), File.ReadAllBytes(project.Pack.Replace("net10.0", "netstandard2.0", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public void An_error_in_a_spec_is_shown_once_at_its_place()
    {
        NeedNvrtc();
        using var project = new SampleProject();
        project.Write("kernels/scale.kdsl", SampleProject.Spec.Replace("D * x", "D * z", StringComparison.Ordinal));
        var build = project.Build();
        Assert.NotEqual(0, build.ExitCode);
        var error = Assert.Single(build.LinesWith("error "));
        Assert.StartsWith($"{project.Path("kernels/scale.kdsl")}(2,11): error KD2001: ", error.TrimStart(), StringComparison.Ordinal);
        Assert.False(File.Exists(project.Pack));
    }

    [SkippableFact]
    public void A_target_that_nvrtc_does_not_know_is_KD7022()
    {
        NeedNvrtc();
        using var project = new SampleProject();
        var build = project.Build("-p:KernelDslTargets=\"sm_80%3Bsm_999\"");
        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains("error KD7022: NVRTC", Assert.Single(build.LinesWith("error ")), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_nvrtc_a_build_warns_and_has_no_pack_unless_it_must()
    {
        using var project = new SampleProject();
        var warned = project.Build("", ("KDSL_NVRTC", "/nowhere")).Succeeds();
        var warning = Assert.Single(warned.LinesWith("warning "));
        Assert.Contains("warning KD7020: KernelDslTargets asks for sm_80, but NVRTC was not found", warning, StringComparison.Ordinal);
        Assert.Contains("eng/install-nvrtc.sh", warning, StringComparison.Ordinal);
        Assert.Null(project.EmbeddedPack());

        // It says so again in the next build, and fails where a pack is asked for.
        var required = project.Rebuild("-p:KernelDslRequirePack=true", ("KDSL_NVRTC", "/nowhere"));
        Assert.NotEqual(0, required.ExitCode);
        Assert.Contains("error KD7020: ", Assert.Single(required.LinesWith("error ")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_design_time_build_does_not_run_the_tool_and_items_are_as_the_project_says()
    {
        using var project = new SampleProject();
        project.Write("kernels/off.kdsl", "nonsense");
        project.Write("Sample.csproj", File.ReadAllText(project.Path("Sample.csproj")).Replace("</Project>", "<ItemGroup><Kdsl Remove=\"kernels/off.kdsl\" /></ItemGroup></Project>", StringComparison.Ordinal));
        project.Run("restore").Succeeds();
        project.Run("msbuild -t:Compile -p:DesignTimeBuild=true -p:SkipCompilerExecution=true -p:ProvideCommandLineArgs=true -p:KernelDslToolPath=/nowhere -v:m").Succeeds();
        Assert.False(File.Exists(project.Pack + ".settings"));
        var items = project.Run("msbuild -getItem:AdditionalFiles,Kdsl,None,Watch,UpToDateCheckInput -getProperty:KernelDslTargetList -p:KernelDslTargets=\"sm_80%3Bsm_90\"").Succeeds().Output;
        using var json = System.Text.Json.JsonDocument.Parse(items);
        Assert.Equal("sm_80,sm_90", json.RootElement.GetProperty("Properties").GetProperty("KernelDslTargetList").GetString());
        foreach (var name in (string[])["AdditionalFiles", "Kdsl", "Watch", "UpToDateCheckInput"])
        {
            Assert.Equal(["kernels/scale.kdsl"], Identities(name).Where(identity => identity.EndsWith(".kdsl", StringComparison.Ordinal)));
        }

        Assert.DoesNotContain("kernels/scale.kdsl", Identities("None"));

        IEnumerable<string> Identities(string name) => json.RootElement.GetProperty("Items").GetProperty(name).EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString()!.Replace('\\', '/'));
    }

    [Fact]
    public void Old_build_tools_are_KD7023_and_a_missing_tool_is_KD7024()
    {
        using var project = new SampleProject();
        var old = project.Build("-p:_KernelDslMSBuildVersion=17.8.3");
        Assert.NotEqual(0, old.ExitCode);
        Assert.Contains("error KD7023: KernelDsl needs MSBuild 17.14", Assert.Single(old.LinesWith("error ")), StringComparison.Ordinal);
        project.Write("Directory.Build.targets", File.ReadAllText(project.Path("Directory.Build.targets")).Replace("kdsl.dll", "nothing.dll", StringComparison.Ordinal));
        Assert.Contains("error KD7024: The tool", Assert.Single(project.Rebuild().LinesWith("error ")), StringComparison.Ordinal);
    }

    private static void NeedNvrtc() => Skip.IfNot(NvrtcCompiler.TryLoad(out _, out var probe), probe.Describe());

    private static DateTime Time(string file) => File.GetLastWriteTimeUtc(file);
}
