using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Async;

/// <summary>How 16-byte pieces are permuted: the address bits from 4 are exclusive-ored with those from 7, as many as the mask has.</summary>
internal static class Swizzle
{
    /// <summary>The bytes after which each mode repeats its rows: none, 32, 64, 128.</summary>
    public static int MaskOf(int spanBytes) => spanBytes switch { 32 => 1, 64 => 3, 128 => 7, _ => 0 };

    public static int Apply(int address, int mask, int rowBase = 0) => address ^ ((((address >> 7) - rowBase) & mask) << 4);
}

/// <summary>Bytes in the shared memory of a block that a copy reads or writes.</summary>
/// <param name="Mask">Of the swizzle; 0 when bytes lie in order.</param>
internal sealed unsafe record SharedBox(Block Owner, int Offset, int Bytes, int Mask)
{
    /// <summary>The pieces in the order of the copied bytes: where each lies, and its size.</summary>
    public IEnumerable<(int Offset, int Bytes)> Pieces
    {
        get
        {
            if (Mask == 0)
            {
                yield return (Offset, Bytes);
                yield break;
            }

            for (var at = 0; at < Bytes; at += 16)
            {
                yield return (Swizzle.Apply(Offset + at, Mask), Math.Min(16, Bytes - at));
            }
        }
    }

    /// <summary>The same bytes in any order, in as few pieces as there are.</summary>
    public IEnumerable<(int Offset, int Bytes)> Ranges => (Offset & 127) == 0 && (Bytes & 127) == 0 ? [(Offset, Bytes)] : Pieces;

    public byte[] Read()
    {
        var data = new byte[Bytes];
        var at = 0;
        foreach (var (offset, bytes) in Pieces)
        {
            new ReadOnlySpan<byte>(Owner.Shared + offset, bytes).CopyTo(data.AsSpan(at));
            at += bytes;
        }

        return data;
    }

    public void Write(ReadOnlySpan<byte> data)
    {
        foreach (var (offset, bytes) in Pieces)
        {
            data[..bytes].CopyTo(new Span<byte>(Owner.Shared + offset, bytes));
            data = data[bytes..];
        }
    }

    public void SetState(byte state)
    {
        foreach (var (offset, bytes) in Ranges)
        {
            new Span<byte>(Owner.SharedState + offset, bytes).Fill(state);
        }
    }

    /// <summary>A copy that a thread begins will read the bytes.</summary>
    public void CheckRead(Warp warp, Instruction i, int lane)
    {
        foreach (var (offset, bytes) in Ranges)
        {
            var place = new Place { Space = StateSpace.Shared, State = Owner.SharedState + offset, Data = Owner.Shared + offset, Offset = offset, Owner = Owner };
            MemoryAccess.CheckWritten(warp, i, lane, ref place, (ulong)offset, bytes);
            AsyncFindings.CheckProxy(warp, i, lane, Owner, offset, bytes, "the copy");
        }

        RecordRead(warp, i, lane);
    }

    /// <summary>The thread knows, or will know, that the bytes are read at this time.</summary>
    public void RecordRead(Warp warp, Instruction i, int lane)
    {
        foreach (var (offset, bytes) in Ranges)
        {
            MemoryAccess.RecordShared(warp, i, lane, Owner, offset, bytes, writes: false, PastAccess.Now(warp, i, lane, isStrong: false));
        }
    }

    /// <summary>A copy that a thread begins will write the bytes; nobody may touch them before it is waited for.</summary>
    public void Claim(Warp warp, Instruction i, int lane, PastAccess access, bool isAsyncProxy = true)
    {
        foreach (var (offset, bytes) in Ranges)
        {
            var state = new Span<byte>(Owner.SharedState + offset, bytes);
            if (state.IndexOfAnyInRange(ByteState.Barrier, byte.MaxValue) >= 0)
            {
                AsyncFindings.SpecialBytes(warp, i, lane, state, (ulong)offset, Owner.SharedName(offset));
            }
            else if (state.ContainsAny(ByteState.Pending, (byte)(ByteState.Pending | ByteState.Written)) && AsyncFindings.IsOn(warp))
            {
                warp.Report(FindingKind.AsyncNotWaited, i, lane, $"the copy into {Owner.SharedName(offset)} at offset {offset} meets another copy into it that nobody waited for.", (ulong)offset, Owner.SharedName(offset));
            }

            if (isAsyncProxy)
            {
                AsyncFindings.CheckProxy(warp, i, lane, Owner, offset, bytes, "the copy into");
            }

            if (access.Thread >> 5 >= Machine.WarpClock.Warps)
            {
                MemoryAccess.RecordShared(warp, i, lane, Owner, offset, bytes, writes: true, access);
            }

            state.Fill(ByteState.Written | ByteState.Pending);
        }
    }
}
