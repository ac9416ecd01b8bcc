namespace KernelDsl.Profiling.Gpus;

/// <summary>A GPU as numbers, for bounds. Rates are per clock and multiprocessor (SM) unless a name says otherwise.</summary>
/// <param name="Name">Such as <c>H100 SXM5</c>.</param>
/// <param name="Architecture">Such as <c>sm_90</c>.</param>
/// <param name="Id">As one types it, such as <c>h100</c>.</param>
public sealed partial record GpuModel(string Name, string Architecture, string Id)
{
    /// <summary>Multiprocessors.</summary>
    public required Figure Sms { get; init; }

    /// <summary>The clock in MHz that peaks are stated for.</summary>
    public required Figure ClockMhz { get; init; }

    /// <summary>The highest clock in MHz, which bounds use, so that they stay bounds.</summary>
    public required Figure MaxClockMhz { get; init; }

    /// <summary>Warps that can be resident.</summary>
    public required Figure MaxWarps { get; init; }

    /// <summary>Blocks that can be resident.</summary>
    public required Figure MaxBlocks { get; init; }

    /// <summary>32-bit registers.</summary>
    public required Figure Registers { get; init; }

    /// <summary>KiB of memory that first-level cache and shared memory share.</summary>
    public required Figure UnifiedKib { get; init; }

    /// <summary>The sizes that shared memory can be given, in KiB, rising.</summary>
    public required ImmutableArray<int> CarveOutsKib { get; init; }

    /// <summary>The source of <see cref="CarveOutsKib"/>.</summary>
    public required Figure MaxSharedKib { get; init; }

    /// <summary>Warp instructions that can be issued.</summary>
    public required Figure Issue { get; init; }

    /// <summary>f32 fused multiply-adds.</summary>
    public required Figure Fma { get; init; }

    /// <summary>Results of packed f16 fused multiply-adds.</summary>
    public required Figure HalfFma { get; init; }

    /// <summary>f64 fused multiply-adds.</summary>
    public required Figure DoubleFma { get; init; }

    /// <summary>Integer additions, logic, shifts.</summary>
    public required Figure Integer { get; init; }

    /// <summary>Special functions (MUFU).</summary>
    public required Figure Special { get; init; }

    /// <summary>Results of shuffles.</summary>
    public required Figure Shuffle { get; init; }

    /// <summary>Instructions of the load and store unit.</summary>
    public required Figure LoadStore { get; init; }

    /// <summary>Bytes of shared memory, or of the first level.</summary>
    public required Figure SharedBytes { get; init; }

    /// <summary>Bytes between first and second level.</summary>
    public required Figure FirstLevelFillBytes { get; init; }

    /// <summary>Tensor core f16 and bf16 multiply-adds with f32 sums.</summary>
    public required Figure TensorHalf { get; init; }

    /// <summary>Tensor core tf32 multiply-adds.</summary>
    public required Figure TensorFloat { get; init; }

    /// <summary>Tensor core 8-bit float multiply-adds with f32 sums; 0 where there are none.</summary>
    public required Figure TensorFloat8 { get; init; }

    /// <summary>Tensor core 8-bit integer multiply-adds.</summary>
    public required Figure TensorInteger { get; init; }

    /// <summary>Tensor core f64 multiply-adds; 0 where there are none.</summary>
    public required Figure TensorDouble { get; init; }

    /// <summary>Tensor core f16 multiply-adds with f16 sums.</summary>
    public required Figure TensorHalfSums { get; init; }

    /// <summary>Tensor core 8-bit float multiply-adds with f16 sums; 0 where there are none.</summary>
    public required Figure TensorFloat8HalfSums { get; init; }

    /// <summary>Clocks between two <c>m16n8k16</c> with f32 sums on one quarter of a multiprocessor.</summary>
    public required Figure TensorInterval { get; init; }

    /// <summary>Conversions of f32 to integers.</summary>
    public required Figure FloatToInteger { get; init; }

    /// <summary>Conversions of integers to f32.</summary>
    public required Figure IntegerToFloat { get; init; }

    /// <summary>Packings of two f32 to f16.</summary>
    public required Figure PackHalf { get; init; }

    /// <summary>Population counts.</summary>
    public required Figure Popcount { get; init; }

    /// <summary>Results of <c>redux</c>.</summary>
    public required Figure Redux { get; init; }

    /// <summary>Results of votes.</summary>
    public required Figure Vote { get; init; }

    /// <summary>Clocks of the TMA for one request, of an arrival at an mbarrier, of a try-wait, and of a barrier's release; empty before sm_90.</summary>
    public ImmutableArray<(string Name, Figure Figure)> AsyncCopies { get; init; } = [];

    /// <summary>The share of the tensor peak that <c>mma.sync</c> reaches; the rest needs <c>wgmma</c>.</summary>
    public required Figure MmaSyncShare { get; init; }

    /// <summary>Clocks until a dependent <c>mma.sync</c> can start.</summary>
    public required Figure TensorLatency { get; init; }

    /// <summary>Clocks of a load from shared memory.</summary>
    public required Figure SharedLatency { get; init; }

    /// <summary>Clocks of a load that hits the first level.</summary>
    public required Figure FirstLevelLatency { get; init; }

    /// <summary>Clocks of a load that hits the second level.</summary>
    public required Figure SecondLevelLatency { get; init; }

    /// <summary>Clocks of a load from memory, in all.</summary>
    public required Figure DramLatency { get; init; }

    /// <summary>Clocks until a dependent f32 or integer instruction can start.</summary>
    public required Figure AluLatency { get; init; }

    /// <summary>MiB of the second level.</summary>
    public required Figure SecondLevelMib { get; init; }

    /// <summary>Bytes per clock of the second level, all of it.</summary>
    public required Figure SecondLevelBytes { get; init; }

    /// <summary>GB/s of memory.</summary>
    public required Figure DramGbs { get; init; }

    /// <summary>The share of memory bandwidth that kernels reach.</summary>
    public required Figure DramShare { get; init; }

    /// <summary>The share of second-level bandwidth that kernels reach.</summary>
    public required Figure SecondLevelShare { get; init; }

    /// <summary>All figures with their names, for tables.</summary>
    public IEnumerable<(string Name, string Unit, Figure Figure)> Figures =>
    [
        ("multiprocessors", "", Sms), ("clock of peaks", "MHz", ClockMhz), ("highest clock", "MHz", MaxClockMhz), ("warps", "per SM", MaxWarps),
        ("blocks", "per SM", MaxBlocks), ("registers", "per SM", Registers), ("unified memory", "KiB per SM", UnifiedKib),
        ("shared memory", "KiB per SM", MaxSharedKib), ("issue", "warp instructions/clk/SM", Issue), ("f32 FMA", "/clk/SM", Fma),
        ("f16 FMA", "/clk/SM", HalfFma), ("f64 FMA", "/clk/SM", DoubleFma), ("integer", "/clk/SM", Integer), ("special", "/clk/SM", Special),
        ("shuffle", "/clk/SM", Shuffle), ("load/store", "instructions/clk/SM", LoadStore), ("shared memory", "B/clk/SM", SharedBytes),
        ("L2 to L1", "B/clk/SM", FirstLevelFillBytes), ("tensor f16", "FMA/clk/SM", TensorHalf), ("tensor tf32", "FMA/clk/SM", TensorFloat),
        ("tensor fp8", "FMA/clk/SM", TensorFloat8), ("tensor int8", "FMA/clk/SM", TensorInteger), ("tensor f64", "FMA/clk/SM", TensorDouble),
        ("tensor f16, f16 sums", "FMA/clk/SM", TensorHalfSums), ("tensor fp8, f16 sums", "FMA/clk/SM", TensorFloat8HalfSums),
        ("m16n8k16 interval", "clk", TensorInterval), ("f32 to integer", "/clk/SM", FloatToInteger), ("integer to f32", "/clk/SM", IntegerToFloat),
        ("f16 packing", "/clk/SM", PackHalf), ("popc", "/clk/SM", Popcount), ("redux", "/clk/SM", Redux), ("vote", "/clk/SM", Vote),
        ("mma.sync share", "", MmaSyncShare), ("tensor latency", "clk", TensorLatency), ("shared latency", "clk", SharedLatency),
        ("L1 latency", "clk", FirstLevelLatency), ("L2 latency", "clk", SecondLevelLatency), ("DRAM latency", "clk", DramLatency),
        ("ALU latency", "clk", AluLatency), ("L2", "MiB", SecondLevelMib), ("L2", "B/clk", SecondLevelBytes), ("DRAM", "GB/s", DramGbs),
        ("DRAM share reached", "", DramShare), ("L2 share reached", "", SecondLevelShare),
        .. AsyncCopies.Select(item => (item.Name, "clk", item.Figure)),
    ];
}
