using KernelDsl.Profiling.Gpus;

namespace KernelDsl.Profiling.Bounds;

/// <summary>Collects terms, all in seconds at the highest clock. What is not used gives no term.</summary>
internal sealed class TermSheet(GpuModel gpu, double busiestShare)
{
    private readonly List<BoundTerm> _terms = [];

    public IReadOnlyList<BoundTerm> Terms => _terms;

    public double ClocksPerSecond => gpu.MaxClockMhz * 1e6;

    /// <summary>Work of the whole launch that multiprocessors share, at a rate for each.</summary>
    public void PerSm(string resource, double work, double rate, string basis)
    {
        if (work > 0 && rate > 0)
        {
            Clocks(resource, work * busiestShare / rate, basis + ", busiest SM");
        }
    }

    public void Clocks(string resource, double clocks, string basis) => Add(resource, clocks / ClocksPerSecond, 1, basis);

    public void Add(string resource, double seconds, double usualShare, string basis)
    {
        if (seconds > 0)
        {
            _terms.Add(new BoundTerm(resource, seconds, seconds / usualShare, basis));
        }
    }
}
