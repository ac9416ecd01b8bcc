using System.Runtime.InteropServices;
using KernelDsl.Profiling.Caches;
using KernelDsl.Profiling.Counting;
using KernelDsl.VirtualGpu.Checks;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>One block while it runs; used again for the next one.</summary>
internal sealed unsafe partial class Block : IDisposable
{
    public Block(Launch launch, Clusters.Cluster cluster, int rank)
    {
        Launch = launch;
        Cluster = cluster;
        Rank = rank;
        Program = launch.Program;
        SharedBytes = launch.SharedExtent;
        SharedRaces = new RaceShadow(isShared: true, SharedBytes);
        Shared = (byte*)NativeMemory.AlignedAlloc((nuint)SharedBytes + 64, 256);
        SharedState = (byte*)NativeMemory.AlignedAlloc((nuint)SharedBytes + 64, 256);
        Counters = launch.Counted is { } counted ? new CounterTally(counted.Lines.Length) : null;
        ClockWidth = Program.UsesAsync ? WarpClock.AsyncWidth : WarpClock.Warps;
        _barriers = Enumerable.Range(0, 16).Select(_ => new Barrier(ClockWidth)).ToArray();
        Mbarriers = new Async.MbarrierTable(this);
        Sources = new Async.SourceMarks(this);
        Warpgroups = new Warpgroup.WarpgroupLog(this);
        Warps = [];
        var warps = new Warp[(launch.BlockSize.Count + 31) / 32];
        Warps = warps;
        for (var i = 0; i < warps.Length; i++)
        {
            warps[i] = new Warp(this, i);
        }
    }

    public Launch Launch { get; }

    public Program Program { get; }

    public Warp[] Warps { get; }

    /// <summary>The blocks that run together with this one; itself alone without clusters.</summary>
    public Clusters.Cluster Cluster { get; }

    /// <summary>Its number in the cluster.</summary>
    public int Rank { get; }

    /// <summary>Entries of the clocks of its warps.</summary>
    public int ClockWidth { get; }

    public Async.MbarrierTable Mbarriers { get; }

    /// <summary>Shared memory that copies and products may still read.</summary>
    public Async.SourceMarks Sources { get; }

    public Warpgroup.WarpgroupLog Warpgroups { get; }

    public byte* Shared { get; private set; }

    public byte* SharedState { get; private set; }

    public int SharedBytes { get; }

    public RaceShadow SharedRaces { get; }

    public CounterTally? Counters { get; }

    /// <summary>The accesses of the block that runs, when they are recorded.</summary>
    public BlockStream? Stream { get; private set; }

    public Dim3 Place { get; private set; }

    public long LinearPlace { get; private set; }

    /// <summary>A number that no other block of the device had.</summary>
    public uint Serial { get; private set; }

    public Random Random { get; private set; } = new(0);

    /// <summary>Whether all its threads exited.</summary>
    public bool HasLeft => Array.TrueForAll(Warps, warp => warp.Live == 0);

    public void Reset(long linear)
    {
        LinearPlace = linear;
        var grid = Launch.GridSize;
        Place = new Dim3((uint)(linear % grid.X), (uint)(linear / grid.X % grid.Y), (uint)(linear / grid.X / grid.Y));
        Serial = Launch.FirstSerial + (uint)linear;
        Random = new Random(Launch.SeedOf(linear));
        new Span<byte>(Shared, SharedBytes).Fill(0xcb);
        new Span<byte>(SharedState, SharedBytes + 64).Fill(ByteState.Hole);
        foreach (var range in Launch.SharedRanges)
        {
            new Span<byte>(SharedState + range.Offset, range.Bytes).Clear();
        }

        Stream = Launch.StreamOf(linear);
        ResetBarriers();
        Mbarriers.Clear();
        Sources.Clear();
        _remoteUses.Clear();
        _knownAtExit.Clear();
        Warpgroups.Clear();
        foreach (var warp in Warps)
        {
            warp.Reset();
        }
    }

    /// <summary>The variable at an offset of shared memory.</summary>
    public string SharedName(long offset)
    {
        foreach (var range in Launch.SharedRanges)
        {
            if (offset >= range.Offset && offset < range.Offset + range.Bytes)
            {
                return $"{range.Name} (shared, {range.Bytes} bytes)";
            }
        }

        return $"no shared variable ({string.Join(", ", Launch.SharedRanges.Select(r => $"{r.Name} at {r.Offset} with {r.Bytes} bytes"))})";
    }

    public void Dispose()
    {
        foreach (var warp in Warps)
        {
            warp.Dispose();
        }

        NativeMemory.AlignedFree(Shared);
        NativeMemory.AlignedFree(SharedState);
        Shared = SharedState = null;
    }

    /// <summary>A warp that can run; null when all wait or exited.</summary>
    public Warp? PickWarp()
    {
        var start = Random.Next(Warps.Length);
        for (var k = 0; k < Warps.Length; k++)
        {
            var warp = Warps[(start + k) % Warps.Length];
            if (warp.IsReady)
            {
                return warp;
            }
        }

        return null;
    }
}
