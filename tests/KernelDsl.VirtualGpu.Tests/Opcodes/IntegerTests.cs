using System.Numerics;

namespace KernelDsl.VirtualGpu.Tests.Opcodes;

/// <summary>Integer instructions against BigInteger and plain loops over bits.</summary>
public sealed class IntegerTests
{
    private delegate BigInteger Oracle(BigInteger a, BigInteger b, BigInteger c);

    private static readonly (string Text, string D, string[] Types, Oracle Expected)[] s_cases =
    [
        .. Family("add", (a, b, _) => a + b), .. Family("sub", (a, b, _) => a - b), .. Family("mul.lo", (a, b, _) => a * b),
        .. Family("min", (a, b, _) => BigInteger.Min(a, b)), .. Family("max", (a, b, _) => BigInteger.Max(a, b)),
        .. Family("mad.lo", (a, b, c) => (a * b) + c, 3), .. Family("sad", (a, b, c) => c + BigInteger.Abs(a - b), 3),
        .. Family("div", (a, b, _) => b == 0 ? -1 : BigInteger.Divide(a, b)), .. Family("rem", (a, b, _) => b == 0 ? a : BigInteger.Remainder(a, b)),
        ("mul.hi.s32 %d, %a, %b;", "s32", ["s32", "s32"], (a, b, _) => (a * b) >> 32), ("mul.hi.u32 %d, %a, %b;", "u32", ["u32", "u32"], (a, b, _) => (a * b) >> 32),
        ("mul.hi.s64 %d, %a, %b;", "s64", ["s64", "s64"], (a, b, _) => (a * b) >> 64), ("mul.hi.u64 %d, %a, %b;", "u64", ["u64", "u64"], (a, b, _) => (a * b) >> 64),
        ("mul.wide.s32 %d, %a, %b;", "s64", ["s32", "s32"], (a, b, _) => a * b), ("mul.wide.u32 %d, %a, %b;", "u64", ["u32", "u32"], (a, b, _) => a * b),
        ("mul.wide.s16 %d, %a, %b;", "s32", ["s16", "s16"], (a, b, _) => a * b), ("mul.wide.u16 %d, %a, %b;", "u32", ["u16", "u16"], (a, b, _) => a * b),
        ("mad.wide.s32 %d, %a, %b, %c;", "s64", ["s32", "s32", "s64"], (a, b, c) => (a * b) + c), ("mad.hi.u32 %d, %a, %b, %c;", "u32", ["u32", "u32", "u32"], (a, b, c) => ((a * b) >> 32) + c),
        ("mad.hi.s32 %d, %a, %b, %c;", "s32", ["s32", "s32", "s32"], (a, b, c) => ((a * b) >> 32) + c),
        ("add.sat.s32 %d, %a, %b;", "s32", ["s32", "s32"], (a, b, _) => BigInteger.Clamp(a + b, int.MinValue, int.MaxValue)),
        ("sub.sat.s32 %d, %a, %b;", "s32", ["s32", "s32"], (a, b, _) => BigInteger.Clamp(a - b, int.MinValue, int.MaxValue)),
        ("abs.s32 %d, %a;", "s32", ["s32"], (a, _, _) => BigInteger.Abs(a)), ("neg.s64 %d, %a;", "s64", ["s64"], (a, _, _) => -a), ("abs.s16 %d, %a;", "s16", ["s16"], (a, _, _) => BigInteger.Abs(a)),
        ("mul24.lo.u32 %d, %a, %b;", "u32", ["u32", "u32"], (a, b, _) => (a % (1 << 24)) * (b % (1 << 24))),
        ("mul24.hi.u32 %d, %a, %b;", "u32", ["u32", "u32"], (a, b, _) => ((a % (1 << 24)) * (b % (1 << 24))) >> 16),
        ("shl.b32 %d, %a, %b;", "b32", ["b32", "u32"], (a, b, _) => b >= 32 ? 0 : a << (int)b), ("shl.b64 %d, %a, %b;", "b64", ["b64", "u32"], (a, b, _) => b >= 64 ? 0 : a << (int)b),
        ("shr.u32 %d, %a, %b;", "u32", ["u32", "u32"], (a, b, _) => b >= 32 ? 0 : a >> (int)b), ("shr.s32 %d, %a, %b;", "s32", ["s32", "u32"], (a, b, _) => a >> (b >= 32 ? 31 : (int)b)),
        ("shr.s64 %d, %a, %b;", "s64", ["s64", "u32"], (a, b, _) => a >> (b >= 64 ? 63 : (int)b)), ("shr.u64 %d, %a, %b;", "u64", ["u64", "u32"], (a, b, _) => b >= 64 ? 0 : a >> (int)b),
        ("shl.b16 %d, %a, %b;", "b16", ["b16", "u32"], (a, b, _) => b >= 16 ? 0 : a << (int)b), ("shr.s16 %d, %a, %b;", "s16", ["s16", "u32"], (a, b, _) => a >> (b >= 16 ? 15 : (int)b)),
        ("and.b32 %d, %a, %b;", "b32", ["b32", "b32"], (a, b, _) => a & b), ("or.b64 %d, %a, %b;", "b64", ["b64", "b64"], (a, b, _) => a | b), ("xor.b16 %d, %a, %b;", "b16", ["b16", "b16"], (a, b, _) => a ^ b),
        ("not.b32 %d, %a;", "b32", ["b32"], (a, _, _) => ~a), ("cnot.b32 %d, %a;", "b32", ["b32"], (a, _, _) => a == 0 ? 1 : 0),
        ("popc.b32 %d, %a;", "u32", ["b32"], (a, _, _) => Bits(a).Count(b => b)), ("popc.b64 %d, %a;", "u32", ["b64"], (a, _, _) => Bits(a).Count(b => b)),
        ("clz.b32 %d, %a;", "u32", ["b32"], (a, _, _) => 32 - Length(a)), ("clz.b64 %d, %a;", "u32", ["b64"], (a, _, _) => 64 - Length(a)),
        ("brev.b32 %d, %a;", "b32", ["b32"], (a, _, _) => Reverse(a, 32)), ("brev.b64 %d, %a;", "b64", ["b64"], (a, _, _) => Reverse(a, 64)),
        ("bfind.u32 %d, %a;", "u32", ["u32"], (a, _, _) => Length(a) - 1), ("bfind.s32 %d, %a;", "u32", ["s32"], (a, _, _) => Length(a < 0 ? ~a : a) - 1),
        ("bfind.shiftamt.u32 %d, %a;", "u32", ["u32"], (a, _, _) => a == 0 ? -1 : 32 - Length(a)), ("bfind.u64 %d, %a;", "u32", ["u64"], (a, _, _) => Length(a) - 1),
        ("bfe.u32 %d, %a, %b, %c;", "u32", ["u32", "u32", "u32"], (a, b, c) => Field(a, b, c, 32, false)), ("bfe.s32 %d, %a, %b, %c;", "s32", ["s32", "u32", "u32"], (a, b, c) => Field(a, b, c, 32, true)),
        ("bfe.u64 %d, %a, %b, %c;", "u64", ["u64", "u32", "u32"], (a, b, c) => Field(a, b, c, 64, false)), ("bfe.s64 %d, %a, %b, %c;", "s64", ["s64", "u32", "u32"], (a, b, c) => Field(a, b, c, 64, true)),
        ("bfi.b32 %d, %a, %b, 5, 9;", "b32", ["b32", "b32"], (a, b, _) => (b & ~((BigInteger)511 << 5)) | ((a & 511) << 5)),
        ("bfi.b32 %d, %a, %b, %c, 4;", "b32", ["b32", "b32", "u32"], (a, b, c) => (c & 255) >= 32 ? b : ((b & ~((BigInteger)15 << (int)(c & 255))) | ((a & 15) << (int)(c & 255))) & uint.MaxValue),
        ("shf.l.wrap.b32 %d, %a, %b, %c;", "b32", ["b32", "b32", "u32"], (a, b, c) => ((b << 32) | a) << (int)(c & 31) >> 32), ("shf.l.clamp.b32 %d, %a, %b, %c;", "b32", ["b32", "b32", "u32"], (a, b, c) => ((b << 32) | a) << (int)BigInteger.Min(c, 32) >> 32),
        ("shf.r.wrap.b32 %d, %a, %b, %c;", "b32", ["b32", "b32", "u32"], (a, b, c) => ((b << 32) | a) >> (int)(c & 31)), ("shf.r.clamp.b32 %d, %a, %b, %c;", "b32", ["b32", "b32", "u32"], (a, b, c) => ((b << 32) | a) >> (int)BigInteger.Min(c, 32)),
        ("prmt.b32 %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], (a, b, c) => Bytes(a, b, [(int)(c & 15), (int)(c >> 4 & 15), (int)(c >> 8 & 15), (int)(c >> 12 & 15)])),
        ("prmt.b32.f4e %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], (a, b, c) => Bytes(a, b, Enumerable.Range(0, 4).Select(k => ((int)(c & 3) + k) & 7).ToArray())),
        ("prmt.b32.b4e %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], (a, b, c) => Bytes(a, b, Enumerable.Range(0, 4).Select(k => ((int)(c & 3) - k) & 7).ToArray())),
        ("prmt.b32.rc8 %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], (a, b, c) => Bytes(a, b, Enumerable.Repeat((int)(c & 3), 4).ToArray())),
        ("prmt.b32.ecl %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], (a, b, c) => Bytes(a, b, Enumerable.Range(0, 4).Select(k => Math.Max(k, (int)(c & 3))).ToArray())),
        ("prmt.b32.ecr %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], (a, b, c) => Bytes(a, b, Enumerable.Range(0, 4).Select(k => Math.Min(k, (int)(c & 3))).ToArray())),
        ("prmt.b32.rc16 %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], (a, b, c) => Bytes(a, b, (c & 1) == 0 ? [0, 1, 0, 1] : [2, 3, 2, 3])),
        ("lop3.b32 %d, %a, %b, %c, 0x96;", "b32", ["b32", "b32", "b32"], (a, b, c) => a ^ b ^ c), ("lop3.b32 %d, %a, %b, %c, 0xCA;", "b32", ["b32", "b32", "b32"], (a, b, c) => (a & b) | (~a & c)),
        ("dp4a.s32.s32 %d, %a, %b, %c;", "s32", ["b32", "b32", "s32"], (a, b, c) => c + Dot(a, b, true, true)), ("dp4a.u32.u32 %d, %a, %b, %c;", "u32", ["b32", "b32", "u32"], (a, b, c) => c + Dot(a, b, false, false)),
        ("dp4a.u32.s32 %d, %a, %b, %c;", "s32", ["b32", "b32", "s32"], (a, b, c) => c + Dot(a, b, false, true)),
        ("add.cc.u32 %d, %a, %b; addc.u32 %d, 0, 0;", "u32", ["u32", "u32"], (a, b, _) => (a + b) >> 32), ("sub.cc.u32 %d, %a, %b; subc.u32 %d, 0, 0;", "u32", ["u32", "u32"], (a, b, _) => a < b ? -1 : 0),
        ("mad.lo.cc.u32 %d, %a, %b, %c; madc.hi.u32 %d, %a, %b, 0;", "u32", ["u32", "u32", "u32"], (a, b, c) => ((a * b) + c) >> 32),
        ("setp.lt.s32 %q, %a, %b; selp.b32 %d, 1, 0, %q;", "b32", ["s32", "s32"], (a, b, _) => a < b ? 1 : 0), ("setp.hs.u32 %q, %a, %b; selp.b32 %d, 1, 0, %q;", "b32", ["u32", "u32"], (a, b, _) => a >= b ? 1 : 0),
        ("setp.ne.s64 %q, %a, %b; selp.b32 %d, 1, 0, %q;", "b32", ["s64", "s64"], (a, b, _) => a != b ? 1 : 0),
        ("setp.gt.and.s32 %q|%q2, %a, %b, %q; selp.b32 %d, 1, 0, %q2;".Replace("setp.gt", "setp.eq.s32 %q, %a, %a; setp.gt", StringComparison.Ordinal), "b32", ["s32", "s32"], (a, b, _) => a > b ? 0 : 1),
        ("set.lt.u32.s32 %d, %a, %b;", "b32", ["s32", "s32"], (a, b, _) => a < b ? -1 : 0), ("slct.b32.s32 %d, %a, %b, %c;", "b32", ["b32", "b32", "s32"], (a, b, c) => c >= 0 ? a : b),
        ("cvt.s64.s32 %d, %a;", "s64", ["s32"], (a, _, _) => a), ("cvt.u64.u32 %d, %a;", "u64", ["u32"], (a, _, _) => a), ("cvt.u32.u64 %d, %a;", "u32", ["u64"], (a, _, _) => a),
        ("cvt.s16.s32 %d, %a;", "s16", ["s32"], (a, _, _) => a), ("cvt.sat.s16.s32 %d, %a;", "s16", ["s32"], (a, _, _) => BigInteger.Clamp(a, short.MinValue, short.MaxValue)),
        ("cvt.sat.u8.s32 %d, %a;", "b32", ["s32"], (a, _, _) => BigInteger.Clamp(a, 0, 255)), ("cvt.s32.s8 %d, %a;", "s32", ["b32"], (a, _, _) => (sbyte)(byte)(a & 255)),
        ("cvt.sat.u32.s64 %d, %a;", "u32", ["s64"], (a, _, _) => BigInteger.Clamp(a, 0, uint.MaxValue)), ("cvt.sat.s32.u64 %d, %a;", "s32", ["u64"], (a, _, _) => BigInteger.Clamp(a, int.MinValue, int.MaxValue)),
        ("bmsk.clamp.b32 %d, %a, %b;", "b32", ["b32", "b32"], (a, b, _) => a >= 32 ? 0 : ((BigInteger.One << (int)BigInteger.Min(b, 32)) - 1) << (int)a),
        ("mov.b64 {%x0, %x1}, %a; mov.b64 %d, {%x1, %x0};", "b64", ["b64"], (a, _, _) => (a >> 32) | (a << 32)),
        ("cvt.pack.sat.s16.s32 %d, %a, %b;", "b32", ["s32", "s32"], (a, b, _) => ((BigInteger.Clamp(a, -32768, 32767) & 0xffff) << 16) | (BigInteger.Clamp(b, -32768, 32767) & 0xffff)),
        ("mul.wide.u16 %x0, %a, %b; cvt.u32.u32 %d, %x0;", "u32", ["u16", "u16"], (a, b, _) => a * b),
    ];

    public static TheoryData<string> Texts => [.. s_cases.Select(c => c.Text)];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Instruction_gives_what_exact_arithmetic_gives(string text)
    {
        var (_, typeOfD, types, expected) = s_cases.First(c => c.Text == text);
        var inputs = OpcodeRunner.Integers(types.Max(Width), text.Length);
        var results = OpcodeRunner.Run(text, typeOfD, types, inputs);
        for (var k = 0; k < inputs.Length; k++)
        {
            var (a, b, c) = (Value(inputs[k].A, types, 0), Value(inputs[k].B, types, 1), Value(inputs[k].C, types, 2));
            if (b == 0 && (text.StartsWith("div", StringComparison.Ordinal) || text.StartsWith("rem", StringComparison.Ordinal)))
            {
                continue; // Not defined by PTX.
            }

            var wanted = (ulong)(expected(a, b, c) & ((BigInteger.One << Width(typeOfD)) - 1));
            Assert.True(wanted == results[k], $"{text} with a={a} b={b} c={c}: 0x{results[k]:x} instead of 0x{wanted:x}");
        }
    }

    private static IEnumerable<(string, string, string[], Oracle)> Family(string name, Oracle oracle, int operands = 2)
        => from type in (string[])["s16", "u16", "s32", "u32", "s64", "u64"]
           select ($"{name}.{type} %d, %a, %b{(operands == 3 ? ", %c" : "")};", type, Enumerable.Repeat(type, operands).ToArray(), oracle);

    private static int Width(string type) => int.Parse(type[1..], System.Globalization.CultureInfo.InvariantCulture);

    private static BigInteger Value(ulong bits, string[] types, int k)
    {
        if (k >= types.Length)
        {
            return 0;
        }

        var width = Width(types[k]);
        BigInteger value = bits & (width == 64 ? ulong.MaxValue : (1UL << width) - 1);
        return types[k][0] == 's' && value >> (width - 1) != 0 ? value - (BigInteger.One << width) : value;
    }

    private static bool[] Bits(BigInteger a) => Enumerable.Range(0, 64).Select(k => (a >> k & 1) == 1).ToArray();

    private static int Length(BigInteger a) => Array.FindLastIndex(Bits(a), b => b) + 1;

    private static BigInteger Reverse(BigInteger a, int width)
        => Enumerable.Range(0, width).Aggregate(BigInteger.Zero, (r, k) => r | ((a >> k & 1) << (width - 1 - k)));

    private static BigInteger Field(BigInteger a, BigInteger b, BigInteger c, int width, bool isSigned)
    {
        var (position, length) = ((int)(b & 255), (int)(c & 255));
        var sign = !isSigned || length == 0 ? 0 : a >> Math.Min(position + length - 1, width - 1) & 1;
        var result = BigInteger.Zero;
        for (var k = 0; k < width; k++)
        {
            var bit = k < length && position + k < width ? a >> (position + k) & 1 : sign;
            result |= bit << k;
        }

        return result;
    }

    private static BigInteger Bytes(BigInteger a, BigInteger b, int[] selectors)
    {
        byte[] bytes = [.. BitConverter.GetBytes((uint)a), .. BitConverter.GetBytes((uint)b)];
        var chosen = selectors.Select(s => (s & 8) == 0 ? bytes[s & 7] : (bytes[s & 7] & 128) != 0 ? (byte)255 : (byte)0).ToArray();
        return BitConverter.ToUInt32(chosen);
    }

    private static BigInteger Dot(BigInteger a, BigInteger b, bool signedA, bool signedB)
        => Enumerable.Range(0, 4).Aggregate(BigInteger.Zero, (sum, k) =>
        {
            var (x, y) = ((byte)(a >> (8 * k) & 255), (byte)(b >> (8 * k) & 255));
            return sum + ((signedA ? (sbyte)x : x) * (signedB ? (sbyte)y : y));
        });
}
