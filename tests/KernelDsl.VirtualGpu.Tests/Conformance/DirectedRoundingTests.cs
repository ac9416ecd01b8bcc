using System.Numerics;

namespace KernelDsl.VirtualGpu.Tests.Conformance;

/// <summary>Quotients, reciprocals and roots in one direction: the result and its neighbour must enclose the exact value, which is decided in whole numbers.</summary>
public sealed class DirectedRoundingTests
{
    [Theory]
    [InlineData("div", "f32")]
    [InlineData("rcp", "f32")]
    [InlineData("sqrt", "f32")]
    [InlineData("div", "f64")]
    [InlineData("rcp", "f64")]
    [InlineData("sqrt", "f64")]
    public void Result_is_the_nearest_number_on_its_side(string opcode, string type)
    {
        var isSingle = type == "f32";
        var inputs = OpcodeRunner.Floats(isSingle ? 23 : 52, isSingle ? 8 : 11, 5, 700).ToArray();
        foreach (var mode in new[] { "rz", "rm", "rp" })
        {
            var bits = OpcodeRunner.Run($"{opcode}.{mode}.{type} %d, %a{(opcode == "div" ? ", %b" : "")};", type, [type, type], inputs);
            for (var k = 0; k < inputs.Length; k++)
            {
                var a = Value(inputs[k].A, isSingle);
                var b = Value(inputs[k].B, isSingle);
                (a, b) = opcode switch { "rcp" => (1, a), "sqrt" => (a, 1), _ => (a, b) };
                var plain = opcode == "sqrt" ? Math.Sqrt(a) : a / b;
                var got = Value(bits[k], isSingle);
                if (!double.IsFinite(a) || !double.IsFinite(b) || a == 0 || (opcode == "sqrt" ? a < 0 : b == 0))
                {
                    Assert.Equal(plain, got);
                    continue;
                }

                var up = mode == "rp" || (mode == "rz" && double.IsNegative(plain));
                var (low, high) = up ? (Next(got, isSingle, -1), got) : (got, Next(got, isSingle, 1));
                var below = Sign(opcode, a, b, low);
                var above = Sign(opcode, a, b, high);
                Assert.True(up ? below > 0 && above <= 0 : below >= 0 && above < 0, $"{opcode}.{mode}({a:r}, {b:r}) gave {got:r}");
            }
        }
    }

    /// <summary>The sign of exact − candidate.</summary>
    private static int Sign(string opcode, double a, double b, double candidate)
    {
        if (double.IsInfinity(candidate))
        {
            return candidate > 0 ? -1 : 1;
        }

        var (ma, ea) = Parts(a);
        var (mb, eb) = Parts(b);
        var (mc, ec) = Parts(candidate);
        if (opcode == "sqrt")
        {
            return mc.Sign < 0 ? 1 : Compare(ma, ea, mc * mc, 2 * ec);
        }

        // a/b − c has the sign of (a − c·b)·b.
        return Compare(ma, ea, mc * mb, ec + eb) * mb.Sign;
    }

    private static int Compare(BigInteger x, int ex, BigInteger y, int ey)
    {
        var e = Math.Min(ex, ey);
        return (x << (ex - e)).CompareTo(y << (ey - e));
    }

    private static (BigInteger M, int E) Parts(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52) & 0x7ff;
        BigInteger m = bits & ((1L << 52) - 1);
        m += exponent == 0 ? 0 : BigInteger.One << 52;
        return (bits < 0 ? -m : m, Math.Max(exponent, 1) - 1075);
    }

    private static double Value(ulong bits, bool isSingle) => isSingle ? BitConverter.UInt32BitsToSingle((uint)bits) : BitConverter.UInt64BitsToDouble(bits);

    private static double Next(double value, bool isSingle, int direction) => (isSingle, direction) switch
    {
        (true, 1) => MathF.BitIncrement((float)value), (true, _) => MathF.BitDecrement((float)value), (_, 1) => Math.BitIncrement(value), _ => Math.BitDecrement(value),
    };
}
