using KernelDsl.Runtime.Caching;

namespace KernelDsl.Runtime.Tests.Caching;

public sealed class KernelCacheOptionsTests
{
    [SkippableTheory]
    [InlineData("KDSL_CACHE_DIR=/a/b;XDG_CACHE_HOME=/c", "/home/me", "/a/b")]
    [InlineData("XDG_CACHE_HOME=/c", "/home/me", "/c/kerneldsl")]
    [InlineData("XDG_CACHE_HOME=relative", "/home/me", "/home/me/.cache/kerneldsl")]
    [InlineData("", "/home/me", "/home/me/.cache/kerneldsl")]
    [InlineData("", "", null)]
    public void The_folder_follows_the_environment(string environment, string home, string? expected)
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        Assert.Equal(expected, From(environment, home).Directory);
    }

    [Theory]
    [InlineData("", KernelCacheOptions.DefaultLimit)]
    [InlineData("KDSL_CACHE_SIZE=0", 0)]
    [InlineData("KDSL_CACHE_SIZE=1000", 1000)]
    [InlineData("KDSL_CACHE_SIZE=3k", 3072)]
    [InlineData("KDSL_CACHE_SIZE=2 GiB", 2L << 30)]
    [InlineData("KDSL_CACHE_SIZE=64MB", 64L << 20)]
    [InlineData("KDSL_CACHE_SIZE=lots", KernelCacheOptions.DefaultLimit)]
    [InlineData("KDSL_CACHE_SIZE=-1", KernelCacheOptions.DefaultLimit)]
    [InlineData("KDSL_CACHE_SIZE=99999999999T", KernelCacheOptions.DefaultLimit)]
    public void The_limit_follows_the_environment(string environment, long expected) => Assert.Equal(expected, From(environment, "/home/me").Limit);

    private static KernelCacheOptions From(string environment, string home)
    {
        var values = environment.Split(';', StringSplitOptions.RemoveEmptyEntries).ToDictionary(part => part.Split('=')[0], part => part.Split('=')[1]);
        return KernelCacheOptions.From(name => values.GetValueOrDefault(name), _ => home);
    }
}
