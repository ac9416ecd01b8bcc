namespace KernelDsl.Testing.CudaPrograms;

/// <summary>
/// Programs with shared memory, barriers, shuffles, atomics, fences, asynchronous copies and matrix products. Inputs are whole numbers other than zero wherever
/// results can then be compared to the bit, in any order of additions. Each program has several launches: sizes at the edges of tiles and one off, so that
/// every guard and every remainder of an unrolled loop matters in one of them.
/// </summary>
internal static partial class CudaProgramLibrary
{
    private static readonly ImmutableArray<Family> s_families =
    [
        new([BlockSum(1000, 3, 1), BlockSum(100, 2, 2), BlockSum(4100, 2, 3), BlockSum(256, 2, 4), BlockSum(900, 1, 5), BlockSum(1, 1, 6)], r => BlockSum(r.Next(1, 3000), r.Next(1, 5), r.Seed())),
        new([Transpose(45, 70, 8, 2), Transpose(64, 32, 32, 3), Transpose(33, 31, 5, 4), Transpose(1, 34, 12, 5), Transpose(31, 65, 3, 6), Transpose(34, 2, 7, 7)],
            r => Transpose(r.Next(1, 80), r.Next(1, 80), r.Next(1, 33), r.Seed())),
        new([Tiled(33, 47, 40, 3), Tiled(16, 32, 48, 4), Tiled(5, 20, 1, 5), Tiled(17, 15, 17, 6), Tiled(15, 17, 31, 7)], r => Tiled(r.Next(1, 50), r.Next(1, 50), r.Next(1, 50), r.Seed())),
        new([Async(64, 32, 96, 3), Async(32, 64, 32, 4), Async(32, 32, 64, 5)], r => Async(32 * r.Next(1, 4), 32 * r.Next(1, 4), 32 * r.Next(1, 5), r.Seed())),
        new([Scan(700, 5), Scan(256, 6), Scan(255, 7), Scan(1, 8), Scan(513, 9)], r => Scan(r.Next(1, 1200), r.Seed())),
        new([Softmax(200, 3, 0, 6), Softmax(700, 12, 150, 7), Softmax(100, 6, 150, 8), Softmax(128, 4, 0, 9), Softmax(385, 12, 150, 10), Softmax(513, 12, 150, 12), Softmax(300, 12, 150, 11), Softmax(1, 2, 0, 13), Softmax(1300, 12, 150, 14)],
            r => Softmax(r.Next(1, 1500), r.Next(1, 13), r.Next(0, 2) * 150, r.Seed())),
        new([Histogram(1500, 4, 7), Histogram(50, 2, 8), Histogram(96, 1, 9), Histogram(2000, 3, 10), Histogram(700, 1, 11)], r => Histogram(r.Next(1, 3000), r.Next(1, 5), r.Seed())),
        new([Stencil(300, 8), Stencil(256, 9), Stencil(1, 10), Stencil(129, 11), Stencil(130, 12), Stencil(127, 13)], r => Stencil(r.Next(1, 700), r.Seed())),
        new([MmaTile(9), MmaTile(19)], r => MmaTile(r.Seed())),
        new([LastBlock(900, 5, 10), LastBlock(64, 1, 11), LastBlock(129, 3, 12), LastBlock(2000, 2, 13), LastBlock(40, 7, 14), LastBlock(300, 4, 15), LastBlock(1000, 13, 16)], r => LastBlock(r.Next(1, 2000), r.Next(1, 20), r.Seed())),
        new([WarpRows(11, 2, 12), WarpRows(4, 1, 13), WarpRows(1, 1, 14), WarpRows(33, 2, 15)], r => WarpRows(r.Next(1, 40), r.Next(1, 4), r.Seed())),
        new([Mma(64, 64, 64, 3), Mma(64, 128, 96, 4), Mma(128, 64, 32, 5)], r => Mma(64 * r.Next(1, 3), 64 * r.Next(1, 3), 32 * r.Next(1, 4), r.Seed())),
        new([ProducerConsumer(7, 2, 17), ProducerConsumer(1, 1, 18), ProducerConsumer(2, 1, 19), ProducerConsumer(3, 2, 20), ProducerConsumer(4, 1, 21), ProducerConsumer(5, 1, 23), ProducerConsumer(6, 1, 24), ProducerConsumer(12, 1, 22)], r => ProducerConsumer(r.Next(1, 20), r.Next(1, 4), r.Seed())),
        new([WarpScan(300, 128, 18), WarpScan(700, 352, 19), WarpScan(1, 32, 20), WarpScan(255, 64, 21), WarpScan(1024, 512, 22)], r => WarpScan(r.Next(1, 1500), 32 * r.Next(1, 33), r.Seed())),
    ];

    /// <summary>Each program with its first launch.</summary>
    public static ImmutableArray<CudaProgram> All { get; } = [.. s_families.Select(family => family.Launches[0])];

    public static CudaProgram Find(string name) => All.Single(program => program.Name == name);

    /// <summary>All launches of a program.</summary>
    public static ImmutableArray<CudaProgram> Launches(string name) => Of(name).Launches;

    /// <summary>A launch of any size that the program allows.</summary>
    public static CudaProgram Random(string name, int seed) => Of(name).Any(new Random(seed));

    private static Family Of(string name) => s_families.Single(family => family.Launches[0].Name == name);

    private static uint Seed(this Random random) => (uint)random.Next(100, 1_000_000);

    private sealed record Family(ImmutableArray<CudaProgram> Launches, Func<Random, CudaProgram> Any);
}
