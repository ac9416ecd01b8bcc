using System.Numerics;
using KernelDsl.VirtualGpu.Numerics;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>A function whose result PTX bounds but does not fix.</summary>
/// <param name="Exact">The function in double precision.</param>
/// <param name="Ulps">The bound in units in the last place of the f32 result.</param>
/// <param name="Relative">The bound relative to the result.</param>
/// <param name="Absolute">The absolute bound.</param>
internal sealed record Approximation(string Name, PtxType Type, Func<double, double> Exact, double Ulps = 0, double Relative = 0, double Absolute = 0)
{
    /// <summary>Bounds of the PTX ISA 8.4.</summary>
    public static Approximation? Of(string opcode, PtxType type) => (opcode, type) switch
    {
        ("rcp", PtxType.F32) => new(opcode, type, x => 1 / x, Ulps: 1),
        ("sqrt", PtxType.F32) => new(opcode, type, Math.Sqrt, Relative: Math.ScaleB(1, -23)),
        ("rsqrt", PtxType.F32) => new(opcode, type, x => 1 / Math.Sqrt(x), Relative: Math.Pow(2, -22.9)),
        ("ex2", PtxType.F32) => new(opcode, type, Exp2, Ulps: 2),
        ("lg2", PtxType.F32) => new(opcode, type, Math.Log2, Relative: Math.ScaleB(1, -22), Absolute: Math.ScaleB(1, -22)),
        ("sin", PtxType.F32) => new(opcode, type, Math.Sin, Absolute: Math.Pow(2, -20.5)),
        ("cos", PtxType.F32) => new(opcode, type, Math.Cos, Absolute: Math.Pow(2, -20.5)),
        ("tanh", PtxType.F32) => new(opcode, type, Math.Tanh, Relative: Math.ScaleB(1, -11)),
        ("ex2", PtxType.F16 or PtxType.F16X2) => new(opcode, type, Exp2, Relative: Math.Pow(2, -9.9)),
        ("ex2", PtxType.BF16 or PtxType.BF16X2) => new(opcode, type, Exp2, Relative: Math.ScaleB(1, -7)),
        ("tanh", PtxType.F16 or PtxType.F16X2) => new(opcode, type, Math.Tanh, Relative: Math.Pow(2, -10.987)),
        ("tanh", PtxType.BF16 or PtxType.BF16X2) => new(opcode, type, Math.Tanh, Relative: Math.ScaleB(1, -8)),
        _ => null,
    };

    private static double Exp2(double x) => x == Math.Floor(x) && Math.Abs(x) < 1000 ? Math.ScaleB(1, (int)x) : Math.Pow(2, x);
}

/// <summary>Approximate functions: correctly rounded, or anywhere within their bounds in adversarial mode, and always the same for the same input.</summary>
internal static unsafe class Approximations
{
    public static void Single(Warp warp, Instruction i, uint mask)
    {
        var form = (Approximation)i.Data!;
        var options = warp.Block.Launch.Options;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var a = ((float*)(warp.R + i.A))[lane];
            if (i.Option2 == 1)
            {
                a = Single32.Flush(a);
            }

            var result = Evaluate(form, a, options);
            ((float*)(warp.R + i.D))[lane] = i.Option2 == 1 ? Single32.Flush(result) : result;
        }
    }

    public static float Evaluate(Approximation form, float a, VirtualGpuOptions options)
    {
        var exact = form.Exact(a);
        if (form.Name == "rsqrt" && a == 0)
        {
            exact = float.IsNegative(a) ? double.NegativeInfinity : double.PositiveInfinity;
        }

        var rounded = Single32.Canonical((float)exact);
        if (!options.AdversarialApproximations || !float.IsFinite(rounded) || !float.IsFinite(a) || rounded == 0 || IsExact(form, a))
        {
            return rounded;
        }

        var relative = form.Name == "lg2" && a > 0.5f && a < 2 ? 0 : form.Relative;
        var absolute = form.Name == "lg2" && !(a > 0.5f && a < 2) ? 0 : form.Name is "sin" or "cos" ? SineBound(a) : form.Absolute;
        var ulp = MathF.BitIncrement(MathF.Abs(rounded)) - MathF.Abs(rounded);
        var bound = (form.Ulps * ulp) + (relative * Math.Abs(exact)) + absolute;
        var result = Inside(exact, bound, Noise(options.Seed, BitConverter.SingleToUInt32Bits(a), form.Name));
        return form.Name is "sin" or "cos" or "tanh" ? Math.Clamp(result, -1, 1) : result;
    }

    public static void Half(Warp warp, Instruction i, uint mask)
    {
        var form = (Approximation)i.Data!;
        var isBrain = form.Type is PtxType.BF16 or PtxType.BF16X2;
        var options = warp.Block.Launch.Options;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            if (form.Type is PtxType.F16X2 or PtxType.BF16X2)
            {
                var a = ((uint*)(warp.R + i.A))[lane];
                ((uint*)(warp.R + i.D))[lane] = Half(form, (ushort)a, isBrain, options) | ((uint)Half(form, (ushort)(a >> 16), isBrain, options) << 16);
            }
            else
            {
                ((ushort*)(warp.R + i.D))[lane] = Half(form, ((ushort*)(warp.R + i.A))[lane], isBrain, options);
            }
        }
    }

    public static void Divide(Warp warp, Instruction i, uint mask)
    {
        var options = warp.Block.Launch.Options;
        var isFull = i.Text.Modifiers.Contains(".full");
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var a = ((float*)(warp.R + i.A))[lane];
            var b = ((float*)(warp.R + i.B))[lane];
            if (i.Option2 == 1)
            {
                (a, b) = (Single32.Flush(a), Single32.Flush(b));
            }

            var result = Single32.Canonical(a / b);
            var size = MathF.Abs(b);
            if (!isFull && size > MathF.ScaleB(1, 126) && float.IsFinite(b))
            {
                // The documented range in which the quotient is lost.
                result = float.IsInfinity(a) ? Single32.NaN : float.IsNaN(a) ? Single32.NaN : float.IsNegative(a) != float.IsNegative(b) ? -0f : 0f;
            }
            else if (options.AdversarialApproximations && float.IsFinite(result) && result != 0 && float.IsFinite(b))
            {
                var ulp = MathF.BitIncrement(MathF.Abs(result)) - MathF.Abs(result);
                result = Inside((double)a / b, 2 * ulp, Noise(options.Seed, BitConverter.SingleToUInt32Bits(a) ^ (BitConverter.SingleToUInt32Bits(b) * 31), "div"));
            }

            ((float*)(warp.R + i.D))[lane] = i.Option2 == 1 ? Single32.Flush(result) : result;
        }
    }

    private static ushort Half(Approximation form, ushort a, bool isBrain, VirtualGpuOptions options)
    {
        var x = HalfArithmetic.ToDouble(a, isBrain);
        var exact = form.Exact(x);
        if (options.AdversarialApproximations && double.IsFinite(exact) && x != 0 && double.IsFinite(x))
        {
            exact *= 1 + (form.Relative * 0.9 * Noise(options.Seed, a, form.Name));
        }

        return HalfArithmetic.FromDouble(exact, isBrain);
    }

    private static bool IsExact(Approximation form, float a) => form.Name == "ex2" && a == 0;

    private static double SineBound(float a) => Math.Abs(a) <= 2 * Math.PI ? Math.Pow(2, -20.5) : Math.Pow(2, -14.7);

    private static float Inside(double exact, double bound, double noise)
    {
        var value = (float)(exact + (bound * noise));
        while (Math.Abs(value - exact) > bound)
        {
            value = value > exact ? MathF.BitDecrement(value) : MathF.BitIncrement(value);
            if (Math.Abs((float)exact - exact) > bound)
            {
                return (float)exact;
            }
        }

        return value;
    }

    /// <summary>In [-1, 1], fixed by seed, input and function.</summary>
    private static double Noise(int seed, uint bits, string name)
    {
        var h = unchecked(((uint)seed * 0x9e3779b1) ^ (bits * 0x85ebca77) ^ ((uint)name[0] * 0xc2b2ae3d) ^ (uint)name.Length);
        h = unchecked((h ^ (h >> 15)) * 0x2c1b3c6d);
        h = unchecked((h ^ (h >> 12)) * 0x297a2d39);
        h ^= h >> 15;
        return (h / (double)uint.MaxValue * 2) - 1;
    }
}
