using System.Numerics;
using KernelDsl.VirtualGpu.Numerics;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>Integer division with the check of its divisor.</summary>
internal static unsafe class Divisions
{
    public static void Checked<T, TOp>(Warp warp, Instruction i, uint mask)
        where T : unmanaged, IBinaryInteger<T>
        where TOp : struct, IBinary<T, T, T>
    {
        if ((warp.Block.Launch.Checks & VirtualGpuChecks.Arithmetic) != 0)
        {
            var b = (T*)(warp.R + i.B);
            for (var m = mask; m != 0; m &= m - 1)
            {
                var lane = BitOperations.TrailingZeroCount(m);
                if (b[lane] == T.Zero)
                {
                    warp.Report(FindingKind.DivisionByZero, i, lane, $"{((T*)(warp.R + i.A))[lane]} is divided by zero.");
                    break;
                }
            }
        }

        Lanes.Binary<T, T, T, TOp>(warp, i, mask);
    }
}

/// <summary>Additions with the carry flag.</summary>
internal static unsafe class Carries
{
    public static void Word(Warp warp, Instruction i, uint mask) => Run(warp, i, mask, 32);

    public static void Double(Warp warp, Instruction i, uint mask) => Run(warp, i, mask, 64);

    private static void Run(Warp warp, Instruction i, uint mask, int bits)
    {
        var size = bits / 8;
        ref var carry = ref *(uint*)(warp.R + i.D2);
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            UInt128 a = Memory.LoadStore.ReadRegister(warp.R + i.A, size, lane);
            UInt128 b = Memory.LoadStore.ReadRegister(warp.R + i.B, size, lane);
            var all = (UInt128.One << bits) - 1;
            var flag = (i.Option & 1) != 0 ? carry >> lane & 1 : 0;
            if ((i.Option & 16) != 0)
            {
                var product = a * b;
                if ((i.Option & 32) != 0 && (i.Option & 8) != 0)
                {
                    product -= a >> (bits - 1) != 0 ? b << bits : 0;
                    product -= b >> (bits - 1) != 0 ? a << bits : 0;
                }

                a = ((i.Option & 8) != 0 ? product >> bits : product) & all;
                b = Memory.LoadStore.ReadRegister(warp.R + i.C, size, lane);
            }

            // A borrow is a carry flag that is not set: the machine subtracts by adding the complement.
            var subtracts = (i.Option & 4) != 0;
            var sum = subtracts ? unchecked(a - b - ((i.Option & 1) != 0 ? 1 - flag : 0)) : a + b + flag;
            if ((i.Option & 2) != 0)
            {
                carry = ((sum >> bits & 1) != 0) != subtracts ? carry | (1u << lane) : carry & ~(1u << lane);
            }

            Memory.LoadStore.WriteRegister(warp.R + i.D, size, lane, (ulong)(sum & all));
        }
    }
}
