namespace KernelDsl.EndToEnd.Tests;

/// <summary>The samples, built and run from the packages, one of them ahead of time.</summary>
[Collection(nameof(PackedFeed))]
public sealed class SampleTests(PackedFeed feed)
{
    [Fact]
    public void Attention_reads_and_writes_arrays_and_agrees_with_plain_loops()
    {
        Assert.Empty(feed.Build("samples/Attention").Succeeds().Having(": warning "));
        var result = feed.DotNet("samples/Attention", "bin/Release/net10.0/Attention.dll").Succeeds();
        Assert.Contains("largest difference from plain loops", result.Output, StringComparison.Ordinal);
        feed.DotNet("samples/Attention", "bin/Release/net8.0/Attention.dll").Succeeds();
    }

    [Fact]
    public void Streamed_series_equals_the_whole_and_allocates_nothing()
    {
        Assert.Empty(feed.Build("samples/StreamingLstm").Succeeds().Having(": warning "));
        var result = feed.DotNet("samples/StreamingLstm", "bin/Release/net10.0/StreamingLstm.dll").Succeeds();
        Assert.Contains(" 0 bytes allocated", result.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Sample_published_ahead_of_time_has_no_warning_and_runs()
    {
        Skip.IfNot(HasLinker(), "Neither clang nor gcc is here, so that nothing can be linked.");
        var publish = feed.DotNet("samples/Attention", "publish", "-c", "Release", "-f", "net8.0", "-r", "linux-x64", "-v", "quiet", "--nologo", "-nodeReuse:false", "-o", "aot").Succeeds();
        Assert.Empty(publish.Having("warning"));
        var program = Path.Combine(feed.Root, "samples", "Attention", "aot", "Attention");
        var result = Command.Run(feed.Root, feed.Environment, program).Succeeds();
        Assert.Contains("first result after", result.Output, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(program).Length, 1 << 20, 12 << 20);
    }

    private static bool HasLinker()
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "clang")) || File.Exists(Path.Combine(folder, "gcc")));
}
