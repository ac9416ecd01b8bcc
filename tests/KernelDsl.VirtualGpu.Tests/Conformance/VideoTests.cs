using System.Globalization;

namespace KernelDsl.VirtualGpu.Tests.Conformance;

/// <summary>Video instructions against the words of PTX ISA 8.4, sections 9.7.16 and 9.7.17, computed byte by byte in whole numbers.</summary>
public sealed class VideoTests
{
    private static readonly string[] s_types = ["s32", "u32"];
    private static readonly string[] s_forms = ["", ".sat", ".add"];

    private static readonly (ulong A, ulong B, ulong C)[] s_inputs = OpcodeRunner.Integers(32, 21, 300);

    [Theory]
    [InlineData("vadd4", 4)]
    [InlineData("vsub4", 4)]
    [InlineData("vabsdiff4", 4)]
    [InlineData("vmin4", 4)]
    [InlineData("vmax4", 4)]
    [InlineData("vavrg4", 4)]
    [InlineData("vadd2", 2)]
    [InlineData("vsub2", 2)]
    [InlineData("vabsdiff2", 2)]
    [InlineData("vmin2", 2)]
    [InlineData("vmax2", 2)]
    [InlineData("vavrg2", 2)]
    public void Packed_parts_are_computed_each_for_itself(string opcode, int lanes)
    {
        var bits = 32 / lanes;
        foreach (var (d, a, b, form) in from d in s_types from a in s_types from b in s_types from form in s_forms select (d, a, b, form))
        {
            var results = OpcodeRunner.Run($"{opcode}.{d}.{a}.{b}{form} %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], s_inputs);
            for (var k = 0; k < s_inputs.Length; k++)
            {
                uint wanted = 0;
                var sum = (long)s_inputs[k].C;
                for (var part = 0; part < lanes; part++)
                {
                    var value = Operate(opcode[1..^1], Part(s_inputs[k].A, part, bits, a == "s32"), Part(s_inputs[k].B, part, bits, b == "s32"));
                    value = form == ".sat" ? Clamp(value, bits, d == "s32") : value;
                    var low = value & ((1L << bits) - 1);
                    wanted |= (uint)(low << (part * bits));
                    sum += d == "s32" ? Part((ulong)low, 0, bits, true) : low;
                }

                Assert.Equal(form == ".add" ? (uint)sum : wanted, results[k]);
            }
        }
    }

    [Fact]
    public void Masks_and_orders_of_parts_are_followed()
    {
        // Bytes 1 and 3 are computed, from bytes of both operands; the others come from C.
        var results = OpcodeRunner.Run("vadd4.u32.u32.u32 %d.b31, %a.b7210, %b.b0426, %c;", "b32", ["b32", "b32", "b32"], s_inputs);
        for (var k = 0; k < s_inputs.Length; k++)
        {
            var bytes = BitConverter.GetBytes((uint)s_inputs[k].A).Concat(BitConverter.GetBytes((uint)s_inputs[k].B)).ToArray();
            var c = BitConverter.GetBytes((uint)s_inputs[k].C);
            byte[] wanted = [c[0], (byte)(bytes[1] + bytes[2]), c[2], (byte)(bytes[7] + bytes[0])];
            Assert.Equal(BitConverter.ToUInt32(wanted), results[k]);
        }
    }

    [Theory]
    [InlineData("eq")]
    [InlineData("ne")]
    [InlineData("lt")]
    [InlineData("le")]
    [InlineData("gt")]
    [InlineData("ge")]
    public void Packed_comparisons_give_ones_and_counts(string comparison)
    {
        var set = OpcodeRunner.Run($"vset4.s32.u32.{comparison} %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], s_inputs);
        var counts = OpcodeRunner.Run($"vset4.s32.u32.{comparison}.add %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], s_inputs);
        for (var k = 0; k < s_inputs.Length; k++)
        {
            var holds = Enumerable.Range(0, 4).Select(part => Compare(comparison, Part(s_inputs[k].A, part, 8, true), Part(s_inputs[k].B, part, 8, false))).ToArray();
            Assert.Equal((uint)Enumerable.Range(0, 4).Sum(part => holds[part] ? 1 << (8 * part) : 0), set[k]);
            Assert.Equal((uint)((long)s_inputs[k].C + holds.Count(h => h)), counts[k]);
        }
    }

    [Theory]
    [InlineData("vadd")]
    [InlineData("vsub")]
    [InlineData("vabsdiff")]
    [InlineData("vmin")]
    [InlineData("vmax")]
    public void Scalar_parts_are_chosen_and_combined(string opcode)
    {
        foreach (var (form, second) in new[] { ("%d, %a.b2, %b.h1", ""), ("%d, %a.h0, %b.b3, %c", ".add"), ("%d, %a, %b.b1, %c", ".min"), ("%d, %a.b0, %b, %c", ".max"), ("%d.b1, %a.h1, %b.h0, %c", "merge"), ("%d.h1, %a, %b, %c", "merge") })
        {
            foreach (var sat in new[] { "", ".sat" })
            {
                var name = $"{opcode}.s32.s32.u32{sat}{(second == "merge" ? "" : second)}";
                var results = OpcodeRunner.Run($"{name} {form};", "b32", ["b32", "b32", "b32"], s_inputs);
                for (var k = 0; k < s_inputs.Length; k++)
                {
                    var parts = form.Split(", ");
                    var value = Operate(opcode[1..], Choose(s_inputs[k].A, parts[1], true), Choose(s_inputs[k].B, parts[2], false));
                    var bits = parts[0] switch { "%d.b1" => 8, "%d.h1" => 16, _ => 32 };
                    value = sat.Length > 0 ? Clamp(value, bits, true) : value;
                    var c = (uint)s_inputs[k].C;
                    var wanted = second switch
                    {
                        ".add" => (uint)value + c,
                        ".min" => (uint)Math.Min((int)value, (int)c),
                        ".max" => (uint)Math.Max((int)value, (int)c),
                        "merge" when bits == 8 => (c & 0xffff00ff) | (((uint)value & 255) << 8),
                        "merge" => (c & 0xffff) | ((uint)value << 16),
                        _ => (uint)value,
                    };
                    Assert.Equal(wanted, results[k]);
                }
            }
        }
    }

    [Fact]
    public void Shifts_and_products_follow_their_modes()
    {
        var inputs = s_inputs.Select(i => (i.A, B: i.B & 63, i.C)).ToArray();
        var left = OpcodeRunner.Run("vshl.u32.u32.u32.clamp.add %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], inputs);
        var right = OpcodeRunner.Run("vshr.s32.s32.u32.wrap %d, %a, %b;", "b32", ["b32", "b32"], inputs);
        var product = OpcodeRunner.Run("vmad.s32.s32.u32.shr7 %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], s_inputs);
        var plus = OpcodeRunner.Run("vmad.u32.u32.u32.po.sat %d, %a.b1, %b.h1, %c;", "b32", ["b32", "b32", "b32"], s_inputs);
        var minus = OpcodeRunner.Run("vmad.s32.s32.s32 %d, %a.h0, %b.h0, -%c;", "b32", ["b32", "b32", "b32"], s_inputs);
        for (var k = 0; k < inputs.Length; k++)
        {
            Assert.Equal((uint)(inputs[k].B >= 32 ? 0 : inputs[k].A << (int)inputs[k].B) + (uint)inputs[k].C, left[k]);
            Assert.Equal((uint)((int)inputs[k].A >> (int)(inputs[k].B & 31)), right[k]);
            Assert.Equal((uint)((((Int128)(int)s_inputs[k].A * (uint)s_inputs[k].B) + (int)s_inputs[k].C) >> 7 & uint.MaxValue), product[k]);
            Assert.Equal((uint)Math.Min(uint.MaxValue, ((s_inputs[k].A >> 8 & 255) * (s_inputs[k].B >> 16)) + s_inputs[k].C + 1), plus[k]);
            Assert.Equal((uint)(((short)s_inputs[k].A * (short)s_inputs[k].B) - (int)s_inputs[k].C), minus[k]);
        }
    }

    private static long Operate(string operation, long a, long b) => operation switch
    {
        "add" => a + b, "sub" => a - b, "absdiff" => Math.Abs(a - b), "min" => Math.Min(a, b), "max" => Math.Max(a, b), "avrg" => a + b >= 0 ? (a + b + 1) >> 1 : (a + b) >> 1, _ => throw new ArgumentException(operation),
    };

    private static bool Compare(string comparison, long a, long b) => comparison switch { "eq" => a == b, "ne" => a != b, "lt" => a < b, "le" => a <= b, "gt" => a > b, _ => a >= b };

    private static long Part(ulong value, int index, int bits, bool isSigned)
    {
        var part = (long)(value >> (index * bits)) & ((1L << bits) - 1);
        return isSigned && part >= 1L << (bits - 1) ? part - (1L << bits) : part;
    }

    private static long Choose(ulong value, string operand, bool isSigned)
    {
        var point = operand.IndexOf('.', StringComparison.Ordinal);
        var index = point < 0 ? 0 : int.Parse(operand[(point + 2)..], CultureInfo.InvariantCulture);
        return Part(value, index, point < 0 ? 32 : operand[point + 1] == 'b' ? 8 : 16, isSigned);
    }

    private static long Clamp(long value, int bits, bool isSigned)
        => isSigned ? Math.Clamp(value, -(1L << (bits - 1)), (1L << (bits - 1)) - 1) : Math.Clamp(value, 0, (1L << bits) - 1);
}
