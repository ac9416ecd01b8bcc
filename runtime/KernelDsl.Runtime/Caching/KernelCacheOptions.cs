using System.Globalization;

namespace KernelDsl.Runtime.Caching;

/// <summary>Where the cache is and how much it may take.</summary>
/// <param name="Directory">The folder, or null for no cache.</param>
/// <param name="Limit">The bytes that it may take; 0 for no cache.</param>
public sealed record KernelCacheOptions(string? Directory, long Limit)
{
    /// <summary>512 MiB.</summary>
    public const long DefaultLimit = 512L * 1024 * 1024;

    /// <summary>What the environment says: <c>KDSL_CACHE_DIR</c> and <c>KDSL_CACHE_SIZE</c>, otherwise the system's folder for caches and 512 MiB.</summary>
    public static KernelCacheOptions FromEnvironment() => From(Environment.GetEnvironmentVariable, Environment.GetFolderPath);

    /// <summary>The same with the environment as data.</summary>
    internal static KernelCacheOptions From(Func<string, string?> environment, Func<Environment.SpecialFolder, string> folder)
        => new(DirectoryFrom(environment, folder), environment("KDSL_CACHE_SIZE") is { Length: > 0 } size && TryParseSize(size, out var limit) ? limit : DefaultLimit);

    /// <summary>Reads a number of bytes such as <c>1048576</c>, <c>512M</c>, <c>2 GiB</c>; the units are powers of 1024.</summary>
    public static bool TryParseSize(string text, out long bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        var digits = 0;
        while (digits < trimmed.Length && char.IsAsciiDigit(trimmed[digits]))
        {
            digits++;
        }

        var shift = trimmed[digits..].Trim().ToUpperInvariant() switch
        {
            "" or "B" => 0,
            "K" or "KB" or "KIB" => 10,
            "M" or "MB" or "MIB" => 20,
            "G" or "GB" or "GIB" => 30,
            "T" or "TB" or "TIB" => 40,
            _ => -1,
        };
        bytes = 0;
        if (shift < 0 || !long.TryParse(trimmed[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > long.MaxValue >> shift)
        {
            return false;
        }

        bytes = count << shift;
        return true;
    }

    private static string? DirectoryFrom(Func<string, string?> environment, Func<Environment.SpecialFolder, string> folder)
    {
        if (environment("KDSL_CACHE_DIR") is { Length: > 0 } wish)
        {
            return Path.GetFullPath(wish);
        }

        // The XDG standard says that a relative path is to be ignored.
        if (environment("XDG_CACHE_HOME") is { Length: > 0 } shared && Path.IsPathFullyQualified(shared))
        {
            return Path.Combine(shared, "kerneldsl");
        }

        if (OperatingSystem.IsWindows())
        {
            return folder(Environment.SpecialFolder.LocalApplicationData) is { Length: > 0 } local ? Path.Combine(local, "KernelDsl", "Cache") : null;
        }

        return folder(Environment.SpecialFolder.UserProfile) is not { Length: > 0 } home ? null
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches", "kerneldsl") : Path.Combine(home, ".cache", "kerneldsl");
    }
}
