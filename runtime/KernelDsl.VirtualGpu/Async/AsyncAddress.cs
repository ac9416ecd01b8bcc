using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Async;

/// <summary>An address operand of an instruction that has several.</summary>
/// <param name="Slot">The slot of its register, or -1.</param>
/// <param name="Space">The space of the addresses; none is generic.</param>
internal sealed unsafe record AsyncAddress(int Slot, long Offset, bool Is32Bit, StateSpace Space)
{
    public ulong Of(Warp warp, int lane)
        => (Slot < 0 ? 0 : Is32Bit ? ((uint*)(warp.R + Slot))[lane] : ((ulong*)(warp.R + Slot))[lane]) + (ulong)Offset;

    /// <summary>Finds shared memory of this block or of one of the cluster.</summary>
    public bool TryShared(Warp warp, Instruction i, int lane, int bytes, int align, AccessType type, string what, out Block owner, out int offset)
    {
        owner = warp.Block;
        offset = 0;
        var address = Of(warp, lane);
        if (address % (ulong)align != 0)
        {
            warp.Report(FindingKind.Misaligned, i, lane, $"the {what} 0x{address:x} must be a multiple of {align}.", address);
            return false;
        }

        // The ends suffice: what lies between is of the same variable, or a hole that the second check of a range would meet.
        if (!MemoryAccess.TryResolve(warp, i, lane, Space, address, 1, type, out var first)
            || (bytes > 1 && !MemoryAccess.TryResolve(warp, i, lane, Space, address + (ulong)bytes - 1, 1, type, out _)))
        {
            return false;
        }

        if (first.Space != StateSpace.Shared)
        {
            warp.Report(FindingKind.OutOfBounds, i, lane, $"the {what} 0x{address:x} is not in shared memory.", address);
            return false;
        }

        owner = first.Owner ?? warp.Block;
        offset = (int)first.Offset;
        if (new ReadOnlySpan<byte>(owner.SharedState + offset, bytes).Contains(ByteState.Hole))
        {
            warp.Report(FindingKind.OutOfBounds, i, lane, $"the {bytes} bytes from offset {offset} of shared memory go over the end of {owner.SharedName(offset)}.", address, owner.SharedName(offset));
            return false;
        }

        return true;
    }
}
