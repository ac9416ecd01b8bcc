namespace KernelDsl.VirtualGpu.Ptx;

/// <summary>PTX that is not well formed, or that uses something the virtual GPU does not execute. Thrown before anything runs.</summary>
/// <param name="line">The line of the PTX text, from 1.</param>
/// <param name="reason">One sentence: what stands there and why it is refused.</param>
public sealed class PtxException(int line, string reason) : Exception($"PTX line {line}: {reason}")
{
    /// <summary>The line of the PTX text, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>What stands there and why it is refused.</summary>
    public string Reason { get; } = reason;
}
