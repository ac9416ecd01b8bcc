using System.Diagnostics.Tracing;

namespace KernelDsl.Runtime.Caching;

/// <summary>What happens to compiled kernels, for <c>dotnet-trace</c> and listeners. The source is called <c>KernelDsl-Images</c>.</summary>
[EventSource(Name = "KernelDsl-Images")]
internal sealed class KernelImageEvents : EventSource
{
    // An event source is one for the process by its nature: the system registers its name.
    public static KernelImageEvents Log { get; } = new();

    [Event(1, Level = EventLevel.Verbose, Message = "cache hit {0}")]
    public void CacheHit(string entry) => WriteEvent(1, entry);

    [Event(2, Level = EventLevel.Verbose, Message = "cache miss {0}")]
    public void CacheMiss(string entry) => WriteEvent(2, entry);

    [Event(3, Level = EventLevel.Informational, Message = "cache evicted {0} images; {1} bytes are left")]
    public void CacheEvicted(int count, long bytesLeft) => WriteEvent(3, count, bytesLeft);

    [Event(4, Level = EventLevel.Warning, Message = "cache entry {0} is damaged and was removed: {1}")]
    public void CacheDamaged(string entry, string reason) => WriteEvent(4, entry, reason);

    [Event(5, Level = EventLevel.Warning, Message = "the cache in {0} cannot be used: {1}")]
    public void CacheUnusable(string directory, string reason) => WriteEvent(5, directory, reason);

    [Event(6, Level = EventLevel.Informational, Message = "kernel {0} for {1} came from {2}")]
    public void ImageLoaded(string kernel, string architecture, string origin) => WriteEvent(6, kernel, architecture, origin);

    [Event(7, Level = EventLevel.Warning, Message = "a pack was passed over: {0}")]
    public void PackPassedOver(string reason) => WriteEvent(7, reason);
}
