using System.Numerics;

namespace KernelDsl.VirtualGpu.Tests.Conformance;

/// <summary>Products with other layouts or other arithmetic: <c>m8n8k4</c> of f16, bits, f64, and f16 accumulators.</summary>
public sealed class OtherProductTests
{
    [Theory]
    [InlineData("row", "col", "f32", "f32")]
    [InlineData("row", "row", "f32", "f32")]
    [InlineData("col", "col", "f32", "f16")]
    [InlineData("col", "row", "f16", "f16")]
    public void Quads_of_a_warp_multiply_each_their_own_matrices(string layoutOfA, string layoutOfB, string typeOfD, string typeOfC)
    {
        var random = new Random(4);
        var a = new int[4, 8, 4];
        var b = new int[4, 4, 8];
        var c = new int[4, 8, 8];
        for (var k = 0; k < 128; k++)
        {
            a[k / 32, k / 4 % 8, k % 4] = random.Next(-5, 6);
            b[k / 32, k / 8 % 4, k % 8] = random.Next(-5, 6);
        }

        for (var k = 0; k < 256; k++)
        {
            c[k / 64, k / 8 % 8, k % 8] = random.Next(-50, 50);
        }

        var (ra, rb, rc) = (ProductRunner.Lanes(2), ProductRunner.Lanes(2), ProductRunner.Lanes(typeOfC == "f16" ? 4 : 8));
        for (var lane = 0; lane < 32; lane++)
        {
            var quad = lane / 4 % 4;
            var high = lane < 16 ? 0 : 4;
            for (var i = 0; i < 4; i++)
            {
                // Section 9.7.13.4.1: rows of A by lane for .row, by place for .col; B the other way round.
                var x = layoutOfA == "row" ? a[quad, (lane % 4) + high, i] : a[quad, i + high, lane % 4];
                var y = layoutOfB == "col" ? b[quad, i, (lane % 4) + high] : b[quad, lane % 4, i + high];
                ra[lane][i / 2] |= ProductRunner.Encode(x, "f16") << (16 * (i % 2));
                rb[lane][i / 2] |= ProductRunner.Encode(y, "f16") << (16 * (i % 2));
            }

            for (var i = 0; i < 8; i++)
            {
                var (row, column) = Accumulator(lane, i, typeOfC);
                rc[lane][typeOfC == "f16" ? i / 2 : i] |= ProductRunner.Encode(c[quad, row, column], typeOfC) << (typeOfC == "f16" ? 16 * (i % 2) : 0);
            }
        }

        var d = ProductRunner.Run($"mma.sync.aligned.m8n8k4.{layoutOfA}.{layoutOfB}.{typeOfD}.f16.f16.{typeOfC}", "sm_80", ra, rb, rc, typeOfD == "f16" ? 4 : 8);
        for (var lane = 0; lane < 32; lane++)
        {
            for (var i = 0; i < 8; i++)
            {
                var (quad, (row, column)) = (lane / 4 % 4, Accumulator(lane, i, typeOfD));
                var wanted = c[quad, row, column] + Enumerable.Range(0, 4).Sum(k => a[quad, row, k] * b[quad, k, column]);
                var got = typeOfD == "f16" ? d[lane][i / 2] >> (16 * (i % 2)) & 0xffff : d[lane][i];
                Assert.Equal(ProductRunner.Encode(wanted, typeOfD), got);
            }
        }
    }

    [Theory]
    [InlineData(8, 128, "xor")]
    [InlineData(16, 128, "xor")]
    [InlineData(16, 256, "xor")]
    [InlineData(8, 128, "and")]
    [InlineData(16, 128, "and")]
    [InlineData(16, 256, "and")]
    public void Bits_are_counted(int rows, int depth, string operation)
    {
        var random = new Random(depth);
        var (a, b, c) = (ProductRunner.Lanes(rows / 8 * depth / 128), ProductRunner.Lanes(depth / 128), ProductRunner.Lanes(rows / 4));
        var left = new ulong[rows, depth / 32];
        var right = new ulong[8, depth / 32];
        for (var lane = 0; lane < 32; lane++)
        {
            // A thread has 32 bits of one row: 4 threads make 128 columns.
            for (var r = 0; r < a[0].Length; r++)
            {
                left[(lane / 4) + (8 * (r % (rows / 8))), (lane % 4) + (4 * (r / (rows / 8)))] = a[lane][r] = (uint)random.NextInt64();
            }

            for (var r = 0; r < b[0].Length; r++)
            {
                right[lane / 4, (lane % 4) + (4 * r)] = b[lane][r] = (uint)random.NextInt64();
            }

            for (var r = 0; r < c[0].Length; r++)
            {
                c[lane][r] = (uint)random.Next(1000);
            }
        }

        var d = ProductRunner.Run($"mma.sync.aligned.m{rows}n8k{depth}.row.col.s32.b1.b1.s32.{operation}.popc", "sm_80", a, b, c, rows / 4);
        for (var lane = 0; lane < 32; lane++)
        {
            for (var r = 0; r < c[0].Length; r++)
            {
                var (row, column) = ((lane / 4) + (8 * (r / 2)), (2 * (lane % 4)) + (r % 2));
                var count = Enumerable.Range(0, depth / 32).Sum(k => BitOperations.PopCount(operation == "xor" ? left[row, k] ^ right[column, k] : left[row, k] & right[column, k]));
                Assert.Equal(c[lane][r] + (ulong)count, d[lane][r]);
            }
        }
    }

    [Theory]
    [InlineData(8, 4)]
    [InlineData(16, 4)]
    [InlineData(16, 8)]
    [InlineData(16, 16)]
    public void Doubles_are_multiplied(int rows, int depth)
    {
        var random = new Random(rows + depth);
        var (left, right, sum) = (new int[rows, depth], new int[depth, 8], new int[rows, 8]);
        var (a, b, c) = (ProductRunner.Lanes(rows / 8 * depth / 4), ProductRunner.Lanes(depth / 4), ProductRunner.Lanes(rows / 4));
        for (var lane = 0; lane < 32; lane++)
        {
            var (g, t) = (lane / 4, lane % 4);
            for (var r = 0; r < a[0].Length; r++)
            {
                a[lane][r] = ProductRunner.Encode(left[g + (8 * (r % (rows / 8))), t + (4 * (r / (rows / 8)))] = random.Next(-1000, 1000), "f64");
            }

            for (var r = 0; r < b[0].Length; r++)
            {
                b[lane][r] = ProductRunner.Encode(right[t + (4 * r), g] = random.Next(-1000, 1000), "f64");
            }

            for (var r = 0; r < c[0].Length; r++)
            {
                c[lane][r] = ProductRunner.Encode(sum[g + (8 * (r / 2)), (2 * t) + (r % 2)] = random.Next(-1000, 1000), "f64");
            }
        }

        var d = ProductRunner.Run($"mma.sync.aligned.m{rows}n8k{depth}.row.col.f64.f64.f64.f64", "sm_90", a, b, c, rows / 4, isDouble: true);
        for (var lane = 0; lane < 32; lane++)
        {
            for (var r = 0; r < c[0].Length; r++)
            {
                var (row, column) = ((lane / 4) + (8 * (r / 2)), (2 * (lane % 4)) + (r % 2));
                Assert.Equal(ProductRunner.Encode(sum[row, column] + Enumerable.Range(0, depth).Sum(k => left[row, k] * right[k, column]), "f64"), d[lane][r]);
            }
        }
    }

    [Theory]
    [InlineData(8, "f16", "f16")]
    [InlineData(16, "f16", "f16")]
    [InlineData(16, "f32", "f16")]
    [InlineData(8, "f16", "f32")]
    public void Half_accumulators_hold_two_columns(int depth, string typeOfD, string typeOfC)
    {
        var random = new Random(depth);
        var (left, right, sum) = (new int[16, depth], new int[depth, 8], new int[16, 8]);
        var (a, b, c) = (ProductRunner.Lanes(depth / 4), ProductRunner.Lanes(depth / 8), ProductRunner.Lanes(typeOfC == "f16" ? 2 : 4));
        for (var lane = 0; lane < 32; lane++)
        {
            var (g, t) = (lane / 4, lane % 4);
            for (var r = 0; r < 2 * a[0].Length; r++)
            {
                var value = left[g + (8 * (r / 2 % 2)), (2 * t) + (r % 2) + (8 * (r / 4))] = random.Next(-5, 6);
                a[lane][r / 2] |= ProductRunner.Encode(value, "f16") << (16 * (r % 2));
            }

            for (var r = 0; r < 2 * b[0].Length; r++)
            {
                var value = right[(2 * t) + (r % 2) + (8 * (r / 2)), g] = random.Next(-5, 6);
                b[lane][r / 2] |= ProductRunner.Encode(value, "f16") << (16 * (r % 2));
            }

            for (var r = 0; r < 4; r++)
            {
                var value = ProductRunner.Encode(sum[g + (8 * (r / 2)), (2 * t) + (r % 2)] = random.Next(-90, 90), typeOfC);
                c[lane][typeOfC == "f16" ? r / 2 : r] |= value << (typeOfC == "f16" ? 16 * (r % 2) : 0);
            }
        }

        var d = ProductRunner.Run($"mma.sync.aligned.m16n8k{depth}.row.col.{typeOfD}.f16.f16.{typeOfC}", "sm_80", a, b, c, typeOfD == "f16" ? 2 : 4);
        for (var lane = 0; lane < 32; lane++)
        {
            for (var r = 0; r < 4; r++)
            {
                var (row, column) = ((lane / 4) + (8 * (r / 2)), (2 * (lane % 4)) + (r % 2));
                var got = typeOfD == "f16" ? d[lane][r / 2] >> (16 * (r % 2)) & 0xffff : d[lane][r];
                Assert.Equal(ProductRunner.Encode(sum[row, column] + Enumerable.Range(0, depth).Sum(k => left[row, k] * right[k, column]), typeOfD), got);
            }
        }
    }

    /// <summary>Where element i of lane n lies: f16 by rows; f32 at row (n &amp; 1) + (i &amp; 2), column (i &amp; 4) + (n &amp; 2) + (i &amp; 1).</summary>
    private static (int Row, int Column) Accumulator(int lane, int i, string type)
    {
        var high = lane < 16 ? 0 : 4;
        return type == "f16" ? ((lane % 4) + high, i) : ((lane & 1) + (i & 2) + high, (i & 4) + (lane & 2) + (i & 1));
    }
}
