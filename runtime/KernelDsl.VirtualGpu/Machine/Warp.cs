using System.Numerics;
using System.Runtime.InteropServices;
using KernelDsl.VirtualGpu.Async;
using KernelDsl.VirtualGpu.Checks;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>32 threads. They run as fragments, each with one program counter; see <c>Warp.Run.cs</c> for how fragments split and meet.</summary>
internal sealed unsafe partial class Warp : IDisposable
{
    private readonly nuint _frameBytes;

    public Warp(Block block, int index)
    {
        Block = block;
        Index = index;
        var program = block.Program;
        _frameBytes = (nuint)program.Frame.Size + 64;
        R = (byte*)NativeMemory.AlignedAlloc(_frameBytes, 64);
        LocalBytes = program.LocalBytes;
        if (LocalBytes > 0)
        {
            Local = (byte*)NativeMemory.AlignedAlloc((nuint)LocalBytes * 32, 64);
            LocalState = (byte*)NativeMemory.AlignedAlloc((nuint)LocalBytes * 32, 64);
        }

        Clock = new WarpClock(block.ClockWidth);
        Defined = new uint[program.RegisterNames.Length];
        var launch = block.Launch;
        NativeMemory.Clear(R, _frameBytes);
        launch.FillConstants(R);
        launch.FillThreads(R, this);
    }

    /// <summary>The register frame.</summary>
    public byte* R { get; private set; }

    public Block Block { get; }

    public int Index { get; }

    /// <summary>Lanes that exist and did not exit.</summary>
    public uint Live { get; private set; }

    public List<Fragment> Fragments { get; } = [];

    /// <summary>For each register with suspect reads, the lanes that wrote it.</summary>
    public uint[] Defined { get; }

    public byte* Local { get; private set; }

    public byte* LocalState { get; private set; }

    public int LocalBytes { get; }

    /// <summary>What this warp knows of the past of others.</summary>
    public WarpClock Clock { get; }

    public AsyncCopies Copies { get; } = new();

    /// <summary>Bulk copies that its threads began and wait for by groups.</summary>
    public BulkGroups Bulk { get; } = new();

    /// <summary>Instructions that ran, for clocks and budgets.</summary>
    public long Ticks { get; private set; }

    /// <summary>Nanoseconds that it slept.</summary>
    public long Slept { get; private set; }

    public FindingLog Log => Block.Launch.Log;

    public bool IsReady
    {
        get
        {
            var isDeferred = false;
            var isWaiting = false;
            foreach (var fragment in Fragments)
            {
                if (fragment.State == FragmentState.Ready)
                {
                    return true;
                }

                isDeferred |= fragment.State == FragmentState.Deferred;
                isWaiting |= fragment.State == FragmentState.AtWait;
            }

            return isDeferred && !isWaiting;
        }
    }

    /// <summary>The linear number of a thread in its block.</summary>
    public int LinearThread(int lane) => (Index * 32) + lane;

    public Dim3 ThreadOf(int lane)
    {
        var size = Block.Launch.BlockSize;
        var linear = (uint)LinearThread(Math.Max(lane, 0));
        return new Dim3(linear % size.X, linear / size.X % size.Y, linear / size.X / size.Y);
    }

    /// <summary>Begins a block: all threads that exist stand at the first instruction.</summary>
    public void Reset()
    {
        var count = Math.Clamp(Block.Launch.BlockSize.Count - (Index * 32), 0, 32);
        Live = count == 32 ? uint.MaxValue : (1u << (int)count) - 1;
        Fragments.Clear();
        Fragments.Add(new Fragment { Pc = 0, Mask = Live });
        Array.Clear(Defined);
        ClearPoison();
        Copies.Clear();
        Bulk.Clear();
        ResetWarpgroup();
        ResetStack();
        Clock.Reset(Block.Warps.Length);
        Block.Launch.FillBlock(R, Block);
        if (LocalBytes > 0)
        {
            NativeMemory.Fill(Local, (nuint)LocalBytes * 32, 0xcb);
            NativeMemory.Clear(LocalState, (nuint)LocalBytes * 32);
        }
    }

    public void Report(FindingKind kind, Instruction at, int lane, string message, ulong address = 0, string? allocation = null, Instruction? other = null)
        => Log.Report(kind, this, at, lane, message, address, allocation, other);

    public void Report(FindingKind kind, Instruction at, uint lanes, string message) => Log.Report(kind, this, at, BitOperations.TrailingZeroCount(lanes) & 31, message);

    public void Dispose()
    {
        NativeMemory.AlignedFree(R);
        NativeMemory.AlignedFree(Local);
        NativeMemory.AlignedFree(LocalState);
        R = Local = LocalState = null;
    }
}
