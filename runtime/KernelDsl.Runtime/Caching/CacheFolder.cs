namespace KernelDsl.Runtime.Caching;

/// <summary>The files of a cache: what they take, and which are removed when that is too much.</summary>
internal sealed class CacheFolder(string path, TimeProvider clock)
{
    // A file that is still written is younger; an older one was left by a process that died.
    private static readonly TimeSpan s_abandoned = TimeSpan.FromHours(1);

    public string FileOf(ReadOnlySpan<byte> keyHash) => Path.Combine(path, Convert.ToHexString(keyHash).ToLowerInvariant() + CacheEntryFile.Extension);

    /// <summary>Makes the folder, for this user only.</summary>
    public void Create()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public KernelCacheUsage Measure()
    {
        var files = Files();
        return new KernelCacheUsage(files.Count(IsImage), files.Sum(file => file.Length));
    }

    /// <summary>Removes abandoned files, and while there is more than the limit, the images that were not used for the longest time.</summary>
    /// <param name="limit">The bytes that may stay. When there is more, it goes down to seven eighths, so that not every store has to clear away.</param>
    /// <param name="evicted">How many images were removed.</param>
    /// <returns>The bytes that are left.</returns>
    public long Trim(long limit, out int evicted)
    {
        evicted = 0;
        var now = clock.GetUtcNow();
        var files = new List<(string Path, long Length, DateTime Used, bool IsImage)>();
        foreach (var file in Files())
        {
            if (IsImage(file) || now - file.LastWriteTimeUtc < s_abandoned || !CacheEntryFile.TryDelete(file.FullName))
            {
                files.Add((file.FullName, file.Length, file.LastWriteTimeUtc, IsImage(file)));
            }
        }

        var total = files.Sum(file => file.Length);
        if (total <= limit)
        {
            return total;
        }

        foreach (var file in files.Where(file => file.IsImage).OrderBy(file => file.Used).ThenBy(file => file.Path, StringComparer.Ordinal))
        {
            if (total <= limit - (limit / 8))
            {
                break;
            }

            // Two processes that clear away at once remove the same files; that one is gone already counts as well.
            if (CacheEntryFile.TryDelete(file.Path))
            {
                total -= file.Length;
                evicted++;
            }
        }

        return total;
    }

    /// <summary>Removes all images and unfinished files, and nothing else that may lie in the folder.</summary>
    public KernelCacheUsage Clear()
    {
        var (count, bytes) = (0, 0L);
        foreach (var file in Files())
        {
            var length = file.Length;
            if (CacheEntryFile.TryDelete(file.FullName))
            {
                count += IsImage(file) ? 1 : 0;
                bytes += length;
            }
        }

        return new KernelCacheUsage(count, bytes);
    }

    private List<FileInfo> Files()
    {
        var folder = new DirectoryInfo(path);
        if (!folder.Exists)
        {
            return [];
        }

        // A name has 64 hex digits first, so that a folder with other files in it loses none of them.
        return [.. folder.EnumerateFiles("*", new EnumerationOptions { AttributesToSkip = FileAttributes.Directory | FileAttributes.ReparsePoint })
            .Where(file => file.Name.Length > 64 && file.Name.Take(64).All(char.IsAsciiHexDigitLower)
                && (IsImage(file) || file.Name.EndsWith(CacheEntryFile.TemporaryExtension, StringComparison.Ordinal)) && TouchLength(file))];
    }

    private static bool IsImage(FileInfo file) => file.Name.EndsWith(CacheEntryFile.Extension, StringComparison.Ordinal);

    /// <summary>Reads the size now; a file that went away meanwhile is not there.</summary>
    private static bool TouchLength(FileInfo file)
    {
        try
        {
            return file.Length >= 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
