namespace KernelDsl.Profiling.Counting;

/// <summary>A line of a source file.</summary>
/// <param name="File">The name as the compiler was given it.</param>
/// <param name="Line">From 1.</param>
public readonly record struct SourceLine(string File, int Line);

/// <summary>What the warps of a launch did at one line of PTX.</summary>
/// <param name="PtxLine">The line in the PTX text, from 1.</param>
/// <param name="Opcode">The instruction without guard and operands, such as <c>ld.global.v4.f32</c>.</param>
public sealed record LineCounters(int PtxLine, string Opcode)
{
    /// <summary>The line of CUDA C that <c>.loc</c> gives; null when there is none.</summary>
    public SourceLine? Cuda { get; init; }

    /// <summary>The line of the spec; null when not known.</summary>
    public SourceLine? Spec { get; init; }

    /// <summary>How often a warp came to the line, whether or not its guard let any lane through: <c>inst_executed</c>.</summary>
    public long WarpExecutions { get; init; }

    /// <summary>The lanes for which the guard held, summed over all executions: <c>thread_inst_executed_pred_on</c>.</summary>
    public long ActiveLanes { get; init; }

    /// <summary>What happened in global or local memory; null for other lines.</summary>
    public GlobalCounters? Global { get; init; }

    /// <summary>What happened in shared memory; null for other lines.</summary>
    public SharedCounters? Shared { get; init; }

    internal LineCounters Plus(LineCounters other) => this with
    {
        WarpExecutions = WarpExecutions + other.WarpExecutions,
        ActiveLanes = ActiveLanes + other.ActiveLanes,
        Global = other.Global is null ? Global : Global is null ? other.Global : Global.Plus(other.Global),
        Shared = other.Shared is null ? Shared : Shared is null ? other.Shared : Shared.Plus(other.Shared),
    };
}

/// <summary>Accesses to global or local memory, as <see cref="Rules.SectorRule"/> counts them.</summary>
/// <param name="Requests">Warp accesses in which a lane took part.</param>
/// <param name="Sectors">32-byte sectors.</param>
/// <param name="IdealSectors">Sectors that could have held the distinct bytes.</param>
/// <param name="TagWavefronts">Passes of the tag stage.</param>
/// <param name="Bytes">Bytes that the lanes asked for.</param>
public sealed record GlobalCounters(long Requests, long Sectors, long IdealSectors, long TagWavefronts, long Bytes)
{
    /// <summary>Sectors per request: 4 for 4-byte lanes that lie together, 32 at worst. 0 without a request.</summary>
    public double SectorsPerRequest => Requests == 0 ? 0 : (double)Sectors / Requests;

    internal GlobalCounters Plus(GlobalCounters other) => new(
        Requests + other.Requests, Sectors + other.Sectors, IdealSectors + other.IdealSectors, TagWavefronts + other.TagWavefronts, Bytes + other.Bytes);
}

/// <summary>Accesses to shared memory, as <see cref="Rules.BankRule"/> counts them.</summary>
/// <param name="Requests">Warp accesses in which a lane took part.</param>
/// <param name="Wavefronts">Passes.</param>
/// <param name="IdealWavefronts">Passes without conflicts.</param>
/// <param name="Bytes">Bytes that the lanes asked for.</param>
public sealed record SharedCounters(long Requests, long Wavefronts, long IdealWavefronts, long Bytes)
{
    /// <summary>Passes that bank conflicts cost.</summary>
    public long Conflicts => Wavefronts - IdealWavefronts;

    internal SharedCounters Plus(SharedCounters other) => new(
        Requests + other.Requests, Wavefronts + other.Wavefronts, IdealWavefronts + other.IdealWavefronts, Bytes + other.Bytes);
}
