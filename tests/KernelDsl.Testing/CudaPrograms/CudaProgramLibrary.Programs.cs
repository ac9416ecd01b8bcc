namespace KernelDsl.Testing.CudaPrograms;

/// <summary>The launches, with what they compute written out plainly.</summary>
internal static partial class CudaProgramLibrary
{
    private static CudaProgram BlockSum(int n, int blocks, uint seed)
    {
        var x = Floats(n, seed);
        var sums = new float[blocks];
        for (var i = 0; i < n; i++)
        {
            sums[i / 128 % blocks] += x[i];
        }

        return new("block_sum", new(blocks), new(128), 0, [CudaArray.In("x", x), CudaArray.Out("sums", sums), new CudaScalar("n", n)]);
    }

    private static CudaProgram Transpose(int rows, int columns, int threadRows, uint seed)
    {
        var x = Floats(rows * columns, seed);
        var y = Table(columns, rows, (i, j) => x[j * columns + i]);
        return new("transpose", new((columns + 31) / 32, (rows + 31) / 32), new(32, threadRows), 0,
            [CudaArray.In("x", x), CudaArray.Out("y", y), new CudaScalar("rows", rows), new CudaScalar("columns", columns)]);
    }

    private static CudaProgram Tiled(int m, int n, int k, uint seed) => Matmul("matmul_tiled", m, n, k, 16, seed);

    private static CudaProgram Async(int m, int n, int k, uint seed) => Matmul("matmul_async", m, n, k, 32, seed);

    private static CudaProgram Matmul(string name, int m, int n, int k, int tile, uint seed)
    {
        var a = Floats(m * k, seed);
        var b = Floats(k * n, seed + 1);
        return new(name, new((n + tile - 1) / tile, (m + tile - 1) / tile), new(16, 16), 0,
            [CudaArray.In("a", a), CudaArray.In("b", b), CudaArray.Out("c", Product(a, b, m, n, k)), new CudaScalar("m", m), new CudaScalar("n", n), new CudaScalar("k", k)]);
    }

    private static CudaProgram Scan(int n, uint seed)
    {
        var x = Integers(n, seed, 1000).Select(value => value + 1).ToArray();
        var y = new int[n];
        for (var i = 0; i < n; i++)
        {
            y[i] = x[i] + (i % 256 == 0 ? 0 : y[i - 1]);
        }

        return new("scan", new((n + 255) / 256), new(256), 2 * 256 * sizeof(int), [CudaArray.In("x", x), CudaArray.Out("y", y), new CudaScalar("n", n)]);
    }

    /// <param name="columns">The length of a row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="peak">What one value of each row, elsewhere in each, stands out by: with 150, whoever misses it overflows.</param>
    /// <param name="seed">Of the values.</param>
    private static CudaProgram Softmax(int columns, int rows, int peak, uint seed)
    {
        int[] places = [0, 127, 128, 256, 384, 512, 640, 33, 66, 98, 1, columns - 1];
        var x = Floats(rows * columns, seed).Select(value => value / 128).ToArray();
        var y = new float[x.Length];
        for (var row = 0; row < rows; row++)
        {
            x[(row * columns) + (places[row % places.Length] % columns)] += peak;
            var largest = x.Skip(row * columns).Take(columns).Max();
            var exponentials = x.Skip(row * columns).Take(columns).Select(value => Math.Exp(value - largest)).ToArray();
            for (var i = 0; i < columns; i++)
            {
                y[row * columns + i] = (float)(exponentials[i] / exponentials.Sum());
            }

            // What underflows in floats is zero there.
            for (var i = 0; peak > 0 && i < columns; i++)
            {
                y[row * columns + i] = y[row * columns + i] < 1e-38f ? 0 : y[row * columns + i];
            }
        }

        // Each of the two exponentials errs by 2 units and more for the rounded difference, the additions by one unit of 2^-24 each, the quotient by one.
        return new("softmax_rows", new(rows), new(128), 0,
            [CudaArray.In("x", x), CudaArray.Out("y", y, (10 + columns) * Math.Pow(2, -24)), new CudaScalar("columns", columns)]);
    }

    private static CudaProgram Histogram(int n, int blocks, uint seed)
    {
        var x = Integers(n, seed, 16);
        var counts = Enumerable.Range(0, 16).Select(value => x.Count(item => item == value)).ToArray();
        return new("histogram", new(blocks), new(96), 0, [CudaArray.In("x", x), CudaArray.Sum("counts", "int", counts), new CudaScalar("n", n)]);
    }

    private static CudaProgram Stencil(int n, uint seed)
    {
        var x = Floats(n, seed);
        var y = Table(1, n, (_, i) => Enumerable.Range(i - 3, 7).Where(j => j >= 0 && j < n).Sum(j => x[j]));
        return new("stencil", new((n + 127) / 128), new(128), 0, [CudaArray.In("x", x), CudaArray.Out("y", y), new CudaScalar("n", n)]);
    }

    private static CudaProgram MmaTile(uint seed)
    {
        var a = Floats(16 * 16, seed);
        var b = Floats(8 * 16, seed + 1);
        var c = Table(16, 8, (i, j) => Enumerable.Range(0, 16).Sum(p => a[i * 16 + p] * b[j * 16 + p]));
        return new("mma_tile", new(1), new(32), 0,
            [new CudaArray("a", "uint4", Halves(a)), new CudaArray("b", "uint4", Halves(b)), CudaArray.Out("c", c) with { Type = "float2" }], RunsOnHost: false);
    }

    private static CudaProgram Mma(int m, int n, int k, uint seed)
    {
        var a = Floats(m * k, seed);
        var b = Floats(k * n, seed + 1);
        return new("matmul_mma", new(n / 64, m / 64), new(128), 0,
            [
                new CudaArray("a", "unsigned short", Halves(a)), new CudaArray("b", "unsigned short", Halves(b)), CudaArray.Out("c", Product(a, b, m, n, k)) with { Type = "float2" },
                new CudaScalar("m", m), new CudaScalar("n", n), new CudaScalar("k", k),
            ],
            RunsOnHost: false);
    }

    private static CudaProgram LastBlock(int n, int blocks, uint seed)
    {
        var x = Floats(n, seed);
        var parts = new float[blocks];
        for (var i = 0; i < n; i++)
        {
            parts[i / 64 % blocks] += x[i];
        }

        return new("last_block_sum", new(blocks), new(64), 0,
            [CudaArray.In("x", x), CudaArray.Out("parts", parts), CudaArray.Out("sum", [parts.Sum()]), CudaArray.Sum("count", "unsigned", [blocks]), new CudaScalar("n", n)]);
    }

    private static CudaProgram WarpRows(int rows, int blocks, uint seed)
    {
        var x = Integers(rows * 32, seed, 30000);
        var y = new int[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            y[i] = x[(i / 32 * 32) + 31 - (i % 32)] + (i % 32 == 0 ? 0 : x[(i / 32 * 32) + 32 - (i % 32)]);
        }

        return new("warp_rows", new(blocks), new(128), 0, [CudaArray.In("x", x), CudaArray.Out("y", y), new CudaScalar("rows", rows)]);
    }

    private static CudaProgram ProducerConsumer(int rows, int blocks, uint seed)
    {
        var x = Integers(rows * blocks * 32, seed, 30000);
        var y = new int[blocks * 32];
        for (var i = 0; i < y.Length; i++)
        {
            for (var row = 0; row < rows; row++)
            {
                y[i] = unchecked((y[i] * 3) + x[((((i / 32) * rows) + row) * 32) + 31 - (i % 32)]);
            }
        }

        return new("producer_consumer", new(blocks), new(64), 0, [CudaArray.In("x", x), CudaArray.Out("y", y), new CudaScalar("rows", rows)], RunsOnHost: false);
    }

    private static CudaProgram WarpScan(int n, int threads, uint seed)
    {
        var x = Integers(n, seed, 1000).Select(value => value + 1).ToArray();
        var y = new int[n];
        for (var i = 0; i < n; i++)
        {
            y[i] = x[i] + (i % threads == 0 ? 0 : y[i - 1]);
        }

        return new("warp_scan", new((n + threads - 1) / threads), new(threads), 0, [CudaArray.In("x", x), CudaArray.Out("y", y), new CudaScalar("n", n)]);
    }

    private static float[] Product(float[] a, float[] b, int m, int n, int k) => Table(m, n, (i, j) =>
    {
        var sum = 0f;
        for (var p = 0; p < k; p++)
        {
            sum += a[i * k + p] * b[p * n + j];
        }

        return sum;
    });

    private static float[] Table(int rows, int columns, Func<int, int, float> value)
        => [.. from i in Enumerable.Range(0, rows) from j in Enumerable.Range(0, columns) select value(i, j)];

    // Whole numbers from -255 to 256 other than zero: halves hold them, and floats sums of some hundred products.
    private static float[] Floats(int count, uint seed) => [.. Integers(count, seed, 511).Select(value => value < 255 ? value - 255f : value - 254f)];

    // The high bits of a linear congruential generator, the same on every machine.
    private static int[] Integers(int count, uint seed, int below)
    {
        var state = seed;
        return [.. Enumerable.Range(0, count).Select(_ => (int)((state = state * 1664525 + 1013904223) >> 16) % below)];
    }

    private static ImmutableArray<int> Halves(float[] values)
        => [.. values.Chunk(2).Select(pair => BitConverter.HalfToUInt16Bits((Half)pair[0]) | BitConverter.HalfToUInt16Bits((Half)pair[1]) << 16)];
}
