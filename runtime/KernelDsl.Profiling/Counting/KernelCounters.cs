namespace KernelDsl.Profiling.Counting;

/// <summary>What one launch of one kernel executed.</summary>
/// <param name="Kernel">The name of the entry.</param>
/// <param name="Launch">The sizes of the launch.</param>
/// <param name="Lines">Every instruction of the kernel in the order of the PTX text, also those that no warp reached.</param>
public sealed record KernelCounters(string Kernel, LaunchShape Launch, ImmutableArray<LineCounters> Lines)
{
    /// <summary>PTX instructions of all warps.</summary>
    public long WarpInstructions => Lines.Sum(line => line.WarpExecutions);

    /// <summary>The mean of active lanes over all executed PTX instructions, 0 to 32.</summary>
    public double ActiveLanesPerWarp => WarpInstructions == 0 ? 0 : (double)Lines.Sum(line => line.ActiveLanes) / WarpInstructions;

    /// <summary>Floating-point operations outside of the tensor cores: 2 for a fused multiply-add, twice as many for packed halves.</summary>
    public double ScalarFlops => Lines.Sum(line => (double)line.ActiveLanes * PtxOpcode.FlopsPerLane(line.Opcode));

    /// <summary>Operations of the tensor cores: 2 · m · n · k for each multiplication of tiles.</summary>
    public double TensorFlops => Lines.Sum(line => line.WarpExecutions * (TensorShape.Of(line.Opcode)?.FlopsPerWarp ?? 0));

    /// <summary>The counts of two launches of one kernel, summed; the sizes of the launch are those of this one.</summary>
    /// <param name="other">Another launch.</param>
    /// <exception cref="ArgumentException">It is of another kernel.</exception>
    public KernelCounters Plus(KernelCounters other)
        => other.Kernel == Kernel && other.Lines.Length == Lines.Length
            ? this with { Lines = [.. Lines.Zip(other.Lines, (a, b) => a.Plus(b))] }
            : throw new ArgumentException($"Counters of '{other.Kernel}' cannot be added to those of '{Kernel}'.", nameof(other));

    /// <summary>All lines that access global or local memory, summed.</summary>
    public GlobalCounters Global => Lines.Select(line => line.Global).OfType<GlobalCounters>().Aggregate(new GlobalCounters(0, 0, 0, 0, 0), (a, b) => a.Plus(b));

    /// <summary>All lines that access shared memory, summed.</summary>
    public SharedCounters Shared => Lines.Select(line => line.Shared).OfType<SharedCounters>().Aggregate(new SharedCounters(0, 0, 0, 0), (a, b) => a.Plus(b));
}
