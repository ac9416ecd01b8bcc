using KernelDsl.Runtime.Caching;

namespace KernelDsl.Runtime.Tests.Caching;

public sealed class KernelDiskCacheTests : IDisposable
{
    private readonly CacheSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void What_was_stored_is_found_by_the_next_process()
    {
        var first = _sandbox.Open();
        Assert.False(first.TryGet(CacheSandbox.Key(1), out _));
        first.Add(CacheSandbox.Key(1), CacheSandbox.Image(1));
        var second = _sandbox.Open();
        Assert.True(second.TryGet(CacheSandbox.Key(1), out var image));
        Assert.Equal(CacheSandbox.Image(1), image);
        Assert.Equal(new KernelCacheStatistics(0, 1, 1, 0, 0, 0), first.Statistics);
        Assert.Equal(new KernelCacheStatistics(1, 0, 0, 0, 0, 0), second.Statistics);
        Assert.Equal(new KernelCacheUsage(1, 1000 + CacheEntryFile.HeaderLength), second.Measure());
    }

    [Fact]
    public void Every_part_of_a_key_counts()
    {
        var key = CacheSandbox.Key(1);
        KernelCacheKey[] keys =
        [
            key, key with { Options = "" }, key with { NvrtcVersion = "12.5" }, key with { CompilerVersion = "0.2.0" }, key with { Image = key.Image with { Consts = "" } },
            key with { Image = key.Image with { Architecture = "sm_90" } }, key with { Image = key.Image with { Kind = "ptx" } }, key with { Image = key.Image with { CudaKey = "" } },

            // The same letters, cut at another place.
            key with { Options = "1", NvrtcVersion = "2.4" }, key with { Options = "12", NvrtcVersion = ".4" },
        ];
        Assert.Equal(keys.Length, keys.Select(k => Convert.ToHexString(k.Hash())).Distinct().Count());
    }

    [Fact]
    public void Every_cut_and_every_flipped_bit_is_found_and_the_entry_made_anew()
    {
        var cache = _sandbox.Open();
        var (key, image) = (CacheSandbox.Key(1), CacheSandbox.Image(1, 40));
        cache.Add(key, image);
        var file = Assert.Single(_sandbox.Files);
        var whole = File.ReadAllBytes(file);
        var damages = 0;
        for (var i = 0; i < whole.Length; i++)
        {
            var flipped = whole.ToArray();
            flipped[i] ^= (byte)(1 << (i % 8));
            foreach (var damaged in (byte[][])[flipped, whole[..i], [.. whole, .. whole[..(i + 1)]]])
            {
                File.WriteAllBytes(file, damaged);
                Assert.False(cache.TryGet(key, out _));
                Assert.Empty(_sandbox.Files);
                damages++;
            }
        }

        Assert.Equal(damages, cache.Statistics.Damaged);
        cache.Add(key, image);
        Assert.True(cache.TryGet(key, out var again));
        Assert.Equal(image, again);
    }

    [Fact]
    public void An_entry_under_the_name_of_another_is_not_taken()
    {
        var cache = _sandbox.Open();
        cache.Add(CacheSandbox.Key(1), CacheSandbox.Image(1));
        File.Move(Assert.Single(_sandbox.Files), Path.Combine(_sandbox.Path, Convert.ToHexString(CacheSandbox.Key(2).Hash()).ToLowerInvariant() + ".kdslimage"));
        Assert.False(cache.TryGet(CacheSandbox.Key(2), out _));
        Assert.Equal(1, cache.Statistics.Damaged);
    }

    [Fact]
    public void The_limit_holds_and_what_was_used_last_stays()
    {
        const long limit = 40_000;
        var cache = _sandbox.Open(limit);
        for (var i = 0; i < 30; i++)
        {
            cache.Add(CacheSandbox.Key(i), CacheSandbox.Image(i));
            var file = new FileInfo(Path.Combine(_sandbox.Path, Convert.ToHexString(CacheSandbox.Key(i).Hash()).ToLowerInvariant() + ".kdslimage"));
            file.LastWriteTimeUtc = DateTime.UtcNow.AddDays(-2).AddMinutes(i);
        }

        // A use moves the oldest to the front.
        Assert.True(cache.TryGet(CacheSandbox.Key(0), out _));
        for (var i = 30; i < 100; i++)
        {
            cache.Add(CacheSandbox.Key(i), CacheSandbox.Image(i));
            Assert.True(cache.Measure().Bytes <= limit, $"after {i}");
            if (i == 40)
            {
                Assert.True(cache.TryGet(CacheSandbox.Key(0), out _));
                Assert.False(cache.TryGet(CacheSandbox.Key(1), out _));
            }
        }

        Assert.True(cache.TryGet(CacheSandbox.Key(99), out _));
        Assert.Equal(100 - cache.Measure().Count, cache.Statistics.Evictions);
    }

    [Fact]
    public void Another_process_that_writes_is_seen_and_bounded()
    {
        const long limit = 160_000;
        KernelDiskCache[] caches = [_sandbox.Open(limit), _sandbox.Open(limit), _sandbox.Open(limit)];
        for (var i = 0; i < 900; i++)
        {
            caches[i % 3].Add(CacheSandbox.Key(i), CacheSandbox.Image(i));
        }

        // Each may be a sixteenth behind.
        Assert.InRange(caches[0].Measure().Bytes, limit / 2, limit + (3 * limit / 16));
    }

    [Fact]
    public void An_image_larger_than_the_limit_is_not_kept()
    {
        var cache = _sandbox.Open(limit: 500);
        cache.Add(CacheSandbox.Key(1), CacheSandbox.Image(1));
        Assert.Empty(_sandbox.Files);
    }

    [Fact]
    public void A_use_is_noted_at_most_once_an_hour()
    {
        var now = DateTimeOffset.UtcNow;
        var cache = _sandbox.Open(clock: new FixedClock(now));
        cache.Add(CacheSandbox.Key(1), CacheSandbox.Image(1));
        var file = Assert.Single(_sandbox.Files);
        foreach (var (age, isTouched) in ((TimeSpan, bool)[])[(TimeSpan.FromMinutes(59), false), (TimeSpan.FromMinutes(61), true)])
        {
            var used = (now - age).UtcDateTime;
            File.SetLastWriteTimeUtc(file, used);
            Assert.True(cache.TryGet(CacheSandbox.Key(1), out _));
            Assert.Equal(isTouched, File.GetLastWriteTimeUtc(file) > used.AddMinutes(30));
        }
    }

    [Fact]
    public void Files_of_others_in_the_folder_are_left_alone_and_abandoned_ones_go()
    {
        var foreign = Path.Combine(_sandbox.Path, "notes.txt");
        File.WriteAllText(foreign, "mine");
        var name = Path.Combine(_sandbox.Path, new string('a', 64));
        File.WriteAllText(name + ".1.tmp", "left by a process that died");
        File.SetLastWriteTimeUtc(name + ".1.tmp", DateTime.UtcNow.AddHours(-2));
        File.WriteAllText(name + ".2.tmp", "still written");
        var cache = _sandbox.Open();
        cache.Add(CacheSandbox.Key(1), CacheSandbox.Image(1));
        Assert.Equal([foreign, name + ".2.tmp"], _sandbox.Files.Where(file => !file.EndsWith(".kdslimage", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Reverse());
        Assert.Equal(1, cache.Clear().Count);
        Assert.Equal([foreign], _sandbox.Files);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_no_cache_and_no_error()
    {
        var file = Path.Combine(_sandbox.Path, "file");
        File.WriteAllText(file, "");
        Unusable(new KernelDiskCache(new KernelCacheOptions(Path.Combine(file, "below"), 1000_000)));
    }

    [SkippableFact]
    public void A_folder_that_may_not_be_written_is_no_cache_and_no_error()
    {
        Skip.If(Environment.IsPrivilegedProcess, "permissions do not stop this user");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_sandbox.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            Unusable(_sandbox.Open());
        }
    }

    [SkippableFact]
    public void A_full_disk_is_no_error_and_leaves_nothing_behind()
    {
        Skip.IfNot(Directory.Exists("/proc/self"), "a folder that refuses even the superuser is needed");
        Unusable(new KernelDiskCache(new KernelCacheOptions("/proc/self", 1000_000)));
    }

    [Theory]
    [InlineData(null, 1000)]
    [InlineData("somewhere", 0)]
    public void No_folder_or_no_bytes_is_no_cache(string? directory, long limit)
    {
        var cache = new KernelDiskCache(new KernelCacheOptions(directory, limit));
        Assert.False(cache.IsEnabled);
        cache.Add(CacheSandbox.Key(1), CacheSandbox.Image(1));
        Assert.False(cache.TryGet(CacheSandbox.Key(1), out _));
        Assert.Equal(default, cache.Measure());
        Assert.Equal(default, cache.Statistics);
    }

    private static void Unusable(KernelDiskCache cache)
    {
        cache.Add(CacheSandbox.Key(1), CacheSandbox.Image(1));
        Assert.False(cache.TryGet(CacheSandbox.Key(1), out _));
        Assert.True(cache.Statistics.Failures > 0);
        Assert.Equal(0, cache.Statistics.Stores);
    }
}
