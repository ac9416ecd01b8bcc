using KernelDsl.Runtime.Cuda;
using KernelDsl.Tool.Tests.LanguageServer;

namespace KernelDsl.Tool.Tests.CommandLine;

public sealed class ProfileTests
{
    private const string Product = """
        kernel product(a: f32[i: M, k: K], b: f32[k, j: N]) -> c: f32[i, j] {
            c = sum[k](a * b);
        }
        """;

    private const string Scan = """
        kernel running(x: f32[t: T, b: B], r: f32[b, c: B]) -> y: f32[t, b] {
            y = x + sum[c](r * (y[t: t - 1, b: c] else 0));
        }
        """;

    [SkippableFact]
    public void Counts_are_those_of_the_equation()
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out _, out var probe), probe.Describe());
        using var folder = new TemporaryFolder();
        var file = folder.Write("product.kdsl", Product);
        var run = Cli.Run("profile", file, "--dims", "M=8,K=4,N=16", "--gpu", "a100");
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("Profile of product\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing here was measured on a GPU", run.Output, StringComparison.Ordinal);
        Assert.Contains("sizes: M = 8, K = 4, N = 16", run.Output, StringComparison.Ordinal);
        // 128 points, each with four products and sums.
        Assert.Matches(@"floating-point operations +1,024\n", run.Output);
        // 128 results of four bytes, written by four warps: a request of four sectors each.
        Assert.Matches(@"st\.global\.f32 +\d+ +\d+ +2 +4 +16 +16 +4\.00 +512\n", run.Output);
        Assert.Contains("A100 SXM4 40 GB", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("H100", run.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Page_has_the_spec_with_its_counts()
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out _, out var probe), probe.Describe());
        using var folder = new TemporaryFolder();
        var page = Path.Combine(folder.Path, "page.html");
        Assert.Equal(0, Cli.Run("profile", folder.Write("product.kdsl", Product), "--dims", "M=8,K=4,N=16", "--html", page).ExitCode);
        var text = File.ReadAllText(page);
        Assert.StartsWith("<!DOCTYPE html>", text, StringComparison.Ordinal);
        Assert.Matches("<tr class=\"heat5\">\\s*<td class=\"number place\">2</td>", text);
        Assert.Contains("    c = sum[k](a * b);</td>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", text.Replace("http://www.w3.org/", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Launches_of_a_recurrence_are_summed()
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out _, out var probe), probe.Describe());
        using var folder = new TemporaryFolder();
        var run = Cli.Run("profile", folder.Write("running.kdsl", Scan), "--dims", "T=6,B=32", "--gpu", "h100");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("PTX for sm_80, executed on the CPU; 6 launches.", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"running_0 +6 ", run.Output);
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("reference")]
    public void Device_that_does_not_count_is_refused(string device)
    {
        using var folder = new TemporaryFolder();
        var run = Cli.Run("profile", folder.Write("product.kdsl", Product), "--dims", "M=8,K=4,N=16", "--device", device);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Profiles are made on a virtual GPU", run.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Library_kernel_that_takes_an_example_is_profiled()
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out _, out var probe), probe.Describe());
        var run = Cli.Run("profile", Path.Combine(LibraryFiles.Folder, "sparse", "sparse.kdsl"), "--kernel", "spmm", "--example", "odd", "--gpu", "rtx4090", "--device", "virtual:sm_89");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("bound RTX 4090", run.Output, StringComparison.Ordinal);
        Assert.Contains("spmm_0", run.Output, StringComparison.Ordinal);
    }
}
