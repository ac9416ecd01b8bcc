using System.Numerics;
using KernelDsl.VirtualGpu.Numerics;

namespace KernelDsl.VirtualGpu.Machine;

internal enum HalfOperation : byte { Add, Subtract, Multiply, MultiplyAdd, Minimum, Maximum, Abs, Negate }

internal sealed record HalfForm(HalfOperation Operation, bool IsBrain, bool IsPacked, bool Flushes, bool Saturates, bool Relu, bool KeepsNaN, bool XorSign);

/// <summary>Arithmetic of f16 and bf16 with one rounding: the exact result in a double, rounded to odd where it does not fit, then to the format.</summary>
internal static unsafe class HalfArithmetic
{
    public static void Run(Warp warp, Instruction i, uint mask)
    {
        var form = (HalfForm)i.Data!;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            if (!form.IsPacked)
            {
                ((ushort*)(warp.R + i.D))[lane] = Apply(
                    form, ((ushort*)(warp.R + i.A))[lane], i.B < 0 ? (ushort)0 : ((ushort*)(warp.R + i.B))[lane], i.C < 0 ? (ushort)0 : ((ushort*)(warp.R + i.C))[lane]);
                continue;
            }

            var a = ((uint*)(warp.R + i.A))[lane];
            var b = i.B < 0 ? 0 : ((uint*)(warp.R + i.B))[lane];
            var c = i.C < 0 ? 0 : ((uint*)(warp.R + i.C))[lane];
            var low = Apply(form, (ushort)a, (ushort)b, (ushort)c);
            var high = Apply(form, (ushort)(a >> 16), (ushort)(b >> 16), (ushort)(c >> 16));
            ((uint*)(warp.R + i.D))[lane] = low | ((uint)high << 16);
        }
    }

    public static ushort Apply(HalfForm form, ushort a, ushort b, ushort c)
    {
        switch (form.Operation)
        {
            case HalfOperation.Abs:
                return Flush(form, (ushort)(a & 0x7fff));
            case HalfOperation.Negate:
                return Flush(form, (ushort)(a ^ 0x8000));
        }

        a = Flush(form, a);
        b = Flush(form, b);
        c = Flush(form, c);
        if (form.Operation is HalfOperation.Minimum or HalfOperation.Maximum)
        {
            return Flush(form, Choose(form, a, b));
        }

        var (x, y, z) = (ToDouble(a, form.IsBrain), ToDouble(b, form.IsBrain), ToDouble(c, form.IsBrain));
        var value = form.Operation switch
        {
            HalfOperation.Add => AddToOdd(x, y),
            HalfOperation.Subtract => AddToOdd(x, -y),
            HalfOperation.Multiply => x * y,
            _ => AddToOdd(x * y, z),
        };
        if (form.Relu && !double.IsNaN(value))
        {
            value = Math.Max(value, 0);
        }

        if (form.Saturates)
        {
            value = double.IsNaN(value) ? 0 : Math.Clamp(value, 0, 1);
        }

        return Flush(form, FromDouble(value, form.IsBrain));
    }

    public static double ToDouble(ushort bits, bool isBrain)
        => isBrain ? BitConverter.UInt32BitsToSingle((uint)bits << 16) : (double)BitConverter.UInt16BitsToHalf(bits);

    public static ushort FromDouble(double value, bool isBrain, Rounding mode = Rounding.Nearest)
    {
        if (double.IsNaN(value))
        {
            return 0x7fff;
        }

        return !isBrain && mode == Rounding.Nearest ? BitConverter.HalfToUInt16Bits((Half)value) : (ushort)SoftFloat.Convert(value, isBrain ? FloatLayout.Brain : FloatLayout.Half, mode);
    }

    /// <summary>A sum whose last bit tells that it is not exact, so that rounding it again is rounding once.</summary>
    public static double AddToOdd(double a, double b)
    {
        var sum = a + b;
        if (!double.IsFinite(sum))
        {
            return sum;
        }

        var back = sum - a;
        var error = (a - (sum - back)) + (b - back);
        if (error == 0 || (BitConverter.DoubleToUInt64Bits(sum) & 1) != 0)
        {
            return sum;
        }

        return error > 0 ? Math.BitIncrement(sum) : Math.BitDecrement(sum);
    }

    private static ushort Choose(HalfForm form, ushort a, ushort b)
    {
        var (x, y) = (ToDouble(a, form.IsBrain), ToDouble(b, form.IsBrain));
        ushort result;
        if (double.IsNaN(x) || double.IsNaN(y))
        {
            result = form.KeepsNaN || (double.IsNaN(x) && double.IsNaN(y)) ? (ushort)0x7fff : double.IsNaN(x) ? b : a;
        }
        else if (form.XorSign)
        {
            var least = (form.Operation == HalfOperation.Minimum) == (Math.Abs(x) < Math.Abs(y)) ? a : b;
            return (ushort)((least & 0x7fff) | ((a ^ b) & 0x8000));
        }
        else
        {
            var aIsLess = x < y || (x == y && double.IsNegative(x));
            result = (form.Operation == HalfOperation.Minimum) == aIsLess ? a : b;
        }

        return form.Relu && (result & 0x8000) != 0 && (result & 0x7fff) <= (form.IsBrain ? 0x7f80 : 0x7c00) ? (ushort)0 : result;
    }

    private static ushort Flush(HalfForm form, ushort bits)
        => form.Flushes && (bits & (form.IsBrain ? 0x7f80 : 0x7c00)) == 0 ? (ushort)(bits & 0x8000) : bits;
}
