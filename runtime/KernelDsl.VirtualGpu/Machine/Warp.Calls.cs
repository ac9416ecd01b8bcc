using System.Numerics;
using System.Runtime.CompilerServices;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>Calls with a stack for each lane. Lanes at different depths are different fragments; they meet again behind the call.</summary>
internal sealed unsafe partial class Warp
{
    private readonly Stack<CallRecord>?[] _calls = new Stack<CallRecord>?[32];
    private readonly int[] _stackTops = new int[32];

    /// <summary>Takes room on a lane's stack of local memory.</summary>
    /// <returns>The address in local memory; -1 when there is not enough.</returns>
    public int TakeStack(int lane, long bytes, int align)
    {
        var at = (_stackTops[lane] + align - 1) & ~(align - 1);
        if (bytes < 0 || at + bytes > LocalBytes)
        {
            return -1;
        }

        _stackTops[lane] = (int)(at + bytes);
        new Span<byte>(Local + ((long)lane * LocalBytes) + at, (int)bytes).Fill(0xcb);
        new Span<byte>(LocalState + ((long)lane * LocalBytes) + at, (int)bytes).Clear();
        return at;
    }

    public int StackTop(int lane) => _stackTops[lane];

    public void SetStackTop(int lane, ulong top) => _stackTops[lane] = (int)Math.Clamp(top, (ulong)Block.Program.StackStart, (ulong)LocalBytes);

    public void Copy(CallPlace from, CallPlace to, int lane) => Put(to, lane, Take(from, lane));

    private void ResetStack()
    {
        Array.Fill(_stackTops, Block.Program.StackStart);
        foreach (var stack in _calls)
        {
            stack?.Clear();
        }
    }

    private bool Call(Fragment fragment, Instruction i, uint active)
    {
        if (active == 0)
        {
            fragment.Pc++;
            return true;
        }

        var part = Split(fragment, active);
        var form = (CallForm)i.Data!;
        var returnTo = part.Pc + 1;
        var places = new Dictionary<int, uint>();
        for (var m = active; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var target = form.Direct;
            if (target is null && !form.Table!.TryGetValue(((ulong*)(R + i.A))[lane], out target))
            {
                Report(FindingKind.Undefined, i, lane, $"the call goes to 0x{((ulong*)(R + i.A))[lane]:x}, where no function of its shape is.");
            }

            var to = target is not null && Enter(i, form, target, lane, returnTo) ? target.Entry : returnTo;
            places[to] = places.GetValueOrDefault(to) | (1u << lane);
        }

        Spread(part, places);
        return false;
    }

    private bool Enter(Instruction i, CallForm form, CallTarget target, int lane, int returnTo)
    {
        var top = _stackTops[lane];
        var stack = _calls[lane] ??= new Stack<CallRecord>();
        var values = form.Arguments.Select(place => Take(place, lane)).ToArray();
        var frame = TakeStack(lane, target.FrameBytes, 16);
        if (frame < 0 || stack.Count > 4096)
        {
            _stackTops[lane] = top;
            Report(FindingKind.OutOfBounds, i, lane, $"the call of '{target.Name}' at depth {stack.Count} finds no room on the stack of {LocalBytes - Block.Program.StackStart} bytes.");
            return false;
        }

        var registers = target.Registers.Select(register => Bits(register.Slot, register.Size, lane)).ToArray();
        var defined = new bool[target.Numbers.End - target.Numbers.First];
        for (var k = 0; k < defined.Length; k++)
        {
            ref var lanes = ref Defined[target.Numbers.First + k];
            defined[k] = (lanes >> lane & 1) != 0;
            lanes &= ~(1u << lane);
        }

        stack.Push(new CallRecord(target, form, returnTo, top, registers, defined));
        ((ulong*)(R + target.FramePointer))[lane] = (ulong)frame;
        for (var k = 0; k < values.Length; k++)
        {
            Put(target.Parameters[k], lane, values[k]);
        }

        return true;
    }

    private bool Return(Fragment fragment, Instruction i, uint active)
    {
        if (active == 0)
        {
            fragment.Pc++;
            return true;
        }

        var part = Split(fragment, active);
        var places = new Dictionary<int, uint>();
        for (var m = active; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var record = _calls[lane]!.Pop();
            var target = record.Target;
            var values = target.Results.Select(place => Take(place, lane)).ToArray();
            for (var k = 0; k < record.Registers.Length; k++)
            {
                SetBits(target.Registers[k].Slot, target.Registers[k].Size, lane, record.Registers[k]);
            }

            for (var k = 0; k < record.Defined.Length; k++)
            {
                ref var lanes = ref Defined[target.Numbers.First + k];
                lanes = record.Defined[k] ? lanes | (1u << lane) : lanes & ~(1u << lane);
            }

            var used = (long)lane * LocalBytes;
            new Span<byte>(LocalState + used + record.StackTop, _stackTops[lane] - record.StackTop).Clear();
            _stackTops[lane] = record.StackTop;
            for (var k = 0; k < values.Length; k++)
            {
                Put(record.Form.Results[k], lane, values[k]);
            }

            places[record.ReturnTo] = places.GetValueOrDefault(record.ReturnTo) | (1u << lane);
        }

        Spread(part, places);
        return false;
    }

    /// <summary>Sends the lanes of a fragment to several places.</summary>
    private void Spread(Fragment part, Dictionary<int, uint> places)
    {
        var isFirst = true;
        foreach (var (pc, lanes) in places)
        {
            if (isFirst)
            {
                (part.Pc, part.Mask) = (pc, lanes);
                isFirst = false;
            }
            else
            {
                Fragments.Add(new Fragment { Pc = pc, Mask = lanes });
            }
        }
    }

    private (byte[] Data, byte[] State) Take(CallPlace place, int lane)
    {
        if (place.IsRegister)
        {
            var bits = new byte[8];
            BitConverter.TryWriteBytes(bits, place.Slot < 0 ? 0 : Bits(place.Slot, place.Size, lane));
            return (bits, [ByteState.Written, ByteState.Written, ByteState.Written, ByteState.Written, ByteState.Written, ByteState.Written, ByteState.Written, ByteState.Written]);
        }

        var at = LocalAt(place, lane);
        return (new ReadOnlySpan<byte>(Local + at, place.Size).ToArray(), new ReadOnlySpan<byte>(LocalState + at, place.Size).ToArray());
    }

    private void Put(CallPlace place, int lane, (byte[] Data, byte[] State) value)
    {
        if (place.IsRegister)
        {
            if (place.Slot >= 0)
            {
                var bits = new byte[8];
                value.Data.AsSpan(0, Math.Min(8, value.Data.Length)).CopyTo(bits);
                SetBits(place.Slot, place.Size, lane, BitConverter.ToUInt64(bits));
            }

            return;
        }

        var at = LocalAt(place, lane);
        var count = Math.Min(place.Size, value.Data.Length);
        value.Data.AsSpan(0, count).CopyTo(new Span<byte>(Local + at, count));
        value.State.AsSpan(0, count).CopyTo(new Span<byte>(LocalState + at, count));
    }

    private long LocalAt(CallPlace place, int lane)
        => ((long)lane * LocalBytes) + place.Offset + (place.Slot < 0 ? 0 : (long)((ulong*)(R + place.Slot))[lane]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Bits(int slot, int size, int lane) => size == 0 ? *(uint*)(R + slot) >> lane & 1 : LoadStore.ReadRegister(R + slot, size, lane);

    private void SetBits(int slot, int size, int lane, ulong bits)
    {
        if (size == 0)
        {
            Lanes.Set(R + slot, 1u << lane, bits != 0 ? uint.MaxValue : 0);
        }
        else
        {
            LoadStore.WriteRegister(R + slot, size, lane, bits);
        }
    }
}
