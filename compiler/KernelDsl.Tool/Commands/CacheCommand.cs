using System.CommandLine;
using KernelDsl.Runtime.Caching;

namespace KernelDsl.Tool.Commands;

/// <summary><c>kdsl cache</c>: where compiled kernels are kept, how much they take, and removing them.</summary>
internal static class CacheCommand
{
    public static Command Create(ToolContext context)
    {
        var path = new Command("path", "Print the folder; nothing when there is no cache.");
        path.SetAction(_ => Run(cache => context.Output.WriteLine(cache.Options.Directory)));
        var size = new Command("size", "Print how many images there are, their bytes, and the limit.");
        size.SetAction(_ => Run(cache =>
        {
            var usage = cache.Measure();
            context.Output.WriteLine($"{usage.Count} images, {usage.Bytes} of {cache.Options.Limit} bytes");
        }));
        var clean = new Command("clean", "Remove all images.");
        clean.SetAction(_ => Run(cache =>
        {
            var removed = cache.Clear();
            context.Output.WriteLine($"removed {removed.Count} images, {removed.Bytes} bytes");
        }));
        return new Command("cache", "Show or clean the cache of compiled kernels (KDSL_CACHE_DIR, KDSL_CACHE_SIZE).") { path, size, clean };
    }

    private static int Run(Action<KernelDiskCache> action)
    {
        var cache = new KernelDiskCache(KernelCacheOptions.FromEnvironment());
        if (cache.IsEnabled)
        {
            action(cache);
        }

        return cache.Statistics.Failures == 0 ? (int)ExitCode.Success : (int)ExitCode.Failure;
    }
}
