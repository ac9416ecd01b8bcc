using System.Numerics;
using KernelDsl.VirtualGpu.Ptx;
using KernelDsl.VirtualGpu.Tensor;

namespace KernelDsl.VirtualGpu.Tests.Opcodes;

/// <summary>One step of a tensor core against the model in rational numbers: cut every term at 2^(E−F), add, cut or round the sum.</summary>
public sealed class MatrixRoundingTests
{
    [Theory]
    [InlineData("f16", 24, 8)]
    [InlineData("f16", 25, 16)]
    [InlineData("bf16", 24, 8)]
    [InlineData("bf16", 25, 16)]
    [InlineData("e4m3", 13, 16)]
    [InlineData("e5m2", 25, 32)]
    public unsafe void Sum_of_products_is_cut_as_the_model_says(string name, int fractionBits, int count)
    {
        Assert.True(PtxTypes.TryParse("." + name, out var type));
        var (fraction, exponentBits) = name switch { "f16" => (10, 5), "bf16" => (7, 8), "e4m3" => (3, 4), _ => (2, 5) };
        var width = 1 + fraction + exponentBits;
        var random = new Random(count + fractionBits);
        var rules = new MmaRules(fractionBits, count, fractionBits == 13 ? 13 : 23);
        var a = stackalloc MmaTerm[count];
        var b = stackalloc MmaTerm[count];
        for (var round = 0; round < 3000; round++)
        {
            var c = round % 7 == 0 ? 0 : (uint)random.Next(0x30000000, 0x50000000) | (random.Next(2) == 0 ? 0x80000000 : 0);
            var terms = new List<(BigInteger M, int E, int Lead)> { Parts(c, 23, 8) };
            for (var k = 0; k < count; k++)
            {
                uint Any() => random.Next(8) == 0 ? 0 : (uint)random.Next(1 << width);
                uint Finite()
                {
                    uint bits;
                    do
                    {
                        bits = Any();
                    }
                    while ((bits >> fraction & ((1u << exponentBits) - 1)) == (1u << exponentBits) - 1 || (name == "bf16" && (bits >> 7 & 255) is < 90 or > 160 && bits != 0));
                    return bits;
                }

                var (x, y) = (Finite(), Finite());
                (a[k], b[k]) = (MmaTerm.Decode(x, type), MmaTerm.Decode(y, type));
                var (p, q) = (Parts(x, fraction, exponentBits), Parts(y, fraction, exponentBits));
                terms.Add((p.M * q.M, p.E + q.E, p.Lead + q.Lead));
            }

            // Everything in units of 2^-400, where all terms are whole numbers.
            var largest = terms.Max(t => t.Lead);
            var unit = BigInteger.One << (400 + largest - fractionBits);
            var sum = terms.Aggregate(BigInteger.Zero, (s, t) => s + (BigInteger.Divide(t.M << (400 + t.E), unit) * unit));
            var size = BigInteger.Abs(sum);
            var keep = Math.Max((int)size.GetBitLength() - rules.ResultBits - 1, 0);
            var wanted = (double)((size >> keep) << keep) * Math.Pow(2, -400) * sum.Sign;
            var actual = MmaSum.Step(a, b, count, c, PtxType.F32, PtxType.F32, rules);
            Assert.Equal((float)wanted, BitConverter.UInt32BitsToSingle(actual));
        }
    }

    [Theory]
    [InlineData(0x7f80u, 0x3f80u, 0u, 0x7f800000u)] // ∞ · 1
    [InlineData(0x7f80u, 0x0000u, 0u, 0x7fffffffu)] // ∞ · 0
    [InlineData(0x7f80u, 0x3f80u, 0xff800000u, 0x7fffffffu)] // ∞ − ∞
    [InlineData(0x7fc0u, 0x3f80u, 0u, 0x7fffffffu)]
    [InlineData(0xff80u, 0x3f80u, 0u, 0xff800000u)]
    [InlineData(0x7f7fu, 0x7f7fu, 0u, 0x7f800000u)] // too large
    public unsafe void Special_values_give_special_results(uint x, uint y, uint c, uint expected)
    {
        var a = MmaTerm.Decode(x, PtxType.BF16);
        var b = MmaTerm.Decode(y, PtxType.BF16);
        Assert.Equal(expected, MmaSum.Step(&a, &b, 1, c, PtxType.F32, PtxType.F32, new MmaRules(24, 1, 23)));
    }

    private static (BigInteger M, int E, int Lead) Parts(uint bits, int fraction, int exponentBits)
    {
        var field = (int)(bits >> fraction) & ((1 << exponentBits) - 1);
        BigInteger m = bits & ((1u << fraction) - 1);
        m += field == 0 ? 0 : BigInteger.One << fraction;
        var lead = m.IsZero ? -126 : Math.Max(field, 1) - (1 << (exponentBits - 1)) + 1;
        return ((bits >> (fraction + exponentBits) & 1) != 0 ? -m : m, m.IsZero ? 0 : lead - fraction, lead);
    }
}
