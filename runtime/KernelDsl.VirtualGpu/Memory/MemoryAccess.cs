using System.Numerics;
using System.Runtime.CompilerServices;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Memory;

internal enum AccessType : byte { Read, Write, Atomic }

/// <summary>Bytes of an allocation that a thread accesses.</summary>
internal readonly record struct MemoryTouch(Allocation Allocation, long Offset, int Width, AccessType Type);

/// <summary>Where an address leads.</summary>
internal unsafe ref struct Place
{
    public byte* Data;
    public byte* State;
    public long Offset;
    public Allocation? Allocation;
    public StateSpace Space;

    /// <summary>The block whose shared memory it is, when that is not the block of the thread.</summary>
    public Block? Owner;
}

/// <summary>From addresses to bytes, with the checks of an access: space, bounds, alignment, initialisation, races.</summary>
internal static unsafe partial class MemoryAccess
{
    public static ulong Address(Warp warp, Instruction i, int lane)
    {
        var root = i.A < 0 ? 0UL : i.Has32BitAddress ? ((uint*)(warp.R + i.A))[lane] : ((ulong*)(warp.R + i.A))[lane];
        return root + (ulong)i.Offset;
    }

    /// <summary>Finds the bytes of an access, or reports why there are none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryResolve(Warp warp, Instruction i, int lane, StateSpace space, ulong address, int width, AccessType type, out Place place)
    {
        place = default;
        if (space == StateSpace.None)
        {
            space = (address >> 32) switch { 1 => StateSpace.Shared, 2 => StateSpace.Local, 3 => StateSpace.Param, _ => StateSpace.Global };
            if (space != StateSpace.Global)
            {
                address &= uint.MaxValue;
            }
        }

        if ((address & (ulong)(width - 1)) != 0)
        {
            warp.Report(FindingKind.Misaligned, i, lane, $"the {Verb(type)} of {width} bytes at 0x{address:x} needs an address that is a multiple of {width}.", address, NameOf(warp, space, address));
            return false;
        }

        place.Space = space;
        return space switch
        {
            StateSpace.Shared => Shared(warp, i, lane, address, width, type, ref place),
            StateSpace.Local => Local(warp, i, lane, address, width, type, ref place),
            StateSpace.Param => Parameter(warp, i, lane, address, width, type, ref place),
            _ => Global(warp, i, lane, address, width, type, ref place),
        };
    }

    /// <summary>Checks that bytes were written.</summary>
    public static void CheckWritten(Warp warp, Instruction i, int lane, ref Place place, ulong address, int width)
    {
        if (IsUnwritten(warp, i, lane, ref place, address, width))
        {
            var first = new ReadOnlySpan<byte>(place.State, width).IndexOfAnyExcept(ByteState.Written);
            warp.Report(FindingKind.Uninitialised, i, lane, $"the read of {width} bytes at 0x{address:x} meets byte {first}, which nothing wrote.", address, NameOf(warp, ref place));
        }
    }

    /// <summary>Whether some bytes were not written, where that is checked; reports those that an asynchronous copy may still write.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool IsUnwritten(Warp warp, Instruction i, int lane, ref Place place, ulong address, int width)
    {
        var bytes = new ReadOnlySpan<byte>(place.State, width);
        var first = bytes.IndexOfAnyExcept(ByteState.Written);

        // What a copy still reads may be read by others too.
        while (first >= 0 && (bytes[first] & ByteState.Source) != 0)
        {
            var next = bytes[(first + 1)..].IndexOfAnyExcept(ByteState.Written);
            first = next < 0 ? -1 : first + 1 + next;
        }

        if (first < 0)
        {
            return false;
        }

        if ((bytes[first] & ByteState.Pending) == 0)
        {
            return warp.Block.Launch.ChecksInitialisation;
        }

        if ((bytes[first] & ByteState.Barrier) != 0)
        {
            Async.AsyncFindings.BarrierBytes(warp, i, lane, address, NameOf(warp, ref place));
            return false;
        }

        if (warp.Block.Launch.Checks.HasFlag(VirtualGpuChecks.Synchronisation))
        {
            warp.Report(FindingKind.AsyncNotWaited, i, lane,
                $"the read of {width} bytes at 0x{address:x} meets an asynchronous copy that nobody waited for.", address, NameOf(warp, ref place));
        }

        return false;
    }

    /// <summary>Marks bytes as written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MarkWritten(Warp warp, Instruction i, int lane, ref Place place, ulong address, int width)
    {
        var quick = width switch { 4 => *(uint*)place.State & 0x02020202, 8 => *(ulong*)place.State & 0x0202020202020202, 1 => *place.State & 2UL, _ => 1UL };
        if (quick == 0)
        {
            switch (width)
            {
                case 4:
                    *(uint*)place.State = 0x01010101;
                    break;
                case 8:
                    *(ulong*)place.State = 0x0101010101010101;
                    break;
                default:
                    *place.State = ByteState.Written;
                    break;
            }

            return;
        }

        var span = new Span<byte>(place.State, width);
        if (span.IndexOfAnyInRange(ByteState.Barrier, byte.MaxValue) >= 0)
        {
            Async.AsyncFindings.SpecialBytes(warp, i, lane, span, address, NameOf(warp, ref place));
            return;
        }

        if (span.ContainsAny(ByteState.Pending, (byte)(ByteState.Pending | ByteState.Written)) && warp.Block.Launch.Checks.HasFlag(VirtualGpuChecks.Synchronisation))
        {
            warp.Report(FindingKind.AsyncNotWaited, i, lane,
                $"the write of {width} bytes at 0x{address:x} meets an asynchronous copy that nobody waited for.", address, NameOf(warp, ref place));
        }

        span.Fill(ByteState.Written);
    }

    public static string NameOf(Warp warp, ref Place place) => place.Space switch
    {
        StateSpace.Shared => (place.Owner ?? warp.Block).SharedName(place.Offset),
        StateSpace.Local => "local memory",
        StateSpace.Param => "parameters",
        _ => place.Allocation?.Name ?? "no allocation",
    };

    private static string? NameOf(Warp warp, StateSpace space, ulong address)
        => space == StateSpace.Shared ? warp.Block.SharedName((long)address) : space == StateSpace.Local ? "local memory" : warp.Block.Launch.Memory.Find(address)?.Name;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Global(Warp warp, Instruction i, int lane, ulong address, int width, AccessType type, ref Place place)
    {
        var allocation = warp.Block.Launch.Memory.Find(address);
        if (allocation is null)
        {
            warp.Report(FindingKind.OutOfBounds, i, lane, $"the {Verb(type)} of {width} bytes at 0x{address:x} is in no allocation{(address < 4096 ? " (a null pointer)" : "")}.", address);
            return false;
        }

        var offset = (long)(address - allocation.Address);
        if (offset + width > allocation.Size)
        {
            warp.Report(FindingKind.OutOfBounds, i, lane,
                $"the {Verb(type)} of {width} bytes at offset {offset} is {(offset >= allocation.Size ? $"{offset - allocation.Size} bytes behind" : "over")} the end of {allocation.Name}, which has {allocation.Size} bytes.",
                address, allocation.Name);
            return false;
        }

        if (allocation.IsFreed)
        {
            warp.Report(FindingKind.UseAfterFree, i, lane, $"the {Verb(type)} of {width} bytes at offset {offset} of {allocation.Name} comes after it was freed.", address, allocation.Name);
            return false;
        }

        if (allocation.IsReadOnly && type != AccessType.Read)
        {
            warp.Report(FindingKind.ReadOnly, i, lane, $"the {Verb(type)} of {width} bytes at offset {offset} goes to {allocation.Name}, which is read-only.", address, allocation.Name);
            return false;
        }

        place.Data = allocation.Data + offset;
        place.State = allocation.State + offset;
        place.Offset = offset;
        place.Allocation = allocation;
        warp.Block.Launch.Observer?.Invoke(new MemoryTouch(allocation, offset, width, type));
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Shared(Warp warp, Instruction i, int lane, ulong address, int width, AccessType type, ref Place place)
    {
        var block = warp.Block;
        if (address + (ulong)width > (ulong)block.SharedBytes || address > uint.MaxValue || (block.SharedState[address] & ByteState.Hole) != 0
            || (block.SharedState[address + (ulong)width - 1] & ByteState.Hole) != 0)
        {
            if (Clusters.ClusterMemory.IsOfBlock(address))
            {
                return Clusters.ClusterMemory.TryResolve(warp, i, lane, address, width, type, ref place);
            }

            warp.Report(FindingKind.OutOfBounds, i, lane,
                $"the {Verb(type)} of {width} bytes at offset {(long)address} of shared memory meets {block.SharedName((long)address)}.", address, block.SharedName((long)address));
            return false;
        }

        place.Data = block.Shared + address;
        place.State = block.SharedState + address;
        place.Offset = (long)address;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Local(Warp warp, Instruction i, int lane, ulong address, int width, AccessType type, ref Place place)
    {
        if (address + (ulong)width > (ulong)warp.LocalBytes || address > uint.MaxValue)
        {
            warp.Report(FindingKind.OutOfBounds, i, lane, $"the {Verb(type)} of {width} bytes at offset {(long)address} is outside of local memory, which has {warp.LocalBytes} bytes for each thread.", address, "local memory");
            return false;
        }

        var offset = ((long)lane * warp.LocalBytes) + (long)address;
        place.Data = warp.Local + offset;
        place.State = warp.LocalState + offset;
        place.Offset = (long)address;
        return true;
    }

    private static bool Parameter(Warp warp, Instruction i, int lane, ulong address, int width, AccessType type, ref Place place)
    {
        var launch = warp.Block.Launch;
        if (type != AccessType.Read || address + (ulong)width > (ulong)launch.Program.ParameterBytes)
        {
            warp.Report(type == AccessType.Read ? FindingKind.OutOfBounds : FindingKind.ReadOnly, i, lane,
                $"the {Verb(type)} of {width} bytes at offset {address} of the kernel's parameters, which have {launch.Program.ParameterBytes} bytes and are read-only.", address, "parameters");
            return false;
        }

        place.Data = launch.ParameterData + address;
        place.State = launch.ParameterStateData + address;
        place.Offset = (long)address;
        return true;
    }

    private static string Verb(AccessType type) => type switch { AccessType.Read => "read", AccessType.Write => "write", _ => "atomic" };
}
