namespace KernelDsl.Testing.CudaPrograms;

/// <summary>
/// Programs with shared memory, barriers, shuffles, atomics, asynchronous copies and matrix products. Inputs are small whole numbers wherever results
/// can then be compared to the bit, in any order of additions.
/// </summary>
internal static class CudaProgramLibrary
{
    public static ImmutableArray<CudaProgram> All { get; } =
        [BlockSum(), Transpose(), MatmulTiled(), MatmulAsync(), Scan(), SoftmaxRows(), Histogram(), Stencil(), MmaTile()];

    public static CudaProgram Find(string name) => All.Single(program => program.Name == name);

    private static CudaProgram BlockSum()
    {
        const int n = 1000;
        const int blocks = 3;
        var x = Floats(n, 1);
        var sums = new float[blocks];
        for (var i = 0; i < n; i++)
        {
            sums[i / 128 % blocks] += x[i];
        }

        return new("block_sum", new(blocks), new(128), 0, [CudaArray.In("x", x), CudaArray.Out("sums", sums), new CudaScalar("n", n)]);
    }

    private static CudaProgram Transpose()
    {
        const int rows = 45;
        const int columns = 70;
        var x = Floats(rows * columns, 2);
        var y = Table(columns, rows, (i, j) => x[j * columns + i]);
        return new("transpose", new(3, 2), new(32, 8), 0,
            [CudaArray.In("x", x), CudaArray.Out("y", y), new CudaScalar("rows", rows), new CudaScalar("columns", columns)]);
    }

    private static CudaProgram MatmulTiled() => Matmul("matmul_tiled", 33, 47, 40, new(3, 3));

    private static CudaProgram MatmulAsync() => Matmul("matmul_async", 64, 32, 96, new(1, 2));

    private static CudaProgram Matmul(string name, int m, int n, int k, CudaExtents grid)
    {
        var a = Floats(m * k, 3);
        var b = Floats(k * n, 4);
        var c = Table(m, n, (i, j) => Enumerable.Range(0, k).Sum(p => a[i * k + p] * b[p * n + j]));
        return new(name, grid, new(16, 16), 0,
            [CudaArray.In("a", a), CudaArray.In("b", b), CudaArray.Out("c", c), new CudaScalar("m", m), new CudaScalar("n", n), new CudaScalar("k", k)]);
    }

    private static CudaProgram Scan()
    {
        const int n = 700;
        var x = Integers(n, 5, 100);
        var y = new int[n];
        for (var i = 0; i < n; i++)
        {
            y[i] = x[i] + (i % 256 == 0 ? 0 : y[i - 1]);
        }

        return new("scan", new(3), new(256), 2 * 256 * sizeof(int), [CudaArray.In("x", x), CudaArray.Out("y", y), new CudaScalar("n", n)]);
    }

    private static CudaProgram SoftmaxRows()
    {
        const int rows = 3;
        const int columns = 200;
        var x = Floats(rows * columns, 6).Select(value => value / 4).ToArray();
        var y = new float[x.Length];
        for (var row = 0; row < rows; row++)
        {
            var exponentials = x.Skip(row * columns).Take(columns).Select(value => Math.Exp(value)).ToArray();
            for (var i = 0; i < columns; i++)
            {
                y[row * columns + i] = (float)(exponentials[i] / exponentials.Sum());
            }
        }

        // Each of the two exponentials errs by 2 units and more for the rounded difference, 200 additions by one unit of 2^-24 each, the quotient by one.
        return new("softmax_rows", new(rows), new(128), 0,
            [CudaArray.In("x", x), CudaArray.Out("y", y, 210 * Math.Pow(2, -24)), new CudaScalar("columns", columns)]);
    }

    private static CudaProgram Histogram()
    {
        const int n = 1500;
        var x = Integers(n, 7, 16);
        var counts = Enumerable.Range(0, 16).Select(value => x.Count(item => item == value)).ToArray();
        return new("histogram", new(4), new(96), 0, [CudaArray.In("x", x), CudaArray.Out("counts", counts), new CudaScalar("n", n)]);
    }

    private static CudaProgram Stencil()
    {
        const int n = 300;
        var x = Floats(n, 8);
        var y = Table(1, n, (_, i) => Enumerable.Range(i - 3, 7).Where(j => j is >= 0 and < n).Sum(j => x[j]));
        return new("stencil", new(3), new(128), 0, [CudaArray.In("x", x), CudaArray.Out("y", y), new CudaScalar("n", n)]);
    }

    private static CudaProgram MmaTile()
    {
        var a = Floats(16 * 16, 9);
        var b = Floats(8 * 16, 10);
        var c = Table(16, 8, (i, j) => Enumerable.Range(0, 16).Sum(p => a[i * 16 + p] * b[j * 16 + p]));
        return new("mma_tile", new(1), new(32), 0,
            [new CudaArray("a", "uint4", Halves(a)), new CudaArray("b", "uint4", Halves(b)), CudaArray.Out("c", c) with { Type = "float2" }], RunsOnHost: false);
    }

    private static float[] Table(int rows, int columns, Func<int, int, float> value)
        => [.. from i in Enumerable.Range(0, rows) from j in Enumerable.Range(0, columns) select value(i, j)];

    // Whole numbers from -8 to 7.
    private static float[] Floats(int count, uint seed) => [.. Integers(count, seed, 16).Select(value => value - 8f)];

    // The high bits of a linear congruential generator, the same on every machine.
    private static int[] Integers(int count, uint seed, int below)
    {
        var state = seed;
        return [.. Enumerable.Range(0, count).Select(_ => (int)((state = state * 1664525 + 1013904223) >> 16) % below)];
    }

    private static ImmutableArray<int> Halves(float[] values)
        => [.. values.Chunk(2).Select(pair => BitConverter.HalfToUInt16Bits((Half)pair[0]) | BitConverter.HalfToUInt16Bits((Half)pair[1]) << 16)];
}
