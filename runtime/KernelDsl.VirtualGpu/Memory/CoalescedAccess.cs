using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>
/// Loads and stores of lanes whose addresses follow each other, or that have one address, with one check for all. Only accesses with which nothing at all is
/// wrong are done here; the lanes of others go one by one through <see cref="LoadStore"/>, which finds the words for it. So both ways give the same findings.
/// </summary>
internal static unsafe class CoalescedAccess
{
    /// <summary>Loads what can be loaded in pieces.</summary>
    /// <returns>The lanes that are left.</returns>
    public static uint Load(Warp warp, Instruction i, uint mask)
    {
        var count = i.Destinations.Length;
        var width = i.Width * count;
        var pattern = LanePattern.Of(warp, i, mask, width);
        if (i.IsStrong || !warp.Block.Launch.UsesCoalescing)
        {
            return mask;
        }

        if (LocalAccess.TryFind(warp, i, mask, pattern, width, out var offset))
        {
            return LocalAccess.Load(warp, i, mask, width, offset);
        }

        var checksRaces = warp.Block.Launch.ChecksRaces;
        var races = new RaceCursor(warp, i, writes: false);
        while (mask != 0)
        {
            var lane = BitOperations.TrailingZeroCount(mask);
            var lanes = pattern.NextFrom(lane);
            var isBroadcast = lanes == 1;
            lanes = isBroadcast ? pattern.SameFrom(lane) : lanes;
            var bytes = isBroadcast ? width : width * lanes;
            if (!TryFind(warp, i.Space, MemoryAccess.Address(warp, i, lane), width, bytes, writes: false, out var place)
                || !IsWritten(place.State, bytes)
                || (checksRaces && !races.TryPiece(place.Allocation?.Races ?? warp.Block.SharedRaces, place.Offset, width, lane, lanes, isBroadcast)))
            {
                break;
            }

            for (var k = 0; k < count; k++)
            {
                if (i.Destinations[k] >= 0)
                {
                    var data = place.Data + (k * i.Width);
                    if (lanes == 1)
                    {
                        LoadStore.WriteRegister(warp.R + i.Destinations[k], i.Option, lane, LoadStore.ReadMemory(data, i.Width, i.Option2 == 1));
                    }
                    else if (isBroadcast)
                    {
                        Fill(warp.R + i.Destinations[k], i.Option, lane, lanes, LoadStore.ReadMemory(data, i.Width, i.Option2 == 1));
                    }
                    else
                    {
                        Scatter(data, width, i, warp.R + i.Destinations[k], lane, lanes);
                    }
                }
            }

            mask &= ~Lanes(lane, lanes);
        }

        races.Release();
        return mask;
    }

    /// <summary>Stores what can be stored in pieces.</summary>
    /// <returns>The lanes that are left.</returns>
    public static uint Store(Warp warp, Instruction i, uint mask)
    {
        var count = i.Sources.Length;
        var width = i.Width * count;
        var pattern = LanePattern.Of(warp, i, mask, width);
        if (!i.IsStrong && warp.Block.Launch.UsesCoalescing && LocalAccess.TryFind(warp, i, mask, pattern, width, out var offset))
        {
            LocalAccess.Store(warp, i, mask, width, offset);
            return 0;
        }

        if (i.IsStrong || pattern.Same != 0 || !warp.Block.Launch.UsesCoalescing)
        {
            return mask;
        }

        var checksRaces = warp.Block.Launch.ChecksRaces;
        var races = new RaceCursor(warp, i, writes: true);
        while (mask != 0)
        {
            var lane = BitOperations.TrailingZeroCount(mask);
            var lanes = pattern.NextFrom(lane);
            var bytes = width * lanes;
            if (!TryFind(warp, i.Space, MemoryAccess.Address(warp, i, lane), width, bytes, writes: true, out var place)
                || !TryMark(place.State, bytes, isDry: true)
                || (checksRaces && !races.TryPiece(place.Allocation?.Races ?? warp.Block.SharedRaces, place.Offset, width, lane, lanes, isBroadcast: false)))
            {
                break;
            }

            TryMark(place.State, bytes, isDry: false);
            for (var k = 0; k < count; k++)
            {
                Gather(warp.R + i.Sources[k], lane, lanes, i, place.Data + (k * i.Width), width);
            }

            mask &= ~Lanes(lane, lanes);
        }

        races.Release();
        return mask;
    }

    /// <summary>Finds bytes that are all there and may be accessed; says nothing when they are not.</summary>
    public static bool TryFind(Warp warp, StateSpace space, ulong address, int width, int bytes, bool writes, out Place place)
    {
        place = default;
        if ((address & (ulong)(width - 1)) != 0)
        {
            return false;
        }

        if (space == StateSpace.None)
        {
            space = (address >> 32) switch { 1 => StateSpace.Shared, 2 or 3 => StateSpace.Local, _ => StateSpace.Global };
            address &= space == StateSpace.Shared ? uint.MaxValue : ulong.MaxValue;
        }

        place.Space = space;
        if (space == StateSpace.Shared)
        {
            var block = warp.Block;
            place.Data = block.Shared + address;
            place.State = block.SharedState + address;
            place.Offset = (long)address;
            return address + (ulong)bytes <= (ulong)block.SharedBytes && address <= uint.MaxValue;
        }

        if (space != StateSpace.Global || warp.Block.Launch.Memory.Find(address) is not { } allocation)
        {
            return false;
        }

        place.Offset = (long)(address - allocation.Address);
        place.Data = allocation.Data + place.Offset;
        place.State = allocation.State + place.Offset;
        place.Allocation = allocation;
        return place.Offset + bytes <= allocation.Size && !allocation.IsFreed && !(writes && allocation.IsReadOnly);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsWritten(byte* state, int bytes) => bytes switch
    {
        4 => *(uint*)state == 0x01010101u,
        8 => *(ulong*)state == 0x0101010101010101u,
        _ => new ReadOnlySpan<byte>(state, bytes).IndexOfAnyExcept(ByteState.Written) < 0,
    };

    /// <summary>Whether bytes may be written as they are, neither holes nor awaited; or writes them down as written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryMark(byte* state, int bytes, bool isDry)
    {
        switch (bytes)
        {
            case 4:
                if (isDry)
                {
                    return (*(uint*)state & ~0x01010101u) == 0;
                }

                *(uint*)state = 0x01010101u;
                return true;
            default:
                var span = new Span<byte>(state, bytes);
                if (isDry)
                {
                    return span.IndexOfAnyExceptInRange((byte)0, ByteState.Written) < 0;
                }

                span.Fill(ByteState.Written);
                return true;
        }
    }

    private static uint Lanes(int first, int count) => (uint)(((1UL << count) - 1) << first);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(byte* slot, int size, int lane, int lanes, ulong value)
    {
        switch (size)
        {
            case 4:
                new Span<uint>((uint*)slot + lane, lanes).Fill((uint)value);
                break;
            case 8:
                new Span<ulong>((ulong*)slot + lane, lanes).Fill(value);
                break;
            default:
                new Span<ushort>((ushort*)slot + lane, lanes).Fill((ushort)value);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(byte* data, int stride, Instruction i, byte* slot, int lane, int lanes)
    {
        if (i.Width == i.Option && stride == i.Width)
        {
            NativeMemory.Copy(data, slot + (lane * i.Option), (nuint)(lanes * stride));
            return;
        }

        if (i.Width == 4 && i.Option == 4)
        {
            for (var k = 0; k < lanes; k++)
            {
                ((uint*)slot)[lane + k] = *(uint*)(data + (k * stride));
            }

            return;
        }

        for (var k = 0; k < lanes; k++)
        {
            LoadStore.WriteRegister(slot, i.Option, lane + k, LoadStore.ReadMemory(data + (k * stride), i.Width, i.Option2 == 1));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(byte* slot, int lane, int lanes, Instruction i, byte* data, int stride)
    {
        if (i.Width == i.Option && stride == i.Width)
        {
            NativeMemory.Copy(slot + (lane * i.Option), data, (nuint)(lanes * stride));
            return;
        }

        for (var k = 0; k < lanes; k++)
        {
            LoadStore.WriteMemory(data + (k * stride), i.Width, LoadStore.ReadRegister(slot, i.Option, lane + k));
        }
    }
}
