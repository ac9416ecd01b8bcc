using System.Diagnostics.CodeAnalysis;

namespace KernelDsl.Runtime.Caching;

/// <summary>
/// Compiled kernels on the disk, shared by all processes of a user. What is wrong with the disk is never an error of the caller: a cache that cannot be used is
/// an empty one, and says so in its statistics and events. Can be used from several threads.
/// </summary>
public sealed class KernelDiskCache
{
    // Once an hour is enough to know what was used lately, and spares the disk.
    private static readonly TimeSpan s_touchInterval = TimeSpan.FromHours(1);
    private readonly CacheFolder? _folder;
    private readonly TimeProvider _clock;
    private readonly object _gate = new();
    private long _known = -1;
    private long _written;
    private long _hits;
    private long _misses;
    private long _stores;
    private long _evictions;
    private long _damaged;
    private long _failures;

    /// <summary>Opens a cache; the folder is made when the first image is stored.</summary>
    /// <param name="options">Where, and how much.</param>
    /// <param name="clock">What tells the time; the system when null.</param>
    public KernelDiskCache(KernelCacheOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _clock = clock ?? TimeProvider.System;
        _folder = options.Directory is not null && options.Limit > 0 ? new CacheFolder(options.Directory, _clock) : null;
    }

    /// <summary>Where, and how much.</summary>
    public KernelCacheOptions Options { get; }

    /// <summary>Whether images can be kept at all.</summary>
    public bool IsEnabled => _folder is not null;

    /// <summary>What it did so far in this process.</summary>
    public KernelCacheStatistics Statistics => new(
        Interlocked.Read(ref _hits), Interlocked.Read(ref _misses), Interlocked.Read(ref _stores), Interlocked.Read(ref _evictions),
        Interlocked.Read(ref _damaged), Interlocked.Read(ref _failures));

    /// <summary>Looks for an image; a damaged one is removed and counts as not there.</summary>
    public bool TryGet(KernelCacheKey key, [NotNullWhen(true)] out byte[]? image)
    {
        ArgumentNullException.ThrowIfNull(key);
        image = null;
        if (_folder is null)
        {
            return false;
        }

        var hash = key.Hash();
        var path = _folder.FileOf(hash);
        try
        {
            if (File.Exists(path))
            {
                image = CacheEntryFile.Read(path, hash, out var reason);
                if (image is not null)
                {
                    Interlocked.Increment(ref _hits);
                    KernelImageEvents.Log.CacheHit(path);
                    Touch(path);
                    return true;
                }

                // Should another process have mended it just now, its image goes too and is made once more.
                CacheEntryFile.TryDelete(path);
                Interlocked.Increment(ref _damaged);
                KernelImageEvents.Log.CacheDamaged(path, reason);
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Removed between the look and the reading.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e);
        }

        Interlocked.Increment(ref _misses);
        KernelImageEvents.Log.CacheMiss(path);
        return false;
    }

    /// <summary>Keeps an image. One that alone takes more than the limit is not kept.</summary>
    public void Add(KernelCacheKey key, ReadOnlySpan<byte> image)
    {
        ArgumentNullException.ThrowIfNull(key);
        var size = (long)image.Length + CacheEntryFile.HeaderLength;
        if (_folder is null || size > Options.Limit)
        {
            return;
        }

        var hash = key.Hash();
        try
        {
            _folder.Create();
            CacheEntryFile.Write(_folder.FileOf(hash), hash, image);
            Interlocked.Increment(ref _stores);
            Bound(size);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e);
        }
    }

    /// <summary>What it takes on the disk now.</summary>
    public KernelCacheUsage Measure() => Guarded(folder => folder.Measure());

    /// <summary>Removes all images.</summary>
    /// <returns>What was removed.</returns>
    public KernelCacheUsage Clear()
    {
        lock (_gate)
        {
            _known = -1;
        }

        return Guarded(folder => folder.Clear());
    }

    /// <summary>
    /// Keeps the limit. Others write too, so the folder is measured again after each sixteenth of the limit that this process wrote; between, what it knows and wrote is added up.
    /// </summary>
    private void Bound(long size)
    {
        lock (_gate)
        {
            _written += size;
            if (_known >= 0 && _written <= Options.Limit / 16 && _known + _written <= Options.Limit)
            {
                return;
            }

            _known = _folder!.Trim(Options.Limit, out var evicted);
            _written = 0;
            if (evicted > 0)
            {
                Interlocked.Add(ref _evictions, evicted);
                KernelImageEvents.Log.CacheEvicted(evicted, _known);
            }
        }
    }

    private void Touch(string path)
    {
        try
        {
            var now = _clock.GetUtcNow().UtcDateTime;
            if (now - File.GetLastWriteTimeUtc(path) > s_touchInterval)
            {
                File.SetLastWriteTimeUtc(path, now);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A cache that may only be read is of use as well.
        }
    }

    private KernelCacheUsage Guarded(Func<CacheFolder, KernelCacheUsage> action)
    {
        try
        {
            return _folder is null ? default : action(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e);
            return default;
        }
    }

    private void Fail(Exception error)
    {
        Interlocked.Increment(ref _failures);
        KernelImageEvents.Log.CacheUnusable(Options.Directory ?? "", error.Message);
    }
}
