using KernelDsl.VirtualGpu.Numerics;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tensor;

/// <summary>A number as a tensor core takes it in: significand, exponent, scale.</summary>
/// <param name="Significand">With its sign; value = significand · 2^(exponent − fraction bits).</param>
/// <param name="Exponent">Of the leading place, not normalised for subnormals; −126 for zero.</param>
/// <param name="FractionBits">Of the format.</param>
/// <param name="Special">0 finite, 1 infinite with the sign of the significand, 2 NaN.</param>
internal readonly record struct MmaTerm(int Significand, int Exponent, int FractionBits, int Special)
{
    public static MmaTerm Decode(uint bits, PtxType type)
    {
        var (fraction, exponentBits) = type switch
        {
            PtxType.F16 => (10, 5), PtxType.BF16 => (7, 8), PtxType.E4M3 => (3, 4), PtxType.E5M2 => (2, 5), _ => (23, 8),
        };
        var negative = (bits >> (fraction + exponentBits) & 1) != 0;
        var exponent = (int)(bits >> fraction) & ((1 << exponentBits) - 1);
        var mantissa = (int)(bits & ((1u << fraction) - 1));
        var sign = negative ? -1 : 1;
        if (type == PtxType.E4M3 ? (bits & 0x7f) == 0x7f : exponent == (1 << exponentBits) - 1)
        {
            return new MmaTerm(sign, 0, fraction, type == PtxType.E4M3 || mantissa != 0 ? 2 : 1);
        }

        if (type == PtxType.TF32)
        {
            // 10 bits of the fraction are kept, so that products fit.
            mantissa >>= 13;
            fraction = 10;
        }

        var bias = (1 << (exponentBits - 1)) - 1;
        if (exponent == 0 && mantissa == 0)
        {
            return new MmaTerm(0, -126, fraction, negative ? -1 : 0);
        }

        var significand = exponent == 0 ? mantissa : mantissa | (1 << fraction);
        return new MmaTerm(sign * significand, Math.Max(exponent, 1) - bias, fraction, 0);
    }

    public bool IsZero => Significand == 0;
}

/// <summary>
/// One step of a tensor core, after the model of MMA-Sim: every product is exact, all terms are cut at a fixed number of bits below the largest exponent, the sum
/// is exact, and the result is cut (f32) or rounded to nearest (f16).
/// </summary>
internal static unsafe class MmaSum
{
    public static uint Step(MmaTerm* a, MmaTerm* b, int count, uint c, PtxType typeOfC, PtxType typeOfD, MmaRules rules)
    {
        var addend = MmaTerm.Decode(c, typeOfC);
        var largest = addend.Exponent;
        int special = addend.Special > 0 ? addend.Special : 0;
        var sign = special == 1 ? Math.Sign(addend.Significand) : 0;
        for (var k = 0; k < count; k++)
        {
            largest = Math.Max(largest, a[k].Exponent + b[k].Exponent);
            if (a[k].Special > 0 || b[k].Special > 0)
            {
                var isNaN = a[k].Special == 2 || b[k].Special == 2 || a[k].IsZero || b[k].IsZero;
                var direction = Math.Sign(a[k].Significand) * Math.Sign(b[k].Significand);
                special = isNaN || special == 2 || (special == 1 && sign != direction) ? 2 : 1;
                sign = direction;
            }
        }

        if (special != 0)
        {
            return Special(special, sign < 0, typeOfD);
        }

        var sum = Cut(addend.Significand, addend.Exponent - addend.FractionBits, largest, rules.FractionBits);
        for (var k = 0; k < count; k++)
        {
            sum += Cut((long)a[k].Significand * b[k].Significand, a[k].Exponent + b[k].Exponent - a[k].FractionBits - b[k].FractionBits, largest, rules.FractionBits);
        }

        return Pack(sum, largest - rules.FractionBits, typeOfD, rules);
    }

    private static long Cut(long significand, int exponent, int largest, int fractionBits)
    {
        var shift = fractionBits - largest + exponent;
        if (shift >= 0)
        {
            return significand << shift;
        }

        var size = shift <= -63 ? 0 : Math.Abs(significand) >> -shift;
        return significand < 0 ? -size : size;
    }

    private static uint Pack(long sum, int exponent, PtxType type, MmaRules rules)
    {
        var size = (UInt128)(ulong)Math.Abs(sum);
        if (type == PtxType.F16)
        {
            return (uint)SoftFloat.Pack(sum < 0, size, exponent, false, FloatLayout.Half, Rounding.Nearest);
        }

        var layout = rules.ResultBits == 23 ? FloatLayout.Single : new FloatLayout(rules.ResultBits, 8);
        var bits = SoftFloat.Pack(sum < 0, size, exponent, false, layout, Rounding.Zero);
        if ((bits & (layout.Sign - 1)) == layout.Largest && Math.Abs((double)sum) * Math.Pow(2, exponent) >= Math.Pow(2, 128))
        {
            bits++;
        }

        return (uint)(bits << (23 - rules.ResultBits));
    }

    private static uint Special(int special, bool negative, PtxType type) => (special, type) switch
    {
        (2, PtxType.F16) => 0x7fff,
        (2, _) => 0x7fffffff,
        (_, PtxType.F16) => negative ? 0xfc00u : 0x7c00,
        _ => negative ? 0xff800000 : 0x7f800000,
    };
}
