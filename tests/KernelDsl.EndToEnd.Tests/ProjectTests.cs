namespace KernelDsl.EndToEnd.Tests;

/// <summary>Projects of users, built and run from the packages.</summary>
[Collection(nameof(PackedFeed))]
public sealed class ProjectTests(PackedFeed feed)
{
    [Fact]
    public void Hostile_names_and_all_analyzers_leave_no_warning()
    {
        Assert.Empty(feed.Build("projects/Hostile").Succeeds().Having(": warning "));
        Assert.Contains("29 73", Run("projects/Hostile", "Hostile").Lines);
    }

    [Fact]
    public void Kernels_come_through_a_second_project()
    {
        Assert.Empty(feed.Build("projects/App").Succeeds().Having(": warning "));
        var lines = Run("projects/App", "App").Lines.Where(line => line.Length > 0).ToArray();
        Assert.Equal(
            [
                "0.8485 1.1314 0.0000 1.4142",
                "16.97 22.63 0.00 28.28",
                "KD8010: kernel 'rms': 'N' is 2 in 'x' (axis 0 'i') and 4 in 'y' (axis 0 'i')",
            ],
            lines);
    }

    [Fact]
    public void Both_frameworks_run_a_sparse_product_in_bfloat16()
    {
        Assert.Empty(feed.Build("projects/Frameworks").Succeeds().Having(": warning "));
        Assert.Equal(".NETCoreApp,Version=v8.0: 4 5 6 11", Run("projects/Frameworks", "Frameworks", "net8.0").Output.Trim());
        Assert.Equal(".NETCoreApp,Version=v10.0: 4 5 6 11", Run("projects/Frameworks", "Frameworks", "net10.0").Output.Trim());
    }

    [Fact]
    public void Errors_of_specs_are_the_only_lines_of_a_failed_build()
    {
        var result = feed.Build("projects/Broken");
        Assert.NotEqual(0, result.ExitCode);
        var folder = Path.Combine(feed.Root, "projects", "Broken");
        var errors = result.Having("error").Select(line => line.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).Split(" [")[0]).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(2, errors.Length);
        Assert.StartsWith("broken.kdsl(4,10): error KD2001: ", errors[0], StringComparison.Ordinal);
        Assert.Contains("'ww'", errors[0], StringComparison.Ordinal);
        Assert.StartsWith("torn.kdsl(3,13): error KD1", errors[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Exception_in_a_kernel_names_the_line_of_the_spec()
    {
        feed.Build("projects/Failing").Succeeds();
        var result = Run("projects/Failing", "Failing");
        Assert.Contains("KernelBoundsException: KD8007: the kernel accessed element 2 of buffer 'a__", result.Output, StringComparison.Ordinal);
        var frame = Assert.Single(result.Lines, line => line.Contains("product.kdsl:line", StringComparison.Ordinal));
        Assert.Matches("product\\.kdsl:line [45]$", frame);
    }

    [SkippableFact]
    public void Virtual_gpu_runs_from_its_package_and_names_what_is_wrong()
    {
        Skip.IfNot(Nvrtc is not null, "NVRTC is not here.");
        Assert.Empty(feed.Build("projects/Checked").Succeeds().Having(": warning "));
        var lines = Run("projects/Checked", "Checked").Lines.Where(line => line.Length > 0).ToArray();
        Assert.Equal("virtual:sm_90: 3 8", lines[0]);
        Assert.StartsWith("OutOfBounds in product_0 (product.kdsl:", lines[1], StringComparison.Ordinal);
        Assert.Contains("thread (1,0,0)", lines[1], StringComparison.Ordinal);
        Assert.Contains("'a.indices'", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Kernel_library_runs_from_its_package()
    {
        Assert.Empty(feed.Build("projects/Shelf").Succeeds().Having(": warning "));
        Assert.Equal("cpu: 7 8 16 17", Run("projects/Shelf", "Shelf").Output.Trim());
    }

    [SkippableFact]
    public void Pack_is_embedded_and_made_again_only_for_specs()
    {
        Skip.IfNot(Nvrtc is not null, "NVRTC is not here.");
        var build = feed.Build("projects/Packed").Succeeds();
        Assert.Empty(build.Having(": warning "));
        var lines = Run("projects/Packed", "Packed").Lines.Where(line => line.Length > 0).ToArray();
        foreach (var architecture in new[] { "sm_80", "sm_90" })
        {
            Assert.Equal(4, lines.Count(line => line.StartsWith(architecture + " W=", StringComparison.Ordinal) && line.EndsWith("cubin True", StringComparison.Ordinal)));
        }

        Assert.Contains("6 14", lines);
        Assert.Contains(lines, line => line.StartsWith("KD8022: the device 'cuda:0' cannot be opened: ", StringComparison.Ordinal));
        var pack = Directory.EnumerateFiles(Path.Combine(feed.Root, "projects", "Packed", "obj"), "KernelDsl.kdslpack", SearchOption.AllDirectories).Single();
        var time = File.GetLastWriteTimeUtc(pack);
        File.AppendAllText(Path.Combine(feed.Root, "projects", "Packed", "Program.cs"), "// changed\n");
        feed.Build("projects/Packed").Succeeds();
        Assert.Equal(time, File.GetLastWriteTimeUtc(pack));
        var spec = Path.Combine(feed.Root, "projects", "Packed", "rows.kdsl");
        File.WriteAllText(spec, File.ReadAllText(spec).Replace("* W", "* W * 2", StringComparison.Ordinal));
        feed.Build("projects/Packed").Succeeds();
        Assert.NotEqual(time, File.GetLastWriteTimeUtc(pack));
        Assert.Contains("12 28", Run("projects/Packed", "Packed").Lines);
    }

    private static string? Nvrtc => Directory.Exists(Path.Combine(PackedFeed.Repository, ".tools", "nvrtc")) ? Path.Combine(PackedFeed.Repository, ".tools", "nvrtc") : null;

    private CommandResult Run(string folder, string name, string framework = "net10.0")
        => feed.DotNet(folder, Path.Combine("bin", "Release", framework, name + ".dll")).Succeeds();
}
