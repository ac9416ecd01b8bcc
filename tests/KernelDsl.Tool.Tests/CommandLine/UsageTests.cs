using System.Text.Json;

namespace KernelDsl.Tool.Tests.CommandLine;

public sealed class UsageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("nonsense")]
    [InlineData("run")]
    [InlineData("check", "/no/such/file.kdsl")]
    [InlineData("check", "{spec}", "--format", "xml")]
    [InlineData("check", "{spec}", "--unknown")]
    [InlineData("emit", "{spec}", "--target", "wasm")]
    [InlineData("run", "{spec}", "--kernel", "produkt")]
    [InlineData("run", "{spec}", "--example", "smal")]
    [InlineData("run", "{spec}", "--dims", "M")]
    [InlineData("run", "{spec}", "--dims", "M=x")]
    [InlineData("run", "{spec}", "--dims", "Q=1")]
    [InlineData("run", "{spec}", "--param", "T=f64")]
    [InlineData("run", "{spec}", "--device", "tpu")]
    [InlineData("run", "{spec}", "--input", "/no/such.npz")]
    [InlineData("explain", "KD9999")]
    public void Wrong_command_lines_exit_with_2(params string[] args)
    {
        var spec = _folder.Write("spec.kdsl", Specs.Product);
        var run = Cli.Run([.. args.Select(arg => arg == "{spec}" ? spec : arg)]).WithoutTrace();
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("error KD", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_kernel_suggests_the_nearest()
        => Assert.Contains("did you mean 'product'?", Cli.Run("run", _folder.Write("s.kdsl", Specs.Product), "-k", "produkt").Error, StringComparison.Ordinal);

    [Fact]
    public void Help_succeeds_and_names_the_commands()
    {
        var run = Cli.Run("--help");
        Assert.Equal(0, run.ExitCode);
        Assert.All((string[])["check", "fmt", "explain", "emit", "run", "test", "devices"], name => Assert.Contains(name, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Check_prints_diagnostics_as_editors_read_them()
    {
        var path = _folder.Write("b.kdsl", Specs.Broken);
        var run = Cli.Run("check", path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{path}(2,", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 file: 1 error", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_takes_folders()
    {
        _folder.Write("a/one.kdsl", Specs.Product);
        _folder.Write("a/b/two.kdsl", Specs.Sparse);
        Assert.Contains("2 files: 0 errors", Cli.Run("check", _folder.Path).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_the_fields()
    {
        var run = Cli.Run("check", _folder.Write("b.kdsl", Specs.Broken), "--format", "json");
        var first = JsonDocument.Parse(run.Output).RootElement[0];
        Assert.Equal(
            ["id", "severity", "file", "startLine", "startColumn", "endLine", "endColumn", "message", "notes"], first.EnumerateObject().Select(field => field.Name));
        Assert.Equal(2, first.GetProperty("startLine").GetInt32());
    }

    [Fact]
    public void Sarif_names_rules_and_places()
    {
        var run = JsonDocument.Parse(Cli.Run("check", _folder.Write("b.kdsl", Specs.Broken), "--format", "sarif").Output).RootElement.GetProperty("runs")[0];
        var result = run.GetProperty("results")[0];
        var rule = run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[result.GetProperty("ruleIndex").GetInt32()];
        Assert.Equal(result.GetProperty("ruleId").GetString(), rule.GetProperty("id").GetString());
        Assert.StartsWith("file:///", result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_an_error()
    {
        File.WriteAllBytes(_folder.File("x.kdsl"), [0xFF, 0xFE, 0x00, 0x41]);
        Assert.Contains("KD7002", Cli.Run("check", _folder.File("x.kdsl")).WithoutTrace().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_lists_all_kinds()
    {
        var run = Cli.Run("devices").WithoutTrace();
        Assert.Equal(0, run.ExitCode);
        Assert.All((string[])["reference:", "cpu:", "cuda", "nvrtc:"], name => Assert.Contains(name, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Missing_gpu_is_an_error_that_says_why()
    {
        var run = Cli.Run("run", _folder.Write("s.kdsl", Specs.Product), "--example", "small", "--device", "cuda:99").WithoutTrace();
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("KD5003", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Test_counts_and_skips_what_is_too_large()
    {
        var run = Cli.Run("test", _folder.Write("s.kdsl", Specs.Product), "--device", "reference").WithoutTrace();
        Assert.Equal("1 passed, 0 failed, 1 skipped", run.Output.TrimEnd().Split('\n')[^1].Trim());
        Assert.Contains("over the budget", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_prints_a_diagnostic()
    {
        var run = Cli.Run("explain", "kd8107");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Sizes disagree", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Formatting_rewrites_once_and_check_only_lists()
    {
        var path = _folder.Write("f.kdsl", "module A;  kernel f( x:f32[i:M] )->o:f32[i]{o=x*2;}");
        var check = Cli.Run("fmt", "--check", path);
        Assert.Equal((1, path), (check.ExitCode, check.Output.Trim()));
        Assert.Equal(0, Cli.Run("fmt", path).ExitCode);
        Assert.Contains("kernel f(x: f32[i: M])", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal((0, ""), (Cli.Run("fmt", "--check", path).ExitCode, Cli.Run("fmt", path).Output));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Formatting_leaves_a_file_with_mistakes_alone()
    {
        var path = _folder.Write("f.kdsl", "kernel (((  ");
        Assert.Equal(1, Cli.Run("fmt", path).WithoutTrace().ExitCode);
        Assert.Equal("kernel (((  ", File.ReadAllText(path));
    }

    [SkippableTheory]
    [InlineData("cuda", "extern \"C\"")]
    [InlineData("csharp", "CreateStages")]
    [InlineData("plan", "\"stages\"")]
    [InlineData("ptx", ".visible .entry")]
    public void Emit_writes_the_target(string target, string expected)
    {
        Skip.If(target == "ptx" && !Runtime.Cuda.NvrtcCompiler.TryLoad(out _, out _), "NVRTC is not here");
        var run = Cli.Run("emit", _folder.Write("s.kdsl", Specs.Product), "--target", target, "--param", "T=f16");
        Assert.Equal("", run.Error);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Cubin_without_a_file_is_wrong_usage()
        => Assert.Equal(2, Cli.Run("emit", _folder.Write("s.kdsl", Specs.Product), "--target", "cubin").WithoutTrace().ExitCode);

    [Fact]
    public void Explain_shows_a_kernel()
    {
        var run = Cli.Run("explain", _folder.Write("s.kdsl", Specs.Sparse));
        Assert.All((string[])["axes:", "a.offsets: i32[M + 1]", "definitions:", "plain schedule"], text => Assert.Contains(text, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Ids_of_diagnostics_are_unique()
        => Assert.Equal(DiagnosticCatalogue.All.Length, DiagnosticCatalogue.All.Select(descriptor => descriptor.Id).Distinct().Count());
}
