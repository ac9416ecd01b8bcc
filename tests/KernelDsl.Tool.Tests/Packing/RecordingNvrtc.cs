using System.Collections.Concurrent;
using System.Text;
using KernelDsl.Runtime.Cuda;

namespace KernelDsl.Tool.Tests.Packing;

/// <summary>Notes what it was asked for, and refuses texts that have a word.</summary>
internal sealed class RecordingNvrtc(string? refused = null) : INvrtc
{
    public ConcurrentQueue<string> Compiles { get; } = [];

    public Version Version => new(12, 4);

    public string Location => "nowhere";

    public ImmutableArray<int> Architectures => [80, 90];

    public NvrtcResult Compile(string source, string name, string architecture, NvrtcOutput output, params ReadOnlySpan<string> options)
    {
        var what = $"{name} {architecture} {output} {string.Join(" ", options)}";
        Compiles.Enqueue(what);
        return refused is not null && source.Contains(refused, StringComparison.Ordinal)
            ? throw new NvrtcException($"NVRTC 12.4 could not compile {name}.", "line one\nline two")
            : new NvrtcResult(output, [.. Encoding.UTF8.GetBytes(what + source)], "");
    }
}
