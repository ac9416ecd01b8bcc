using System.Runtime.InteropServices;
using KernelDsl.VirtualGpu.Checks;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>One block while it runs; used again for the next one.</summary>
internal sealed unsafe partial class Block : IDisposable
{
    public Block(Launch launch)
    {
        Launch = launch;
        Program = launch.Program;
        SharedBytes = launch.SharedExtent;
        SharedRaces = new RaceShadow(isShared: true, SharedBytes);
        Shared = (byte*)NativeMemory.AlignedAlloc((nuint)SharedBytes + 64, 256);
        SharedState = (byte*)NativeMemory.AlignedAlloc((nuint)SharedBytes + 64, 256);
        Counters = launch.CountEvents ? new BlockCounters(Program.Code.Length) : null;
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

    public byte* Shared { get; private set; }

    public byte* SharedState { get; private set; }

    public int SharedBytes { get; }

    public RaceShadow SharedRaces { get; }

    public BlockCounters? Counters { get; }

    public Dim3 Place { get; private set; }

    public long LinearPlace { get; private set; }

    /// <summary>A number that no other block of the device had.</summary>
    public uint Serial { get; private set; }

    public Random Random { get; private set; } = new(0);

    public bool IsDone { get; private set; }

    public void Reset(long linear)
    {
        LinearPlace = linear;
        var grid = Launch.GridSize;
        Place = new Dim3((uint)(linear % grid.X), (uint)(linear / grid.X % grid.Y), (uint)(linear / grid.X / grid.Y));
        Serial = Launch.FirstSerial + (uint)linear;
        Random = new Random(HashCode.Combine(Launch.Seed, linear));
        IsDone = false;
        new Span<byte>(Shared, SharedBytes).Fill(0xcb);
        new Span<byte>(SharedState, SharedBytes + 64).Fill(ByteState.Hole);
        foreach (var range in Launch.SharedRanges)
        {
            new Span<byte>(SharedState + range.Offset, range.Bytes).Clear();
        }

        ResetBarriers();
        foreach (var warp in Warps)
        {
            warp.Reset();
        }
    }

    /// <summary>Runs warps in a random order until the block is done or the slice is used up.</summary>
    public void Run(long slice)
    {
        var used = 0L;
        while (used < slice)
        {
            var warp = PickWarp();
            if (warp is null)
            {
                IsDone = Array.TrueForAll(Warps, w => w.Live == 0);
                if (!IsDone)
                {
                    Deadlock();
                }

                CheckLeftovers();

                return;
            }

            var before = warp.Ticks;
            warp.Run(Random.Next(64, 2048));
            var ran = warp.Ticks - before;
            used += ran;
            Launch.Spend(ran, warp);
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

    private Warp? PickWarp()
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
