using KernelDsl.Profiling.Caches;
using KernelDsl.VirtualGpu.Checks;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>One launch of a kernel: its sizes, its parameters, and what all its blocks share.</summary>
internal sealed unsafe class Launch
{
    private long _budget;
    private volatile bool _isStopped;

    public Launch(Program program, DeviceMemory memory, FindingLog log, VirtualGpuOptions options, Dim3 grid, Dim3 block, int sharedBytes, byte[] parameters, uint firstSerial, Dim3? cluster = null, bool isCooperative = false)
    {
        Program = program;
        Memory = memory;
        Log = log;
        Options = options;
        GridSize = grid;
        BlockSize = block;
        ClusterSize = cluster ?? new Dim3(1);
        IsExplicitCluster = cluster is not null;
        IsCooperative = isCooperative;
        DynamicSharedBytes = sharedBytes;
        Parameters = parameters;
        FirstSerial = firstSerial;
        _budget = options.InstructionBudget;
        SharedRanges = program.SharedRanges.Select(range => range.Bytes == 0 ? range with { Bytes = sharedBytes } : range).ToImmutableArray();
        SharedExtent = Math.Max(program.DynamicShared + sharedBytes, 1);
        Counted = options.CountEvents ? program.Counted : null;
        Streams = options is { CountEvents: true, RecordAccesses: true } ? new BlockStream[grid.Count] : [];
        ParameterState = new byte[parameters.Length + 16];
        Array.Fill(ParameterState, ByteState.Written);
    }

    public Program Program { get; }

    public DeviceMemory Memory { get; }

    public FindingLog Log { get; }

    public VirtualGpuOptions Options { get; }

    public VirtualGpuChecks Checks => Options.Checks;

    public bool ChecksRaces => (Options.Checks & VirtualGpuChecks.Races) != 0;

    public bool AsksForAcquireFences => (Options.Checks & VirtualGpuChecks.AcquireFences) != 0;

    /// <summary>Is told of every access of global memory that is in order; null in ordinary launches.</summary>
    public Action<MemoryTouch>? Observer { get; init; }

    public bool ChecksLeftovers => (Options.Checks & VirtualGpuChecks.Leftovers) != 0;

    public bool ChecksRedundantWrites => (Options.Checks & VirtualGpuChecks.RedundantWrites) != 0;

    /// <summary>Whether accesses of neighbouring lanes are checked in one piece; tests compare with the other way.</summary>
    public bool UsesCoalescing { get; init; } = true;

    public bool ChecksInitialisation => (Options.Checks & VirtualGpuChecks.Initialisation) != 0;

    public Dim3 GridSize { get; }

    public Dim3 BlockSize { get; }

    /// <summary>Blocks that run together and reach each other's shared memory.</summary>
    public Dim3 ClusterSize { get; }

    public bool IsExplicitCluster { get; }

    /// <summary>All blocks run at once.</summary>
    public bool IsCooperative { get; }

    public int DynamicSharedBytes { get; }

    public int SharedExtent { get; }

    public ImmutableArray<SharedRange> SharedRanges { get; }

    public byte[] Parameters { get; }

    public byte[] ParameterState { get; }

    /// <summary>Pinned while the launch runs.</summary>
    public byte* ParameterData { get; set; }

    /// <summary>Pinned while the launch runs.</summary>
    public byte* ParameterStateData { get; set; }

    public uint FirstSerial { get; }

    public int Seed => Options.Seed;

    /// <summary>The slots of counters; null when nothing is counted.</summary>
    public CountedLines? Counted { get; }

    /// <summary>The accesses of each block; empty when they are not recorded.</summary>
    public BlockStream[] Streams { get; }

    public bool IsStopped => _isStopped;

    public ReleaseTable Releases { get; } = new();

    public Action<string>? Print { get; init; }

    /// <summary>A new stream for a block, or null.</summary>
    public BlockStream? StreamOf(long linear) => Streams.Length > 0 ? Streams[linear] = new BlockStream() : null;

    /// <summary>The seed of a block, the same in every process.</summary>
    public int SeedOf(long number)
    {
        var bits = ((ulong)(uint)Seed << 32) ^ ((ulong)number * 0x9e3779b97f4a7c15);
        bits = (bits ^ (bits >> 31)) * 0xbf58476d1ce4e5b9;
        return (int)((bits ^ (bits >> 29)) >> 16);
    }

    public void Stop() => _isStopped = true;

    /// <summary>Takes instructions from the budget.</summary>
    public void Spend(long instructions, Warp warp)
    {
        if (Interlocked.Add(ref _budget, -instructions) < 0)
        {
            var fragment = warp.Fragments.FirstOrDefault();
            var at = fragment is null ? null : Program.Code[Math.Min(fragment.Pc, Program.Code.Length - 1)];
            Log.Report(FindingKind.Hang, warp, at, 0, $"the launch executed more than {Options.InstructionBudget} warp instructions; it seems to hang here.");
        }

        if (_isStopped)
        {
            throw new OperationCanceledException();
        }
    }

    public void FillConstants(byte* frame)
    {
        FillLate(frame);
        foreach (var ((bits, size), slot) in Program.Frame.Constants)
        {
            switch (size)
            {
                case 0:
                    *(uint*)(frame + slot) = bits == 0 ? 0 : uint.MaxValue;
                    break;
                case 4:
                    new Span<uint>(frame + slot, 32).Fill((uint)bits);
                    break;
                case 8:
                    new Span<ulong>(frame + slot, 32).Fill(bits);
                    break;
                default:
                    new Span<ushort>(frame + slot, 32).Fill((ushort)bits);
                    break;
            }
        }
    }

    private void FillLate(byte* frame)
    {
        foreach (var (slot, value) in Program.Frame.Late)
        {
            if (slot < 0)
            {
                new Span<uint>(frame - slot, 32).Fill((uint)value);
            }
            else
            {
                new Span<ulong>(frame + slot, 32).Fill(value);
            }
        }
    }

    /// <summary>Special registers that do not change from block to block.</summary>
    public void FillThreads(byte* frame, Warp warp)
    {
        foreach (var (name, slot) in Program.Frame.Specials)
        {
            var values = (uint*)(frame + slot);
            for (var lane = 0; lane < 32; lane++)
            {
                var thread = warp.ThreadOf(lane);
                values[lane] = name switch
                {
                    "%tid.x" => thread.X,
                    "%tid.y" => thread.Y,
                    "%tid.z" => thread.Z,
                    "%ntid.x" => BlockSize.X,
                    "%ntid.y" => BlockSize.Y,
                    "%ntid.z" => BlockSize.Z,
                    "%nctaid.x" => GridSize.X,
                    "%nctaid.y" => GridSize.Y,
                    "%nctaid.z" => GridSize.Z,
                    "%laneid" => (uint)lane,
                    "%warpid" => (uint)warp.Index,
                    "%nwarpid" => 64,
                    "%lanemask_eq" => 1u << lane,
                    "%lanemask_lt" => (1u << lane) - 1,
                    "%lanemask_le" => (2u << lane) - 1,
                    "%lanemask_gt" => ~((2u << lane) - 1),
                    "%lanemask_ge" => ~((1u << lane) - 1),
                    "%nsmid" => (uint)Options.MultiprocessorCount,
                    "%gridid" => FirstSerial,
                    "%dynamic_smem_size" => (uint)DynamicSharedBytes,
                    "%total_smem_size" => (uint)(Program.StaticShared + DynamicSharedBytes),
                    "%nclusterid.x" => GridSize.X / ClusterSize.X,
                    "%nclusterid.y" => GridSize.Y / ClusterSize.Y,
                    "%nclusterid.z" => GridSize.Z / ClusterSize.Z,
                    "%cluster_nctaid.x" => ClusterSize.X,
                    "%cluster_nctaid.y" => ClusterSize.Y,
                    "%cluster_nctaid.z" => ClusterSize.Z,
                    "%cluster_nctarank" => (uint)ClusterSize.Count,
                    "%is_explicit_cluster" => IsExplicitCluster ? uint.MaxValue : 0,
                    _ => 0,
                };
            }
        }
    }

    /// <summary>Special registers of a block.</summary>
    public void FillBlock(byte* frame, Block block)
    {
        foreach (var (name, slot) in Program.Frame.Specials)
        {
            uint? value = name switch
            {
                "%ctaid.x" => block.Place.X,
                "%ctaid.y" => block.Place.Y,
                "%ctaid.z" => block.Place.Z,
                "%clusterid.x" => block.Place.X / ClusterSize.X,
                "%clusterid.y" => block.Place.Y / ClusterSize.Y,
                "%clusterid.z" => block.Place.Z / ClusterSize.Z,
                "%cluster_ctaid.x" => block.Place.X % ClusterSize.X,
                "%cluster_ctaid.y" => block.Place.Y % ClusterSize.Y,
                "%cluster_ctaid.z" => block.Place.Z % ClusterSize.Z,
                "%cluster_ctarank" => (uint)block.Rank,
                "%smid" => (uint)(block.LinearPlace % Options.MultiprocessorCount),
                _ => null,
            };
            if (value is { } v)
            {
                new Span<uint>(frame + slot, 32).Fill(v);
            }
        }
    }
}
