namespace KernelDsl.VirtualGpu.Tests.Conformance;

/// <summary><c>mma.sp</c>: sparse matrices of small whole numbers, written out, against plain products. Places after PTX ISA 8.4, section 9.7.13.5.</summary>
public sealed class SparseProductTests
{
    // depth, type, accumulator, the largest selector.
    public static TheoryData<int, string, string, int> Shapes => new()
    {
        { 16, "f16", "f32", 3 }, { 32, "f16", "f32", 1 }, { 16, "f16", "f16", 3 }, { 32, "f16", "f16", 1 }, { 16, "bf16", "f32", 3 }, { 32, "bf16", "f32", 1 }, { 8, "tf32", "f32", 3 }, { 16, "tf32", "f32", 1 },
        { 32, "s8", "s32", 1 }, { 64, "s8", "s32", 0 }, { 32, "u8", "s32", 1 }, { 64, "s4", "s32", 1 }, { 128, "s4", "s32", 0 }, { 128, "u4", "s32", 0 }, { 64, "e4m3", "f32", 0 }, { 64, "e5m2", "f32", 0 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Product_is_that_of_the_whole_matrix(int depth, string type, string accumulator, int selectors)
    {
        for (var selector = 0; selector <= selectors; selector++)
        {
            foreach (var form in (string[])["sp", "sp::ordered_metadata"])
            {
                Check(depth, type, accumulator, selector, form);
            }
        }
    }

    private static void Check(int depth, string type, string accumulator, int selector, string form)
    {
        var random = new Random(depth + selector);
        var bits = type switch { "tf32" => 32, "f16" or "bf16" => 16, "s4" or "u4" => 4, _ => 8 };
        var items = 32 / bits;
        int Any() => random.Next(type[0] == 'u' ? 0 : -3, 4);

        // Of each group of 2 (tf32), 4, or 4 pairs (4-bit types) half is stored.
        var (group, unit) = type switch { "tf32" => (2, 1), "s4" or "u4" => (8, 2), _ => (4, 1) };
        var whole = new int[16, depth];
        var stored = new int[16, depth / 2];
        var indices = new string[16];
        for (var row = 0; row < 16; row++)
        {
            var text = "";
            for (var g = 0; g < depth / group; g++)
            {
                var kept = group == 2 ? [random.Next(2)] : Enumerable.Range(0, 4).OrderBy(_ => random.Next()).Take(2).Order().ToArray();
                for (var k = 0; k < kept.Length * unit; k++)
                {
                    var value = Any();
                    whole[row, (g * group) + (kept[k / unit] * unit) + (k % unit)] = value;
                    stored[row, (g * group / 2) + k] = value;
                }

                // Lower bits come first; written from the right.
                text = (group == 2 ? (kept[0] == 0 ? "0100" : "1110") : $"{kept[1]:b2}{kept[0]:b2}") + text;
            }

            indices[row] = text;
        }

        var b = new int[depth, 8];
        var c = new int[16, 8];
        for (var k = 0; k < depth * 8; k++)
        {
            b[k / 8, k % 8] = Any();
        }

        for (var k = 0; k < 128; k++)
        {
            c[k / 8, k % 8] = random.Next(-20, 20);
        }

        var a = ProductRunner.Lanes(depth / 2 * 16 / 32 / items);
        var right = ProductRunner.Lanes(depth * 8 / 32 / items);
        var isHalf = accumulator == "f16";
        var sums = ProductRunner.Lanes(isHalf ? 2 : 4);
        var metadata = new uint[32];
        for (var lane = 0; lane < 32; lane++)
        {
            var (g, t) = (lane / 4, lane % 4);
            for (var r = 0; r < a[0].Length; r++)
            {
                for (var i = 0; i < items; i++)
                {
                    a[lane][r] |= ProductRunner.Encode(stored[g + (8 * (r % 2)), (items * t) + i + (4 * items * (r / 2))], type) << (bits * i);
                }
            }

            for (var r = 0; r < right[0].Length; r++)
            {
                for (var i = 0; i < items; i++)
                {
                    right[lane][r] |= ProductRunner.Encode(b[(items * t) + i + (4 * items * r), g], type) << (bits * i);
                }
            }

            for (var i = 0; i < 4; i++)
            {
                var value = ProductRunner.Encode(c[g + (8 * (i / 2)), (2 * t) + (i % 2)], accumulator);
                sums[lane][isHalf ? i / 2 : i] |= value << (isHalf ? 16 * (i % 2) : 0);
            }

            metadata[lane] = Metadata(indices, bits, lane, selector);
        }

        var architecture = type[0] == 'e' ? "sm_89" : "sm_80";
        var d = ProductRunner.Run($"mma.{form}.sync.aligned.m16n8k{depth}.row.col.{accumulator}.{type}.{type}.{accumulator}", architecture, a, right, sums, sums[0].Length, false, metadata, $", %e, {selector}");
        for (var at = 0; at < 128; at++)
        {
            var (row, column) = (at / 8, at % 8);
            var wanted = c[row, column] + Enumerable.Range(0, depth).Sum(k => whole[row, k] * b[k, column]);
            var (lane, i) = ((row % 8 * 4) + (column / 2), (row / 8 * 2) + (column % 2));
            var got = isHalf ? d[lane][i / 2] >> (16 * (i % 2)) & 0xffff : d[lane][i];
            Assert.Equal(ProductRunner.Encode(wanted, accumulator), got);
        }
    }

    /// <summary>The word of a lane: of 16-bit types and tf32 16 bits of row g and 16 of row g+8; of narrower ones 32 bits of one row, of row g+8 in odd lanes. Lanes that are not chosen have anything.</summary>
    private static uint Metadata(string[] indices, int bits, int lane, int selector)
    {
        var (g, t) = (lane / 4, lane % 4);
        uint Bits(int row, int from, int count) => Convert.ToUInt32(indices[row].Substring(indices[row].Length - from - count, count), 2);
        var length = indices[0].Length;
        if (bits >= 16)
        {
            var threads = length / 16;
            return t / threads == selector ? Bits(g, t % threads * 16, 16) | (Bits(g + 8, t % threads * 16, 16) << 16) : 0xdeadbeef;
        }

        return length == 64 ? Bits(g + (8 * (t % 2)), t / 2 * 32, 32) : t / 2 == selector ? Bits(g + (8 * (t % 2)), 0, 32) : 0xdeadbeef;
    }
}
