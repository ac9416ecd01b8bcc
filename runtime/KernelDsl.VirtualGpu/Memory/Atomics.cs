using System.Numerics;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Numerics;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Memory;

internal sealed record AtomicForm(string Operation, PtxType Type);

/// <summary>Atomics: a loop of compare and exchange on the host, so that blocks on different workers meet safely. Lanes go in order.</summary>
internal static unsafe class Atomics
{
    public static void Run(Warp warp, Instruction i, uint mask)
    {
        var form = (AtomicForm)i.Data!;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var address = MemoryAccess.Address(warp, i, lane);
            if (!MemoryAccess.TryResolve(warp, i, lane, i.Space, address, i.Width, AccessType.Atomic, out var place))
            {
                if (i.D >= 0)
                {
                    LoadStore.WriteRegister(warp.R + i.D, i.Width, lane, 0);
                }

                continue;
            }

            MemoryAccess.CheckWritten(warp, i, lane, ref place, address, i.Width);
            MemoryAccess.CheckRace(warp, i, lane, ref place, address, i.Width, writes: true, isStrong: true, sameValue: false);
            var key = LoadStore.Key(warp, ref place, address);
            if (warp.Block.Launch.ChecksRaces)
            {
                LoadStore.Release(warp, i, ref place, address);
            }

            var b = LoadStore.ReadRegister(warp.R + i.B, i.Width, lane);
            var c = i.C < 0 ? 0 : LoadStore.ReadRegister(warp.R + i.C, i.Width, lane);
            var old = Exchange(form, place.Data, i.Width, b, c, place.Space == StateSpace.Global);
            if (warp.Block.Launch.ChecksRaces)
            {
                // What reads after a release takes part in it; code without a fence behind the atomic is usual and works.
                warp.Block.Launch.Releases.Acquire(key, warp, i.IsAcquire);
            }

            new Span<byte>(place.State, i.Width).Fill(ByteState.Written);
            if (m == mask && place.Space == StateSpace.Global && form.Operation is ".cas" or ".exch" or ".add" or ".or" && LoadStore.ReadMemory(place.Data, i.Width, signed: false) == old)
            {
                warp.Look(address, old);
            }

            if (i.D >= 0)
            {
                LoadStore.WriteRegister(warp.R + i.D, i.Width, lane, old);
            }
        }
    }

    public static ulong Exchange(AtomicForm form, byte* data, int width, ulong b, ulong c, bool isGlobal)
    {
        if (width == 8)
        {
            while (true)
            {
                var old = Volatile.Read(ref *(ulong*)data);
                if (Interlocked.CompareExchange(ref *(ulong*)data, Apply(form, old, b, c, isGlobal), old) == old)
                {
                    return old;
                }
            }
        }

        // Halves are exchanged as parts of their words.
        var shift = width == 2 ? (int)((nint)data & 2) * 8 : 0;
        var word = (uint*)((nint)data & ~3);
        var mask = width == 2 ? 0xffffu << shift : uint.MaxValue;
        while (true)
        {
            var old = Volatile.Read(ref *word);
            var value = (uint)Apply(form, (old & mask) >> shift, b, c, isGlobal);
            if (Interlocked.CompareExchange(ref *word, (old & ~mask) | (value << shift), old) == old)
            {
                return (old & mask) >> shift;
            }
        }
    }

    private static ulong Apply(AtomicForm form, ulong a, ulong b, ulong c, bool isGlobal) => (form.Operation, form.Type) switch
    {
        (".exch", _) => b,
        (".cas", _) => a == b ? c : a,
        (".and", _) => a & b,
        (".or", _) => a | b,
        (".xor", _) => a ^ b,
        (".inc", _) => a >= b ? 0 : a + 1,
        (".dec", _) => a == 0 || a > b ? b : a - 1,
        (".add", PtxType.F32) => AddSingle(a, b, isGlobal),
        (".add", PtxType.F64) => BitConverter.DoubleToUInt64Bits(BitConverter.UInt64BitsToDouble(a) + BitConverter.UInt64BitsToDouble(b)),
        (".add", PtxType.U32 or PtxType.S32) => (uint)(a + b),
        (".add", PtxType.U64 or PtxType.S64) => unchecked(a + b),
        (".min", PtxType.S32) => (uint)Math.Min((int)a, (int)b),
        (".max", PtxType.S32) => (uint)Math.Max((int)a, (int)b),
        (".min", PtxType.S64) => (ulong)Math.Min((long)a, (long)b),
        (".max", PtxType.S64) => (ulong)Math.Max((long)a, (long)b),
        (".min", PtxType.U32 or PtxType.U64) => Math.Min(a, b),
        (".max", PtxType.U32 or PtxType.U64) => Math.Max(a, b),
        (_, PtxType.F16 or PtxType.BF16) => Half(form, (ushort)a, (ushort)b),
        (_, PtxType.F16X2 or PtxType.BF16X2) => Half(form, (ushort)a, (ushort)b) | ((ulong)Half(form, (ushort)(a >> 16), (ushort)(b >> 16)) << 16),
        _ => throw new InvalidOperationException($"The atomic {form.Operation}.{form.Type.Name()} is decoded but not executed."),
    };

    /// <summary>On global memory the unit that adds flushes subnormals; on shared memory it is a loop of ordinary instructions.</summary>
    private static ulong AddSingle(ulong a, ulong b, bool isGlobal)
    {
        var (x, y) = (BitConverter.UInt32BitsToSingle((uint)a), BitConverter.UInt32BitsToSingle((uint)b));
        return BitConverter.SingleToUInt32Bits(isGlobal ? Flushed<AddF32<ToNearest>>.Apply(x, y) : AddF32<ToNearest>.Apply(x, y));
    }

    private static ushort Half(AtomicForm form, ushort a, ushort b)
    {
        var operation = form.Operation switch { ".min" => HalfOperation.Minimum, ".max" => HalfOperation.Maximum, _ => HalfOperation.Add };
        return HalfArithmetic.Apply(new HalfForm(operation, form.Type is PtxType.BF16 or PtxType.BF16X2, false, false, false, false, false, false), a, b, 0);
    }
}
