using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using KernelDsl.Runtime.Caching;
using KernelDsl.Runtime.Tests.Caching;

namespace KernelDsl.Runtime.Tests.Images;

public sealed class KernelImageEventsTests
{
    [Fact]
    public void A_listener_sees_hits_misses_damage_evictions_and_failures()
    {
        using var listener = new Listener();
        using var sandbox = new CacheSandbox();
        var cache = sandbox.Open(limit: 4000);
        for (var i = 0; i < 5; i++)
        {
            cache.TryGet(CacheSandbox.Key(i), out _);
            cache.Add(CacheSandbox.Key(i), CacheSandbox.Image(i));
        }

        Assert.True(cache.TryGet(CacheSandbox.Key(4), out _));
        Array.ForEach(sandbox.Files, file => File.WriteAllText(file, "damaged"));
        cache.TryGet(CacheSandbox.Key(4), out _);
        var unusable = Path.Combine(sandbox.Path, "file");
        File.WriteAllText(unusable, "");
        new KernelDiskCache(new KernelCacheOptions(Path.Combine(unusable, "below"), 4000)).Add(CacheSandbox.Key(1), CacheSandbox.Image(1));
        var messages = listener.Messages.Where(message => message.Contains(sandbox.Path, StringComparison.Ordinal)).ToArray();
        Assert.Contains(messages, message => message.StartsWith("cache miss ", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.StartsWith("cache hit ", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.EndsWith("is damaged and was removed: its header is wrong", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.StartsWith($"the cache in {unusable}/below cannot be used: ", StringComparison.Ordinal));
        Assert.Contains(listener.Messages, message => message.StartsWith("cache evicted ", StringComparison.Ordinal));
    }

    private sealed class Listener : EventListener
    {
        public ConcurrentQueue<string> Messages { get; } = [];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "KernelDsl-Images")
            {
                EnableEvents(eventSource, EventLevel.Verbose);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
            => Messages.Enqueue(string.Format(System.Globalization.CultureInfo.InvariantCulture, eventData.Message!, [.. eventData.Payload!]));
    }
}
