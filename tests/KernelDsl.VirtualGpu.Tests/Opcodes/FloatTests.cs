using System.Numerics;
using KernelDsl.VirtualGpu.Numerics;

namespace KernelDsl.VirtualGpu.Tests.Opcodes;

/// <summary>Floating point against exact rational arithmetic with one rounding, done with BigInteger in the plainest way.</summary>
public sealed class FloatTests
{
    private static readonly (string Name, int Fraction, int Exponent)[] s_formats = [("f32", 23, 8), ("f64", 52, 11), ("f16", 10, 5), ("bf16", 7, 8)];

    public static TheoryData<string> Texts
    {
        get
        {
            var data = new TheoryData<string>();
            foreach (var mode in (string[])["rn", "rz", "rm", "rp"])
            {
                foreach (var type in (string[])["f32", "f64"])
                {
                    data.Add($"add.{mode}.{type} %d, %a, %b;");
                    data.Add($"sub.{mode}.{type} %d, %a, %b;");
                    data.Add($"mul.{mode}.{type} %d, %a, %b;");
                    data.Add($"fma.{mode}.{type} %d, %a, %b, %c;");
                }
            }

            foreach (var type in (string[])["f16", "bf16"])
            {
                data.Add($"add.rn.{type} %d, %a, %b;");
                data.Add($"sub.rn.{type} %d, %a, %b;");
                data.Add($"mul.rn.{type} %d, %a, %b;");
                data.Add($"fma.rn.{type} %d, %a, %b, %c;");
            }

            data.Add("div.rn.f32 %d, %a, %b;");
            data.Add("div.rn.f64 %d, %a, %b;");
            data.Add("cvt.rn.f32.f64 %d, %a;");
            data.Add("cvt.rz.f32.f64 %d, %a;");
            data.Add("cvt.rm.f32.f64 %d, %a;");
            data.Add("cvt.rn.f16.f32 %d, %a;");
            data.Add("cvt.rz.f16.f32 %d, %a;");
            data.Add("cvt.rn.bf16.f32 %d, %a;");
            data.Add("cvt.f64.f32 %d, %a;");
            data.Add("cvt.f32.f16 %d, %a;");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Instruction_rounds_the_exact_result_once(string text)
    {
        var words = text.Split(' ')[0].Split('.');
        var mode = words.Length > 2 && words[1] is "rn" or "rz" or "rm" or "rp" ? words[1] : "rn";
        var isConvert = words[0] == "cvt";
        var to = s_formats.Single(f => f.Name == (isConvert ? words[^2] : words[^1]));
        var from = s_formats.Single(f => f.Name == words[^1]);
        string Register((string Name, int, int) f) => f.Name switch { "f16" or "bf16" => "b16", _ => f.Name };
        var operands = isConvert ? 1 : words[0] == "fma" ? 3 : 2;
        var inputs = OpcodeRunner.Floats(from.Fraction, from.Exponent, text.Length);
        var results = OpcodeRunner.Run(text, Register(to), Enumerable.Repeat(Register(from), operands).ToArray(), inputs);
        for (var k = 0; k < inputs.Length; k++)
        {
            var values = new[] { inputs[k].A, inputs[k].B, inputs[k].C }.Select(bits => Number.Of(bits, from.Fraction, from.Exponent)).ToArray();
            if (values.Take(operands).Any(v => v.IsSpecial) || (words[0] == "div" && values[1].M.IsZero))
            {
                continue; // Infinities and NaNs have a test of their own.
            }

            var exact = words[0] switch
            {
                "add" => values[0].Add(values[1]), "sub" => values[0].Add(values[1].Negated()), "mul" => values[0].Times(values[1]), "fma" => values[0].Times(values[1]).Add(values[2]),
                "div" => values[0].Over(values[1]), _ => values[0],
            };
            if (exact.M.IsZero)
            {
                Assert.Equal(0UL, results[k] << (64 - to.Fraction - to.Exponent));
                continue;
            }

            var wanted = exact.Round(to.Fraction, to.Exponent, mode);
            Assert.True(wanted == results[k], $"{text} with 0x{inputs[k].A:x}, 0x{inputs[k].B:x}, 0x{inputs[k].C:x}: 0x{results[k]:x} instead of 0x{wanted:x}");
        }
    }

    [Theory]
    [InlineData("add.rn.f32 %d, %a, %b;", 0x7f800000, 0xff800000, 0x7fffffff)]
    [InlineData("mul.rn.f32 %d, %a, %b;", 0x7f800000, 0x00000000, 0x7fffffff)]
    [InlineData("add.rn.f32 %d, %a, %b;", 0x7f800001, 0x3f800000, 0x7fffffff)]
    [InlineData("add.rm.f32 %d, %a, %b;", 0x3f800000, 0xbf800000, 0x80000000)]
    [InlineData("add.rn.ftz.f32 %d, %a, %b;", 0x00000001, 0x80000000, 0x00000000)]
    [InlineData("mul.ftz.f32 %d, %a, %b;", 0x80000001, 0x3f800000, 0x80000000)]
    [InlineData("add.sat.f32 %d, %a, %b;", 0x7f800001, 0x3f800000, 0x00000000)]
    [InlineData("add.sat.f32 %d, %a, %b;", 0x40000000, 0x3f800000, 0x3f800000)]
    [InlineData("min.f32 %d, %a, %b;", 0x7fc00000, 0x3f800000, 0x3f800000)]
    [InlineData("min.NaN.f32 %d, %a, %b;", 0x7fc00000, 0x3f800000, 0x7fffffff)]
    [InlineData("max.f32 %d, %a, %b;", 0x80000000, 0x00000000, 0x00000000)]
    [InlineData("min.f32 %d, %a, %b;", 0x80000000, 0x00000000, 0x80000000)]
    [InlineData("neg.f32 %d, %a;", 0x7f800001, 0x00000000, 0xff800001)]
    [InlineData("copysign.f32 %d, %a, %b;", 0x80000000, 0x3f800000, 0xbf800000)]
    [InlineData("cvt.rzi.s32.f32 %d, %a;", 0x7fc00000, 0, 0)]
    [InlineData("cvt.rzi.s32.f32 %d, %a;", 0x4f800000, 0, 0x7fffffff)]
    [InlineData("cvt.rni.s32.f32 %d, %a;", 0x40200000, 0, 2)]
    [InlineData("cvt.rpi.s32.f32 %d, %a;", 0x40200000, 0, 3)]
    [InlineData("cvt.rmi.f32.f32 %d, %a;", 0xc0200000, 0, 0xc0400000)]
    [InlineData("cvt.rzi.u32.f32 %d, %a;", 0xbf800000, 0, 0)]
    [InlineData("cvt.rna.tf32.f32 %d, %a;", 0x3f801000, 0, 0x3f802000)]
    [InlineData("cvt.rn.f16x2.f32 %d, %a, %b;", 0x3f800000, 0x40000000, 0x3c004000)]
    [InlineData("cvt.rn.bf16x2.f32 %d, %a, %b;", 0x3f800000, 0x40000000, 0x3f804000)]
    [InlineData("cvt.rn.relu.f16x2.f32 %d, %a, %b;", 0xbf800000, 0x40000000, 0x00004000)]
    [InlineData("setp.ltu.f32 %q, %a, %b; selp.b32 %d, 1, 0, %q;", 0x7fc00000, 0x3f800000, 1)]
    [InlineData("setp.lt.f32 %q, %a, %b; selp.b32 %d, 1, 0, %q;", 0x7fc00000, 0x3f800000, 0)]
    [InlineData("setp.ne.f32 %q, %a, %b; selp.b32 %d, 1, 0, %q;", 0x7fc00000, 0x3f800000, 0)]
    [InlineData("setp.nan.f32 %q, %a, %b; selp.b32 %d, 1, 0, %q;", 0x7fc00000, 0x3f800000, 1)]
    [InlineData("set.lt.f32.f32 %d, %a, %b;", 0x3f800000, 0x40000000, 0x3f800000)]
    [InlineData("testp.subnormal.f32 %q, %a; selp.b32 %d, 1, 0, %q;", 0x00000001, 0, 1)]
    [InlineData("ex2.approx.f32 %d, %a;", 0x40400000, 0, 0x41000000)]
    [InlineData("ex2.approx.f32 %d, %a;", 0xff800000, 0, 0)]
    [InlineData("rsqrt.approx.f32 %d, %a;", 0x80000000, 0, 0xff800000)]
    [InlineData("rcp.approx.f32 %d, %a;", 0x80000000, 0, 0xff800000)]
    [InlineData("lg2.approx.f32 %d, %a;", 0x41000000, 0, 0x40400000)]
    [InlineData("div.approx.f32 %d, %a, %b;", 0x3f800000, 0x7f000000, 0x00000000)]
    [InlineData("sqrt.rn.f32 %d, %a;", 0xbf800000, 0, 0x7fffffff)]
    public void Rule_holds(string text, uint a, uint b, uint expected)
    {
        var results = OpcodeRunner.Run(text.Replace("%a", "%a", StringComparison.Ordinal), text.Contains(".s32.f32", StringComparison.Ordinal) ? "b32" : "b32", ["b32", "b32"], [(a, b, 0)]);
        Assert.Equal($"0x{expected:x8}", $"0x{results[0]:x8}");
    }

    [Theory]
    [InlineData("e4m3", 3, 7, 448)]
    [InlineData("e5m2", 2, 15, 57344)]
    public void Narrowest_floats_round_to_the_nearest_code(string type, int fraction, int bias, double largest)
    {
        // All finite codes, found by their definition.
        var codes = Enumerable.Range(0, 128).Select(code => (Code: code, Exponent: code >> fraction, Mantissa: code & ((1 << fraction) - 1)))
            .Select(c => (c.Code, Value: c.Exponent == 0 ? c.Mantissa * Math.Pow(2, 1 - bias - fraction) : (c.Mantissa + (1 << fraction)) * Math.Pow(2, c.Exponent - bias - fraction)))
            .Where(c => c.Value <= largest).ToArray();
        var inputs = OpcodeRunner.Floats(23, 8, 5).Select(i => (i.A % 0x80000000 % 0x20000000) + 0x33000000).Select(bits => (bits, 0UL, 0UL)).ToArray();
        var results = OpcodeRunner.Run($"cvt.rn.satfinite.{type}x2.f32 %x0h, %a, %b; cvt.u32.u16 %d, %x0h;".Replace("%x0h", "%h", StringComparison.Ordinal).Insert(0, ".reg .b16 %h; "), "b32", ["f32", "f32"], inputs);
        for (var k = 0; k < inputs.Length; k++)
        {
            double value = BitConverter.UInt32BitsToSingle((uint)inputs[k].bits);
            var high = (int)(results[k] >> 8);
            var nearest = codes.MinBy(c => (Math.Abs(c.Value - value), c.Code & 1));
            Assert.True(nearest.Code == high, $"{value} became 0x{high:x2} instead of 0x{nearest.Code:x2}");
            Assert.Equal(0UL, results[k] & 255);
        }
    }

    [Theory]
    [InlineData("ex2.approx.f32", 3e-7, -20.0, 20.0)]
    [InlineData("lg2.approx.f32", 3e-7, 0.01, 1000.0)]
    [InlineData("rcp.approx.f32", 1.3e-7, 0.01, 1000.0)]
    [InlineData("rsqrt.approx.f32", 1.3e-7, 0.01, 1000.0)]
    [InlineData("sqrt.approx.f32", 1.3e-7, 0.01, 1000.0)]
    [InlineData("sin.approx.f32", 7e-7, -6.0, 6.0)]
    [InlineData("tanh.approx.f32", 5e-4, -3.0, 3.0)]
    public void Approximation_stays_in_its_bound_and_moves_in_adversarial_mode(string name, double bound, double from, double to)
    {
        var random = new Random(3);
        var inputs = Enumerable.Range(0, 1000).Select(_ => ((ulong)BitConverter.SingleToUInt32Bits((float)(from + ((to - from) * random.NextDouble()))), 0UL, 0UL)).ToArray();
        ulong[] Run(bool adversarial, int seed) => OpcodeRunner.Run($"{name} %d, %a;", "f32", ["f32"], inputs, new VirtualGpuOptions { Architecture = "sm_90", AdversarialApproximations = adversarial, Seed = seed });
        var exact = Run(false, 1);
        var moved = Run(true, 1);
        Assert.Equal(moved, Run(true, 1));
        Assert.NotEqual(moved, Run(true, 2));
        Assert.True(exact.Zip(moved).Count(p => p.First != p.Second) > 200);
        for (var k = 0; k < inputs.Length; k++)
        {
            double a = BitConverter.UInt32BitsToSingle((uint)inputs[k].Item1);
            var wanted = name[..3] switch { "ex2" => Math.Pow(2, a), "lg2" => Math.Log2(a), "rcp" => 1 / a, "rsq" => 1 / Math.Sqrt(a), "sqr" => Math.Sqrt(a), "sin" => Math.Sin(a), _ => Math.Tanh(a) };
            var allowed = bound * Math.Max(Math.Abs(wanted), name[0] is 's' && name[1] == 'i' || name[0] == 'l' ? 1 : 0);
            Assert.InRange(Math.Abs(BitConverter.UInt32BitsToSingle((uint)exact[k]) - wanted), 0, allowed);
            Assert.InRange(Math.Abs(BitConverter.UInt32BitsToSingle((uint)moved[k]) - wanted), 0, allowed);
        }
    }

    [Fact]
    public void Directed_rounding_of_the_machine_is_that_of_exact_arithmetic()
    {
        foreach (var (a, b, c) in OpcodeRunner.Floats(23, 8, 17))
        {
            var (x, y, z) = (BitConverter.UInt32BitsToSingle((uint)a), BitConverter.UInt32BitsToSingle((uint)b), BitConverter.UInt32BitsToSingle((uint)c));
            var up = Directed<Upward>.MultiplyAdd(x, y, z);
            if (float.IsFinite(x) && float.IsFinite(y) && float.IsFinite(z))
            {
                Assert.Equal(SoftFloat.MultiplyAdd((uint)a, (uint)b, (uint)c, FloatLayout.Single, Rounding.Up), BitConverter.SingleToUInt32Bits(up));
            }
        }
    }

    /// <summary>A rational number m·2^e, or m·2^e / q.</summary>
    private sealed record Number(BigInteger M, int E, BigInteger Q, bool IsSpecial)
    {
        public static Number Of(ulong bits, int fraction, int exponent)
        {
            var e = (int)(bits >> fraction) & ((1 << exponent) - 1);
            BigInteger m = bits & ((1UL << fraction) - 1);
            m = e == 0 ? m : m + (BigInteger.One << fraction);
            m = (bits >> (fraction + exponent) & 1) != 0 ? -m : m;
            return new Number(m, Math.Max(e, 1) - (1 << (exponent - 1)) + 1 - fraction, 1, e == (1 << exponent) - 1);
        }

        public Number Negated() => this with { M = -M };

        public Number Times(Number other) => new(M * other.M, E + other.E, 1, false);

        public Number Over(Number other) => new(M * other.M.Sign, E - other.E, BigInteger.Abs(other.M), false);

        public Number Add(Number other)
        {
            var e = Math.Min(E, other.E);
            return new Number((M << (E - e)) + (other.M << (other.E - e)), e, 1, false);
        }

        public ulong Round(int fraction, int exponent, string mode)
        {
            var negative = M.Sign < 0;
            var size = BigInteger.Abs(M);

            // The unit of the result: fraction + 1 digits, but not below the least subnormal.
            var least = 2 - (1 << (exponent - 1)) - fraction;
            var unit = least;
            while (Scaled(size, unit) >= (BigInteger.One << (fraction + 1)) * 1)
            {
                unit += Math.Max(1, (int)Scaled(size, unit).GetBitLength() - fraction - 1);
            }

            var (numerator, denominator) = unit <= E ? (size << (E - unit), Q) : (size, Q << (unit - E));
            var whole = BigInteger.DivRem(numerator, denominator, out var rest);
            var twice = rest * 2;
            var up = mode switch
            {
                "rn" => twice > denominator || (twice == denominator && !whole.IsEven), "rm" => negative && !rest.IsZero, "rp" => !negative && !rest.IsZero, _ => false,
            };
            whole += up ? 1 : 0;
            if (whole.GetBitLength() > fraction + 1)
            {
                whole >>= 1;
                unit++;
            }

            var field = whole.GetBitLength() <= fraction ? 0 : unit - least + 1;
            var sign = negative ? 1UL << (fraction + exponent) : 0;
            var infinity = (ulong)((1 << exponent) - 1) << fraction;
            if (field >= (1 << exponent) - 1)
            {
                return sign | (mode == "rn" || (mode == "rp" && !negative) || (mode == "rm" && negative) ? infinity : infinity - 1);
            }

            return sign | ((ulong)field << fraction) | (ulong)(whole & ((BigInteger.One << fraction) - 1));
        }

        private BigInteger Scaled(BigInteger size, int unit) => unit <= E ? (size << (E - unit)) / Q : (size >> (unit - E)) / Q;
    }
}
