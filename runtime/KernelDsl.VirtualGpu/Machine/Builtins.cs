using System.Numerics;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Numerics;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Machine;

internal readonly struct Widen : IUnary<uint, ulong>
{
    public static ulong Apply(uint a) => a;
}

internal readonly struct Narrow : IUnary<uint, ushort>
{
    public static ushort Apply(uint a) => (ushort)a;
}

/// <summary>Handlers of moves, clocks, fences, and of the functions that every program may call.</summary>
internal static unsafe class Builtins
{
    public static void Nothing(Warp warp, Instruction i, uint mask)
    {
    }

    public static void Fence(Warp warp, Instruction i, uint mask) => warp.Clock.Fence(i.IsBlockScope);

    public static void Clock(Warp warp, Instruction i, uint mask)
    {
        var now = (ulong)((warp.Ticks * 4) + warp.Slept) + 1000;
        for (var m = mask; m != 0; m &= m - 1)
        {
            LoadStore.WriteRegister(warp.R + i.D, i.Option == 8 ? 8 : 4, BitOperations.TrailingZeroCount(m), i.Option == 5 ? now >> 32 : now);
        }
    }

    public static void MovePredicate(Warp warp, Instruction i, uint mask)
    {
        var value = *(uint*)(warp.R + i.A);
        Lanes.Set(warp.R + i.D, mask, i.Option == 1 ? ~value : value);
    }

    public static void Pack(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            ulong value = 0;
            for (var k = 0; k < i.Sources.Length; k++)
            {
                var part = LoadStore.ReadRegister(warp.R + i.Sources[k], Math.Max(i.Width, 2), lane) & (i.Width == 8 ? ulong.MaxValue : (1UL << (i.Width * 8)) - 1);
                value |= part << (k * i.Width * 8);
            }

            LoadStore.WriteRegister(warp.R + i.D, i.Option, lane, value);
        }
    }

    /// <summary>Several registers at once: all are read before one is written.</summary>
    public static void MoveParts(Warp warp, Instruction i, uint mask)
    {
        var values = stackalloc ulong[8];
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            for (var k = 0; k < i.Sources.Length; k++)
            {
                values[k] = LoadStore.ReadRegister(warp.R + i.Sources[k], i.Width, lane);
            }

            for (var k = 0; k < i.Destinations.Length; k++)
            {
                if (i.Destinations[k] >= 0)
                {
                    LoadStore.WriteRegister(warp.R + i.Destinations[k], i.Width, lane, values[k]);
                }
            }
        }
    }

    public static void Unpack(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var value = LoadStore.ReadRegister(warp.R + i.A, i.Option, lane);
            for (var k = 0; k < i.Destinations.Length; k++)
            {
                if (i.Destinations[k] >= 0)
                {
                    var part = (value >> (k * i.Width * 8)) & (i.Width == 8 ? ulong.MaxValue : (1UL << (i.Width * 8)) - 1);
                    LoadStore.WriteRegister(warp.R + i.Destinations[k], Math.Max(i.Width, 2), lane, part);
                }
            }
        }
    }

    public static void IsSpace(Warp warp, Instruction i, uint mask)
    {
        uint bits = 0;
        for (var lane = 0; lane < 32; lane++)
        {
            var window = ((ulong*)(warp.R + i.A))[lane] >> 32;
            var space = window is 1 or 2 or 3 ? (int)window : 0;
            bits |= space == i.Option ? 1u << lane : 0;
        }

        Lanes.Set(warp.R + i.D, mask, bits);
    }

    /// <summary><c>vprintf(format, arguments)</c>; the sources are the places of result, format and arguments in local memory.</summary>
    public static void Print(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var format = Text(warp, i, lane, *(ulong*)Argument(warp, i, lane, 1));
            var arguments = *(ulong*)Argument(warp, i, lane, 2);
            warp.Block.Launch.Print?.Invoke(Printf.Format(warp, i, lane, format, arguments));
            Result(warp, i, lane, (ulong)format.Length, 4);
        }
    }

    /// <summary>The place of an argument of a function that every program may call.</summary>
    public static byte* Argument(Warp warp, Instruction i, int lane, int index) => warp.Local + Place(warp, i, lane, index);

    /// <summary>Writes its result.</summary>
    public static void Result(Warp warp, Instruction i, int lane, ulong value, int size)
    {
        var at = Place(warp, i, lane, 0);
        LoadStore.WriteMemory(warp.Local + at, size, value);
        new Span<byte>(warp.LocalState + at, size).Fill(ByteState.Written);
    }

    private static long Place(Warp warp, Instruction i, int lane, int index)
        => ((long)lane * warp.LocalBytes) + i.Sources[index] + (i.C < 0 ? 0 : (long)((ulong*)(warp.R + i.C))[lane]);

    public static void AssertFail(Warp warp, Instruction i, uint mask)
    {
        var lane = BitOperations.TrailingZeroCount(mask);
        var message = Text(warp, i, lane, *(ulong*)Argument(warp, i, lane, 0));
        var file = Text(warp, i, lane, *(ulong*)Argument(warp, i, lane, 1));
        var line = *(uint*)Argument(warp, i, lane, 2);
        warp.Report(FindingKind.Assertion, i, lane, $"the assertion '{message}' at {file}:{line} does not hold.");
    }

    /// <summary>A text that ends with a zero.</summary>
    public static string Text(Warp warp, Instruction i, int lane, ulong address)
    {
        var text = new System.Text.StringBuilder();
        while (text.Length < 4096 && MemoryAccess.TryResolve(warp, i, lane, StateSpace.None, address++, 1, AccessType.Read, out var place) && *place.Data != 0)
        {
            text.Append((char)*place.Data);
        }

        return text.ToString();
    }
}
