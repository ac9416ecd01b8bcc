using System.Text;
using KernelDsl.Runtime.Cuda;

namespace KernelDsl.Runtime.Tests.Images;

/// <summary>Gives back what it was asked for, and counts.</summary>
internal sealed class FakeNvrtc : INvrtc
{
    private int _compiles;

    public int Compiles => _compiles;

    public Version Version { get; init; } = new(12, 4);

    public string Location => "nowhere";

    public ImmutableArray<int> Architectures { get; init; } = [80, 90];

    public TimeSpan Duration { get; init; }

    public string? Failure { get; set; }

    public NvrtcResult Compile(string source, string name, string architecture, NvrtcOutput output, params ReadOnlySpan<string> options)
    {
        Interlocked.Increment(ref _compiles);
        Thread.Sleep(Duration);
        return Failure is null
            ? new NvrtcResult(output, [.. Encoding.UTF8.GetBytes($"{output} {architecture} {string.Join(" ", options)} {source}")], "")
            : throw new NvrtcException("refused", Failure);
    }
}
