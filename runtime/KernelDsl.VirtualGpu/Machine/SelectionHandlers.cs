using System.Numerics;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Machine;

internal sealed record HalfComparison(string Comparison, bool IsBrain, bool IsPacked, bool Flushes);

/// <summary>Handlers of comparisons and selections that are rare.</summary>
internal static unsafe class SelectionHandlers
{
    public static void SelectBySign(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var c = ((uint*)(warp.R + i.C))[lane];
            var first = i.Option == 1 ? BitConverter.UInt32BitsToSingle(c) >= 0 : (int)c >= 0;
            LoadStore.WriteRegister(warp.R + i.D, i.Width, lane, LoadStore.ReadRegister(warp.R + (first ? i.A : i.B), i.Width, lane));
        }
    }

    public static void Test(Warp warp, Instruction i, uint mask)
    {
        uint bits = 0;
        for (var lane = 0; lane < 32; lane++)
        {
            var holds = i.Width == 4 ? Test(((float*)(warp.R + i.A))[lane], (string)i.Data!) : Test(((double*)(warp.R + i.A))[lane], (string)i.Data!);
            bits |= holds ? 1u << lane : 0;
        }

        Lanes.Set(warp.R + i.D, mask, bits);
    }

    /// <summary>Packed comparisons give the low half's result to D and the high half's to D2.</summary>
    public static void CompareHalf(Warp warp, Instruction i, uint mask)
    {
        var form = (HalfComparison)i.Data!;
        uint low = 0;
        uint high = 0;
        for (var lane = 0; lane < 32; lane++)
        {
            if (form.IsPacked)
            {
                var (a, b) = (((uint*)(warp.R + i.A))[lane], ((uint*)(warp.R + i.B))[lane]);
                low |= Compare(form, (ushort)a, (ushort)b) ? 1u << lane : 0;
                high |= Compare(form, (ushort)(a >> 16), (ushort)(b >> 16)) ? 1u << lane : 0;
            }
            else
            {
                low |= Compare(form, ((ushort*)(warp.R + i.A))[lane], ((ushort*)(warp.R + i.B))[lane]) ? 1u << lane : 0;
            }
        }

        if (!form.IsPacked)
        {
            Lanes.SetPredicates(warp, i, mask, low);
            return;
        }

        if (i.Option != 0)
        {
            var other = *(uint*)(warp.R + i.C);
            other = i.Option2 == 1 ? ~other : other;
            (low, high) = i.Option switch { 1 => (low & other, high & other), 2 => (low | other, high | other), _ => (low ^ other, high ^ other) };
        }

        if (i.D >= 0)
        {
            Lanes.Set(warp.R + i.D, mask, low);
        }

        if (i.D2 >= 0)
        {
            Lanes.Set(warp.R + i.D2, mask, high);
        }
    }

    public static void Set(Warp warp, Instruction i, uint mask)
    {
        var compare = (Instruction)i.Data!;
        compare.Execute(warp, compare, mask);
        var low = *(uint*)(warp.R + compare.D);
        var high = compare.D2 >= 0 ? *(uint*)(warp.R + compare.D2) : 0;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var value = (low >> lane & 1) != 0 ? (uint)i.Option : 0;
            if (i.Width == 0)
            {
                value = (value & 0xffff) | ((high >> lane & 1) != 0 ? (uint)i.Option << 16 : 0);
            }

            LoadStore.WriteRegister(warp.R + i.D, i.Width == 0 ? 4 : i.Width, lane, value);
        }
    }

    private static bool Test(double a, string property) => property switch
    {
        ".finite" => double.IsFinite(a), ".infinite" => double.IsInfinity(a), ".number" => !double.IsNaN(a), ".notanumber" => double.IsNaN(a),
        ".normal" => double.IsNormal(a), _ => double.IsSubnormal(a),
    };

    private static bool Test(float a, string property) => property switch
    {
        ".normal" => float.IsNormal(a), ".subnormal" => float.IsSubnormal(a), _ => Test((double)a, property),
    };

    private static bool Compare(HalfComparison form, ushort a, ushort b)
    {
        var exponent = form.IsBrain ? 0x7f80 : 0x7c00;
        var x = form.Flushes && (a & exponent) == 0 ? 0 : HalfArithmetic.ToDouble(a, form.IsBrain);
        var y = form.Flushes && (b & exponent) == 0 ? 0 : HalfArithmetic.ToDouble(b, form.IsBrain);
        return form.Comparison switch
        {
            ".eq" => x == y, ".ne" => x < y || x > y, ".lt" => x < y, ".le" => x <= y, ".gt" => x > y, ".ge" => x >= y,
            ".equ" => !(x < y || x > y), ".neu" => x != y, ".ltu" => !(x >= y), ".leu" => !(x > y), ".gtu" => !(x <= y), ".geu" => !(x < y),
            ".num" => !double.IsNaN(x) && !double.IsNaN(y), _ => double.IsNaN(x) || double.IsNaN(y),
        };
    }
}
