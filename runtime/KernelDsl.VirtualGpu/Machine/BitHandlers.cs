using System.Numerics;
using KernelDsl.VirtualGpu.Numerics;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>Handlers of bit operations with more than three operands or constants.</summary>
internal static unsafe class BitHandlers
{
    public static void Predicates(Warp warp, Instruction i, uint mask)
    {
        var a = *(uint*)(warp.R + i.A);
        var b = *(uint*)(warp.R + i.B);
        a = (i.Option2 & 1) != 0 ? ~a : a;
        b = (i.Option2 & 2) != 0 ? ~b : b;
        Lanes.Set(warp.R + i.D, mask, i.Option switch { 0 => a & b, 1 => a | b, 2 => a ^ b, _ => ~a });
    }

    public static void Insert(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var a = Memory.LoadStore.ReadRegister(warp.R + i.A, i.Width, lane);
            var b = Memory.LoadStore.ReadRegister(warp.R + i.B, i.Width, lane);
            var position = ((uint*)(warp.R + i.Sources[0]))[lane];
            var length = ((uint*)(warp.R + i.Sources[1]))[lane];
            Memory.LoadStore.WriteRegister(warp.R + i.D, i.Width, lane, InsertField.Apply(a, b, position, length, i.Width * 8));
        }
    }

    public static void PermuteMode(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var selectors = Permute.Selectors((string)i.Data!, ((uint*)(warp.R + i.C))[lane]);
            ((uint*)(warp.R + i.D))[lane] = Permute.Apply(((uint*)(warp.R + i.A))[lane], ((uint*)(warp.R + i.B))[lane], selectors);
        }
    }

    public static void Logic3(Warp warp, Instruction i, uint mask)
    {
        uint isSet = 0;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var (a, b, c) = (((uint*)(warp.R + i.A))[lane], ((uint*)(warp.R + i.B))[lane], ((uint*)(warp.R + i.C))[lane]);
            uint result = 0;
            for (var k = 0; k < 8; k++)
            {
                if ((i.Option >> k & 1) != 0)
                {
                    result |= ((k & 4) != 0 ? a : ~a) & ((k & 2) != 0 ? b : ~b) & ((k & 1) != 0 ? c : ~c);
                }
            }

            ((uint*)(warp.R + i.D))[lane] = result;
            isSet |= result != 0 ? 1u << lane : 0;
        }

        if (i.D2 >= 0)
        {
            var other = *(uint*)(warp.R + i.Sources[0]);
            other = (i.Option2 & 4) != 0 ? ~other : other;
            Lanes.Set(warp.R + i.D2, mask, (i.Option2 & 3) switch { 1 => isSet & other, 2 => isSet | other, _ => isSet ^ other });
        }
    }

    public static void Dot(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var (a, b, c) = (((uint*)(warp.R + i.A))[lane], ((uint*)(warp.R + i.B))[lane], ((int*)(warp.R + i.C))[lane]);
            var (signedA, signedB) = ((i.Option & 1) != 0, (i.Option & 2) != 0);
            ((int*)(warp.R + i.D))[lane] = (i.Option & 8) != 0 ? DotProducts.Two(a, b, c, signedA, signedB, (i.Option & 4) != 0) : DotProducts.Four(a, b, c, signedA, signedB);
        }
    }

    public static void Multiply24(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var (a, b) = (((uint*)(warp.R + i.A))[lane], ((uint*)(warp.R + i.B))[lane]);
            var c = i.C < 0 ? 0 : ((uint*)(warp.R + i.C))[lane];
            var product = (i.Option & 3) switch
            {
                0 => Multiply24LowUnsigned.Apply(a, b),
                1 => Multiply24HighUnsigned.Apply(a, b),
                2 => (uint)Multiply24Low.Apply((int)a, (int)b),
                _ => (uint)Multiply24High.Apply((int)a, (int)b),
            };
            ((uint*)(warp.R + i.D))[lane] = (i.Option & 4) != 0 ? (uint)Math.Clamp((long)(int)product + (int)c, int.MinValue, int.MaxValue) : unchecked(product + c);
        }
    }

    /// <summary>The place of the n-th set bit from a base, upward for positive n and downward for negative; all ones when there is none.</summary>
    public static void FindNth(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var (bits, start, n) = (((uint*)(warp.R + i.A))[lane], (int)((uint*)(warp.R + i.B))[lane], ((int*)(warp.R + i.C))[lane]);
            var step = n < 0 ? -1 : 1;
            var left = n == 0 ? 1 : Math.Abs(n);
            var found = uint.MaxValue;
            for (var at = start; at is >= 0 and < 32; at += step)
            {
                if ((bits >> at & 1) != 0 && --left == 0)
                {
                    found = (uint)at;
                    break;
                }

                if (n == 0)
                {
                    break;
                }
            }

            ((uint*)(warp.R + i.D))[lane] = found;
        }
    }
}
