using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>
/// An access as the race check remembers it. The stamp says which warp at which time: the serial number of the block, the warp, the warp's time; 0 when
/// there was no access. The rest says what to write in a report: the instruction, whether it was strong, the thread.
/// </summary>
internal readonly record struct PastAccess(ulong Stamp, uint Who)
{
    private const int TimeBits = 25;
    private const int StrongBit = 1 << 12;

    public uint Block => (uint)(Stamp >> 32);

    public int Warp => WarpOf(Stamp);

    public uint Time => TimeOf(Stamp);

    public int Index => (int)(Who >> 13);

    public int Thread => (int)(Who & 4095);

    public bool IsStrong => (Who & StrongBit) != 0;

    /// <summary>The same as an atomic access.</summary>
    public PastAccess AsStrong() => this with { Who = Who | StrongBit };

    public static int WarpOf(ulong stamp) => (int)((uint)stamp >> TimeBits);

    public static uint TimeOf(ulong stamp) => (uint)stamp & ((1u << TimeBits) - 1);

    /// <summary>What a lane does now.</summary>
    public static PastAccess Now(Warp warp, Instruction i, int lane, bool isStrong)
        => new(StampOf(warp), ((uint)i.Index << 13) | (isStrong ? StrongBit : 0u) | (uint)warp.LinearThread(lane));

    /// <summary>What a copy does that runs by itself, under an entry of the clocks that is no warp's.</summary>
    public static PastAccess Of(uint serial, int entry, uint time, Instruction i)
        => new(((ulong)serial << 32) | ((ulong)(uint)entry << TimeBits) | time, ((uint)i.Index << 13) | ((uint)entry << 5));

    /// <summary>The stamp of what a warp does now.</summary>
    public static ulong StampOf(Warp warp)
    {
        var time = warp.Clock.Now;
        return time >> TimeBits == 0 ? ((ulong)warp.Block.Serial << 32) | ((ulong)(uint)warp.Index << TimeBits) | time : throw TooLong();
    }

    private static InvalidOperationException TooLong()
        => new($"A warp synchronised more than {1 << TimeBits} times, which the check of races cannot tell apart; run without VirtualGpuChecks.Races.");
}
