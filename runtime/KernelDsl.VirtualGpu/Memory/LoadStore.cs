using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>Loads and stores. <c>Width</c> is the size of an element in memory, <c>Option</c> that of a register, <c>Option2</c> 1 when signs are extended.</summary>
internal static unsafe class LoadStore
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load(Warp warp, Instruction i, uint mask)
    {
        var count = i.Destinations.Length;
        var width = i.Width * count;
        for (var m = CoalescedAccess.Load(warp, i, mask); m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var address = MemoryAccess.Address(warp, i, lane);
            if (!MemoryAccess.TryResolve(warp, i, lane, i.Space, address, width, AccessType.Read, out var place))
            {
                for (var k = 0; k < count; k++)
                {
                    WriteRegister(warp.R + i.Destinations[k], i.Option, lane, 0);
                }

                continue;
            }

            if (place.Space is StateSpace.Shared or StateSpace.Local)
            {
                Poison(warp, i, lane, ref place, address, width);
            }
            else
            {
                MemoryAccess.CheckWritten(warp, i, lane, ref place, address, width);
            }

            if (place.Space is StateSpace.Shared or StateSpace.Global)
            {
                MemoryAccess.CheckRace(warp, i, lane, ref place, address, width, writes: false, i.IsStrong, sameValue: false);
            }

            for (var k = 0; k < count; k++)
            {
                if (i.Destinations[k] >= 0)
                {
                    WriteRegister(warp.R + i.Destinations[k], i.Option, lane, ReadMemory(place.Data + (k * i.Width), i.Width, i.Option2 == 1));
                }
            }

            // After the read, so that what it saw was released before.
            if (i.IsStrong && place.Space is StateSpace.Shared or StateSpace.Global)
            {
                warp.Block.Launch.Releases.Acquire(Key(warp, ref place, address), warp, i.IsAcquire);
                if (m == mask && place.Space == StateSpace.Global)
                {
                    warp.Look(address, *place.Data);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store(Warp warp, Instruction i, uint mask)
    {
        var count = i.Sources.Length;
        var width = i.Width * count;
        var values = stackalloc byte[32];
        for (var m = CoalescedAccess.Store(warp, i, mask); m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var address = MemoryAccess.Address(warp, i, lane);
            if (!MemoryAccess.TryResolve(warp, i, lane, i.Space, address, width, AccessType.Write, out var place))
            {
                continue;
            }

            for (var k = 0; k < count; k++)
            {
                WriteMemory(values + (k * i.Width), i.Width, ReadRegister(warp.R + i.Sources[k], i.Option, lane));
            }

            if (place.Space is StateSpace.Shared or StateSpace.Global)
            {
                // Threads that write what is there already do no harm in practice: the usual `found = 1`.
                var same = !warp.Block.Launch.ChecksRedundantWrites && place.State[0] == ByteState.Written && new ReadOnlySpan<byte>(values, width).SequenceEqual(new ReadOnlySpan<byte>(place.Data, width));
                MemoryAccess.CheckRace(warp, i, lane, ref place, address, width, writes: true, i.IsStrong, same);
                if (i.IsStrong)
                {
                    Release(warp, i, ref place, address);
                }
            }

            MemoryAccess.MarkWritten(warp, i, lane, ref place, address, width);
            Copy(values, place.Data, width);
        }
    }

    /// <summary>Marks the registers that get bytes which nothing wrote.</summary>
    private static void Poison(Warp warp, Instruction i, int lane, ref Place place, ulong address, int width)
    {
        if (!MemoryAccess.IsUnwritten(warp, i, lane, ref place, address, width))
        {
            return;
        }

        for (var k = 0; k < i.Destinations.Length; k++)
        {
            if (i.Destinations[k] >= 0 && new ReadOnlySpan<byte>(place.State + (k * i.Width), i.Width).IndexOfAnyExcept(ByteState.Written) >= 0)
            {
                warp.Poison(i, i.Destinations[k], 1u << lane, address + (ulong)(k * i.Width), MemoryAccess.NameOf(warp, ref place));
            }
        }
    }

    /// <summary>A strong write releases what came before a fence, or before itself when it says so.</summary>
    public static void Release(Warp warp, Instruction i, ref Place place, ulong address)
    {
        var clock = warp.Clock;
        var inBlock = i.IsRelease ? clock.Now + 1 : clock.FencedInBlock;
        var everywhere = place.Space == StateSpace.Shared || (i.IsRelease && !i.IsBlockScope) ? inBlock : clock.Fenced;
        if (inBlock > 0)
        {
            warp.Block.Launch.Releases.Release(Key(warp, ref place, address), warp, everywhere, inBlock);
        }
    }

    /// <summary>An address that is unique in a launch: shared memory belongs to its block.</summary>
    public static ulong Key(Warp warp, ref Place place, ulong address)
        => place.Space == StateSpace.Shared ? (1UL << 63) | ((ulong)(place.Owner ?? warp.Block).Serial << 24) | (ulong)place.Offset : address;

    public static void LoadParameter(Warp warp, Instruction i, uint mask)
    {
        var parameters = warp.Block.Launch.ParameterData;
        for (var k = 0; k < i.Destinations.Length; k++)
        {
            var value = ReadMemory(parameters + i.Offset + (k * i.Width), i.Width, i.Option2 == 1);
            if (mask == uint.MaxValue)
            {
                CoalescedAccess.Fill(warp.R + i.Destinations[k], i.Option, 0, 32, value);
                continue;
            }

            for (var m = mask; m != 0; m &= m - 1)
            {
                WriteRegister(warp.R + i.Destinations[k], i.Option, BitOperations.TrailingZeroCount(m), value);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ReadMemory(byte* data, int width, bool signed) => width switch
    {
        4 => signed ? (ulong)(long)*(int*)data : *(uint*)data,
        8 => *(ulong*)data,
        2 => signed ? (ulong)(long)*(short*)data : *(ushort*)data,
        _ => signed ? (ulong)(long)*(sbyte*)data : *data,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteMemory(byte* data, int width, ulong value)
    {
        switch (width)
        {
            case 4:
                *(uint*)data = (uint)value;
                break;
            case 8:
                *(ulong*)data = value;
                break;
            case 2:
                *(ushort*)data = (ushort)value;
                break;
            default:
                *data = (byte)value;
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ReadRegister(byte* slot, int size, int lane) => size switch
    {
        4 => ((uint*)slot)[lane],
        8 => ((ulong*)slot)[lane],
        _ => ((ushort*)slot)[lane],
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteRegister(byte* slot, int size, int lane, ulong value)
    {
        switch (size)
        {
            case 4:
                ((uint*)slot)[lane] = (uint)value;
                break;
            case 8:
                ((ulong*)slot)[lane] = value;
                break;
            default:
                ((ushort*)slot)[lane] = (ushort)value;
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(byte* from, byte* to, int width)
    {
        switch (width)
        {
            case 4:
                *(uint*)to = *(uint*)from;
                break;
            case 8:
                *(ulong*)to = *(ulong*)from;
                break;
            case 2:
                *(ushort*)to = *(ushort*)from;
                break;
            case 1:
                *to = *from;
                break;
            default:
                NativeMemory.Copy(from, to, (nuint)width);
                break;
        }
    }
}
