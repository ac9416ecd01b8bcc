using System.Diagnostics;
using KernelDsl.Runtime.Caching;

namespace KernelDsl.Runtime.Tests.Caching;

public sealed class ManyProcessesTests
{
    [Theory]
    [InlineData(KernelCacheOptions.DefaultLimit)]
    [InlineData(30_000)]
    public async Task Eight_processes_at_once_never_get_a_wrong_image(long limit)
    {
        using var sandbox = new CacheSandbox();
        var program = Path.Combine(AppContext.BaseDirectory, "KernelDsl.CacheHammer.dll");
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(async seed =>
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", [program, sandbox.Path, $"{limit}", $"{seed}", "150"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var error = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, Output: output + await error);
        }));
        Assert.All(results, result => Assert.True(result.ExitCode == 0, result.Output));
        Assert.All(results, result => Assert.StartsWith("0 wrong, ", result.Output, StringComparison.Ordinal));
        Assert.All(results, result => Assert.Contains("Failures = 0 ", result.Output, StringComparison.Ordinal));
        Assert.DoesNotContain(sandbox.Files, file => file.EndsWith(".tmp", StringComparison.Ordinal));

        // Each process may be a sixteenth, but at least one image, behind.
        Assert.True(sandbox.Open(limit).Measure().Bytes <= limit + (8 * Math.Max(limit / 16, 5000)));
    }
}
