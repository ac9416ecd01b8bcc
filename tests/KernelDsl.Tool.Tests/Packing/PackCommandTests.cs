using KernelDsl.Runtime.Cuda;
using KernelDsl.Runtime.Packs;
using KernelDsl.Tool.Tests.CommandLine;

namespace KernelDsl.Tool.Tests.Packing;

public sealed class PackCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void A_pack_is_written_once_and_left_alone_when_it_would_not_change()
    {
        NeedNvrtc();
        var (spec, output) = (_folder.Write("product.kdsl", Specs.Product), _folder.File("out.kdslpack"));
        var first = Cli.Run("pack", spec, "--targets", "sm_80;sm_80", "-o", output).WithoutTrace();
        Assert.Equal(("", 0), (first.Error, first.ExitCode));
        var time = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(output, time);
        Assert.Contains("unchanged", Cli.Run("pack", spec, "--targets", "sm_80", "-o", output).Output, StringComparison.Ordinal);
        Assert.Equal(time, File.GetLastWriteTimeUtc(output));
        Assert.DoesNotContain("unchanged", Cli.Run("pack", spec, "--targets", "sm_90", "--kind", "ptx", "-o", output).Output, StringComparison.Ordinal);
        using var stream = File.OpenRead(output);
        Assert.All(KernelPack.Read(stream).Keys, key => Assert.Equal(("sm_90", "ptx"), (key.Architecture, key.Kind)));
    }

    [SkippableFact]
    public void Errors_are_on_standard_output_and_no_pack_is_written()
    {
        NeedNvrtc();
        var (spec, output) = (_folder.Write("bad.kdsl", "kernel f(x: f32[i: N]) -> y: f32[i] {\n  y = z;\n}"), _folder.File("out.kdslpack"));
        var run = Cli.Run("pack", spec, "--targets", "sm_80", "-o", output).WithoutTrace();
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"{spec}(2,7): error KD2001: ", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    [SkippableFact]
    public void A_folder_that_is_not_there_is_KD7003()
    {
        NeedNvrtc();
        var run = Cli.Run("pack", _folder.Write("product.kdsl", Specs.Product), "--targets", "sm_80", "-o", _folder.File("no/where/out.kdslpack")).WithoutTrace();
        Assert.Contains("error KD7003:", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--targets", "sm_80")]
    [InlineData("-o", "x.kdslpack")]
    [InlineData("-o", "x.kdslpack", "--targets", "sm_80", "--kind", "fatbin")]
    public void Wrong_usage_is_KD7006(params string[] args)
        => Assert.Contains("error KD7006:", Cli.Run(["pack", _folder.Write("product.kdsl", Specs.Product), .. args]).WithoutTrace().Error, StringComparison.Ordinal);

    [SkippableFact]
    public void The_cache_can_be_seen_and_cleaned()
    {
        NeedNvrtc();
        Assert.Equal(Environment.GetEnvironmentVariable("KDSL_CACHE_DIR"), Cli.Run("cache", "path").Output.Trim());
        Cli.Run("pack", _folder.Write("own.kdsl", "kernel own(x: f32[i: N]) -> y: f32[i] { y = 3.25 * x; }"), "--targets", "sm_80", "-o", _folder.File("out.kdslpack"));
        Assert.Matches(@"^[1-9]\d* images, \d+ of 536870912 bytes\s*$", Cli.Run("cache", "size").Output);
        Assert.Matches(@"^removed [1-9]\d* images, \d+ bytes\s*$", Cli.Run("cache", "clean").Output);
    }

    private static void NeedNvrtc() => Skip.IfNot(NvrtcCompiler.TryLoad(out _, out var probe), probe.Describe());
}
