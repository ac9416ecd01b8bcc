namespace KernelDsl.VirtualGpu.Tests.Conformance;

/// <summary>Rare instructions on bits, against loops that do what PTX ISA 8.4 says.</summary>
public sealed class BitInstructionTests
{
    private static readonly (ulong A, ulong B, ulong C)[] s_inputs = OpcodeRunner.Integers(32, 8, 300).Select(i => (i.A, i.B % 3 == 0 ? i.B % 70 : i.B, i.C)).ToArray();

    [Theory]
    [InlineData("clamp", "s32")]
    [InlineData("wrap", "s32")]
    [InlineData("clamp", "u32")]
    [InlineData("wrap", "u32")]
    public void Szext_repeats_the_highest_kept_bit(string mode, string type)
    {
        var results = OpcodeRunner.Run($"szext.{mode}.{type} %d, %a, %b;", "b32", ["b32", "b32"], s_inputs);
        for (var k = 0; k < s_inputs.Length; k++)
        {
            var count = mode == "wrap" ? s_inputs[k].B & 31 : Math.Min(s_inputs[k].B, 32);
            uint wanted = 0;
            for (var bit = 0; bit < 32 && count > 0; bit++)
            {
                var source = bit < (int)count ? bit : type == "s32" ? (int)count - 1 : 99;
                wanted |= source < 32 && (s_inputs[k].A >> source & 1) != 0 ? 1u << bit : 0;
            }

            Assert.Equal(wanted, results[k]);
        }
    }

    [Theory]
    [InlineData("clamp")]
    [InlineData("wrap")]
    public void Bmsk_sets_a_run_of_bits(string mode)
    {
        var inputs = s_inputs.Select(i => (i.A % 40, i.B % 40, 0UL)).ToArray();
        var results = OpcodeRunner.Run($"bmsk.{mode}.b32 %d, %a, %b;", "b32", ["b32", "b32"], inputs);
        for (var k = 0; k < inputs.Length; k++)
        {
            var (from, count) = mode == "wrap" ? (inputs[k].Item1 & 31, inputs[k].Item2 & 31) : (inputs[k].Item1, Math.Min(inputs[k].Item2, 32));
            uint wanted = 0;
            for (var bit = 0UL; bit < 32; bit++)
            {
                wanted |= bit >= from && bit < from + count ? 1u << (int)bit : 0;
            }

            Assert.Equal(wanted, results[k]);
        }
    }

    [Fact]
    public void Fns_finds_the_nth_set_bit()
    {
        var random = new Random(1);
        var inputs = Enumerable.Range(0, 600).Select(_ => ((ulong)(uint)(random.NextInt64() & random.NextInt64()), (ulong)random.Next(32), (ulong)(uint)random.Next(-6, 7))).ToArray();
        var results = OpcodeRunner.Run("fns.b32 %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], inputs);
        for (var k = 0; k < inputs.Length; k++)
        {
            // The text of the ISA: n = 0 asks for the bit at the base itself.
            var (mask, start, n) = ((uint)inputs[k].Item1, (int)inputs[k].Item2, (int)inputs[k].Item3);
            var candidates = n switch
            {
                0 => Enumerable.Range(start, 1), > 0 => Enumerable.Range(start, 32 - start), _ => Enumerable.Range(0, start + 1).Reverse(),
            };
            var set = candidates.Where(bit => (mask >> bit & 1) != 0).ToArray();
            var index = n == 0 ? 0 : Math.Abs(n) - 1;
            Assert.Equal(index < set.Length ? (uint)set[index] : uint.MaxValue, results[k]);
        }
    }

    [Theory]
    [InlineData("lo", "s32", "s32")]
    [InlineData("hi", "s32", "u32")]
    [InlineData("lo", "u32", "s32")]
    [InlineData("hi", "u32", "u32")]
    public void Dp2a_multiplies_halves_by_bytes(string half, string typeOfA, string typeOfB)
    {
        var results = OpcodeRunner.Run($"dp2a.{half}.{typeOfA}.{typeOfB} %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], s_inputs);
        for (var k = 0; k < s_inputs.Length; k++)
        {
            long sum = (long)s_inputs[k].C;
            for (var i = 0; i < 2; i++)
            {
                var x = (ushort)(s_inputs[k].A >> (16 * i));
                var y = (byte)(s_inputs[k].B >> ((8 * i) + (half == "hi" ? 16 : 0)));
                sum += (typeOfA == "s32" ? (short)x : x) * (long)(typeOfB == "s32" ? (sbyte)y : y);
            }

            Assert.Equal((uint)sum, results[k]);
        }
    }

    [Fact]
    public void Borrows_are_carries_of_the_complement()
    {
        // sub.cc leaves the carry of a + ~b + 1, which addc then adds.
        var results = OpcodeRunner.Run("sub.cc.u32 %x0, %a, %b; addc.u32 %d, 0, 0;", "b32", ["b32", "b32"], s_inputs);
        Assert.Equal(s_inputs.Select(i => (uint)i.A >= (uint)i.B ? 1UL : 0), results);
    }

    [Fact]
    public void Wide_subtractions_borrow_from_word_to_word()
    {
        var inputs = OpcodeRunner.Integers(64, 9);
        var results = OpcodeRunner.Run(
            "mov.b64 {%x0, %x1}, %a; mov.b64 {%x2, %x3}, %b; sub.cc.u32 %x4, %x0, %x2; subc.u32 %x5, %x1, %x3; mov.b64 %d, {%x4, %x5};", "b64", ["b64", "b64"], inputs);
        Assert.Equal(inputs.Select(i => unchecked(i.A - i.B)), results);
    }

    [Theory]
    [InlineData("and")]
    [InlineData("or")]
    [InlineData("xor")]
    public void Lop3_says_whether_its_result_is_zero(string combines)
    {
        // (a & b) | c = table 0xea; the predicate of b is odd.
        var inputs = s_inputs.Select((i, k) => k % 4 == 0 ? (0UL, i.B, 0UL) : (i.A, i.B, i.C)).ToArray();
        var results = OpcodeRunner.Run(
            $"and.b32 %x0, %b, 1; setp.eq.u32 %q, %x0, 1; lop3.{combines}.b32 %x1|%q2, %a, %b, %c, 0xea, !%q; selp.b32 %d, 1, 0, %q2; shl.b32 %x1, %x1, 1; or.b32 %d, %d, %x1;", "b32", ["b32", "b32", "b32"], inputs);
        Assert.Equal(inputs.Select(i =>
        {
            var value = (uint)((i.Item1 & i.Item2) | i.Item3);
            var (isSet, other) = (value != 0, i.Item2 % 2 == 0);
            return (value << 1) | (combines switch { "and" => isSet && other, "or" => isSet || other, _ => isSet != other } ? 1UL : 0);
        }), results);
    }

    [Theory]
    [InlineData("s2", -2, 1, 2)]
    [InlineData("u2", 0, 3, 2)]
    [InlineData("s4", -8, 7, 4)]
    [InlineData("u4", 0, 15, 4)]
    public void Small_numbers_are_packed_above_each_other(string type, int low, int high, int bits)
    {
        var inputs = s_inputs.Select(i => ((ulong)(uint)((int)(i.A % 41) - 20), (ulong)(uint)((int)(i.B % 41) - 20), i.C)).ToArray();
        var results = OpcodeRunner.Run($"cvt.pack.sat.{type}.s32.b32 %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], inputs);
        uint Part(ulong value) => (uint)Math.Clamp((int)(uint)value, low, high) & ((1u << bits) - 1);
        Assert.Equal(inputs.Select(i => (ulong)(((uint)i.C << (2 * bits)) | (Part(i.Item1) << bits) | Part(i.Item2))), results);
    }

    [Fact]
    public void Products_of_24_bits_saturate_their_sum()
    {
        var results = OpcodeRunner.Run("mad24.hi.sat.s32 %d, %a, %b, %c;", "b32", ["b32", "b32", "b32"], s_inputs);
        static long Low(ulong value) => (int)((uint)value << 8) >> 8;
        Assert.Equal(s_inputs.Select(i => (ulong)(uint)Math.Clamp((Low(i.A) * Low(i.B) >> 16) + (int)i.C, int.MinValue, int.MaxValue)), results);
    }

    [Theory]
    [InlineData("1+2*3", 7)]
    [InlineData("(4<<2)|1", 17)]
    [InlineData("~5", -6)]
    [InlineData("!0", 1)]
    [InlineData("5 > 3 ? 7 : 9", 7)]
    [InlineData("-(0x10 - 017) % 4", -1)]
    [InlineData("7 & 3 == 3", 1)]
    [InlineData("-8 >> 1", -4)]
    [InlineData("1 ^ 3 | 8 && 0", 0)]
    public void Constants_may_be_expressions(string text, int value)
        => Assert.Equal((ulong)(uint)value, OpcodeRunner.Run($"mov.b32 %d, {text};", "b32", [], [(0, 0, 0)])[0]);
}
