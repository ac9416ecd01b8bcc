using System.Numerics;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>Atomics on vectors, each element of which is atomic on its own, and on 128 bits, which are atomic as a whole.</summary>
internal static unsafe class WideAtomics
{
    // The host has no exchange of 128 bits; those of all devices take turns.
    private static readonly Lock s_gate = new();

    public static void Run(Warp warp, Instruction i, uint mask)
    {
        var form = (AtomicForm)i.Data!;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var address = MemoryAccess.Address(warp, i, lane);
            if (!MemoryAccess.TryResolve(warp, i, lane, i.Space, address, i.Width, AccessType.Atomic, out var place))
            {
                continue;
            }

            MemoryAccess.CheckWritten(warp, i, lane, ref place, address, i.Width);
            MemoryAccess.CheckRace(warp, i, lane, ref place, address, i.Width, writes: true, isStrong: true, sameValue: false);
            var key = LoadStore.Key(warp, ref place, address);
            if (warp.Block.Launch.ChecksRaces)
            {
                LoadStore.Release(warp, i, ref place, address);
            }

            if (form.Type == PtxType.B128)
            {
                Exchange(warp, i, form, lane, (ulong*)place.Data);
            }
            else
            {
                Elements(warp, i, form, lane, place.Data, place.Space == StateSpace.Global);
            }

            if (warp.Block.Launch.ChecksRaces)
            {
                warp.Block.Launch.Releases.Acquire(key, warp, i.IsAcquire);
            }

            new Span<byte>(place.State, i.Width).Fill(ByteState.Written);
        }
    }

    private static void Elements(Warp warp, Instruction i, AtomicForm form, int lane, byte* data, bool isGlobal)
    {
        var size = form.Type.Size();
        for (var k = 0; k < i.Sources.Length; k++)
        {
            var old = Atomics.Exchange(form, data + (k * size), size, LoadStore.ReadRegister(warp.R + i.Sources[k], size, lane), 0, isGlobal);
            if (k < i.Destinations.Length)
            {
                LoadStore.WriteRegister(warp.R + i.Destinations[k], size, lane, old);
            }
        }
    }

    private static void Exchange(Warp warp, Instruction i, AtomicForm form, int lane, ulong* data)
    {
        ulong Operand(int index) => LoadStore.ReadRegister(warp.R + i.Sources[index], 8, lane);
        lock (s_gate)
        {
            var (low, high) = (data[0], data[1]);
            if (form.Operation == ".exch")
            {
                (data[0], data[1]) = (Operand(0), Operand(1));
            }
            else if ((low, high) == (Operand(0), Operand(1)))
            {
                (data[0], data[1]) = (Operand(2), Operand(3));
            }

            if (i.Destinations.Length > 0)
            {
                LoadStore.WriteRegister(warp.R + i.Destinations[0], 8, lane, low);
                LoadStore.WriteRegister(warp.R + i.Destinations[1], 8, lane, high);
            }
        }
    }
}
