namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>Matrix products: tiles come by tensor copies with swizzles, warpgroups multiply them.</summary>
internal static class ProductPrograms
{
    /// <summary>Rows of A are 64 for each warpgroup; K is two boxes of the swizzle's span (16 bytes: eight boxes).</summary>
    public static HopperProgram Gemm(ProductCode code, int groups, params HopperMutant[] mutants)
    {
        var rows = 64 * groups;
        var boxes = code.Span == 16 ? 8 : 2;
        var perBox = code.Span / code.ElementBytes;
        var depth = boxes * perBox;

        // With K contiguous a box has the rows of the matrix, each as long as the span; with N contiguous it has 64 elements of N and the K of a stage.
        var bytesOfA = rows * code.Span;
        var bytesOfB = code.Columns * code.Span;
        var loadB = code.IsBTransposed
            ? $"for (int j = 0; j < {code.Columns / 64}; j++) tile_load(b + s * {bytesOfB} + j * 8192, &mb, j * 64, s * {perBox}, &full[s / BOXES]);"
            : $"tile_load(b + s * {bytesOfB}, &mb, s * {perBox}, 0, &full[s / BOXES]);";
        var descriptors = code.Span == 16
            ? $"descriptor(a + k * 2 * {bytesOfA} + group * 1024, {bytesOfA}, 128, 0), descriptor(b + k * 2 * {bytesOfB}, {bytesOfB}, 128, 0)"
            : $"descriptor(a + stage * {bytesOfA} + group * {64 * code.Span} + k * 32, 16, {8 * code.Span}, {code.Mode}), "
              + (code.IsBTransposed ? $"descriptor(b + stage * {bytesOfB} + k * 2048, 8192, 1024, {code.Mode})" : $"descriptor(b + stage * {bytesOfB} + k * 32, 16, {8 * code.Span}, {code.Mode})");
        var store = code.D == "f16"
            ? "for (int j = 0; j < COLUMNS / 8; j++) for (int h = 0; h < 2; h++) ((u32*)out)[((row + 8 * h) * COLUMNS + 8 * j + column) / 2] = d[2 * j + h];"
            : "for (int j = 0; j < COLUMNS / 8; j++) for (int i = 0; i < 4; i++) out[(row + i / 2 * 8) * COLUMNS + 8 * j + column + i % 2] = d[4 * j + i];";
        var body = code.Function() + $$"""
            #define COLUMNS {{code.Columns}}
            #define BOXES {{(code.Span == 16 ? 8 : 1)}}
            #define STAGES {{(code.Span == 16 ? 1 : 2)}}
            #define STEPS {{(code.Span == 16 ? 4 : code.Span / 32)}}
            extern "C" __global__ void __launch_bounds__({{128 * groups}}) f({{code.AccumulatorType}}* out, const __grid_constant__ TensorMap ma, const __grid_constant__ TensorMap mb) {
                extern __shared__ __align__(1024) unsigned char memory[];
                __shared__ u64 full[STAGES];
                unsigned char* a = memory; unsigned char* b = memory + {{boxes * bytesOfA}};
                int t = threadIdx.x, group = t / 128;
                if (t == 0) { for (int s = 0; s < STAGES; s++) bar_init(&full[s], 1); fence_init(); }
                __syncthreads();
                if (t == 0) {
                    for (int s = 0; s < STAGES; s++) arrive_expect(&full[s], BOXES * {{bytesOfA + bytesOfB}});
                    for (int s = 0; s < STAGES * BOXES; s++) {
                        tile_load(a + s * {{bytesOfA}}, &ma, s * {{perBox}}, 0, &full[s / BOXES]);
                        {{loadB}}
                    }
                }
                __syncwarp();
                {{code.AccumulatorType}} d[{{code.Accumulators}}];
                for (int k = 0; k < {{code.Accumulators}}; k++) d[k] = 0;
                #pragma unroll
                for (int stage = 0; stage < STAGES; stage++) {
                    wait(&full[stage], 0);
                    product_fence();
                    #pragma unroll
                    for (int k = 0; k < STEPS; k++) product(d, {{descriptors}}, stage + k > 0);
                    product_commit();
                    product_wait(0);
                }
                int row = t / 32 * 16 + t % 32 / 4, column = t % 4 * 2;
                {{store}}
            }
            """;
        return new HopperProgram($"product {code} of {groups}", body, (gpu, kernel) => Run(gpu, kernel, code, rows, depth, 2 * (bytesOfA + bytesOfB) * boxes / 2), mutants);
    }

    private static void Run(VirtualGpu gpu, VirtualKernel kernel, ProductCode code, int rows, int depth, int shared)
    {
        var a = ProductCode.Random(1, rows * depth, code.A);
        var b = ProductCode.Random(2, code.Columns * depth, code.B);
        var size = code.ElementBytes;
        var perBox = (uint)(code.Span / size);
        var ma = TensorMap.EncodeTiled(code.MapType, gpu.Upload<byte>(ProductCode.Bytes(a, code.A), "a"), [(ulong)depth, (ulong)rows], [(ulong)(depth * size)], [perBox, (uint)rows], swizzle: code.Swizzle);

        // b is N × K; transposed it lies K × N.
        var stored = code.IsBTransposed ? Enumerable.Range(0, b.Length).Select(at => b[(at % code.Columns * depth) + (at / code.Columns)]).ToArray() : b;
        var address = gpu.Upload<byte>(ProductCode.Bytes(stored, code.B), "b");
        var mb = code.IsBTransposed
            ? TensorMap.EncodeTiled(code.MapType, address, [(ulong)code.Columns, (ulong)depth], [(ulong)(code.Columns * size)], [64, perBox], swizzle: code.Swizzle)
            : TensorMap.EncodeTiled(code.MapType, address, [(ulong)depth, (ulong)code.Columns], [(ulong)(depth * size)], [perBox, (uint)code.Columns], swizzle: code.Swizzle);
        var count = rows * code.Columns;
        var result = gpu.Allocate(count * (code.D == "f16" ? 2 : 4), "out");
        kernel.Launch(1, 2 * rows, shared, result, ma, mb);
        var expected = Enumerable.Range(0, count).Select(at => Enumerable.Range(0, depth).Sum(k => a[(at / code.Columns * depth) + k] * b[(at % code.Columns * depth) + k]));
        IEnumerable<int> actual = code.D switch
        {
            "s32" => gpu.Download<int>(result, count),
            "f16" => gpu.Download<Half>(result, count).Select(v => (int)v),
            _ => gpu.Download<float>(result, count).Select(v => (int)v),
        };
        Assert.Equal(expected, actual);
    }

    public static IEnumerable<HopperProgram> All =>
    [
        Gemm(new ProductCode("f16", "f16", "f32", 64), 1,
            new("no fence", "product_fence();", "", FindingKind.Synchronisation),
            new("no wait for the products", "product_wait(0);", "", FindingKind.AsyncNotWaited),
            new("a group may be under way", "product_wait(0);", "product_wait(1);", FindingKind.AsyncNotWaited),
            new("no commit", "product_commit();", "", FindingKind.AsyncNotWaited),
            new("no wait for the tiles", "wait(&full[stage], 0);", "", FindingKind.AsyncNotWaited, FindingKind.Uninitialised),
            new("a warp is missing", "product_commit();", "if (t >= 32) product_commit();", FindingKind.AsyncNotWaited, FindingKind.Synchronisation),
            new("a part of a warp", "product_commit();", "if (t != 5) product_commit();", FindingKind.AsyncNotWaited, FindingKind.Synchronisation),
            new("an address that is not shifted", ">> 4) | (u64)(leading", ") | (u64)(leading", FindingKind.Misaligned, FindingKind.OutOfBounds, FindingKind.Uninitialised, FindingKind.AsyncNotWaited),
            new("a stride beyond the tile", ", 16, 1024, 1), descriptor(b", ", 16, 8192, 1), descriptor(b", FindingKind.OutOfBounds, FindingKind.Uninitialised, FindingKind.AsyncNotWaited),
            new("the tile is used again too early", "product_wait(0);", "if (t == 0) { arrive_expect(&full[0], 16); bulk_load(a, out, 16, &full[0]); } product_wait(0);", FindingKind.AsyncNotWaited, FindingKind.Race, FindingKind.Uninitialised),
            new("the tile is written while it is read", "product_wait(0);", "a[t] = 0; product_wait(0);", FindingKind.ProxyFence, FindingKind.AsyncNotWaited, FindingKind.Race),
            new("the accumulator is touched", "product_commit();", "product_commit(); d[0] += 1;", FindingKind.AsyncNotWaited),
            new("descriptors that differ", "descriptor(b + stage", "descriptor(b + t / 32 * 16 + stage", FindingKind.AsyncNotWaited, FindingKind.Uninitialised, FindingKind.Undefined)),
        Gemm(new ProductCode("f16", "f16", "f32", 128), 2),
        Gemm(new ProductCode("f16", "f16", "f16", 64), 1),
        Gemm(new ProductCode("bf16", "bf16", "f32", 128), 2),
        Gemm(new ProductCode("tf32", "tf32", "f32", 64), 1),
        Gemm(new ProductCode("e4m3", "e5m2", "f32", 64), 1),
        Gemm(new ProductCode("e5m2", "e5m2", "f16", 32), 1),
        Gemm(new ProductCode("s8", "u8", "s32", 128), 2),
        Gemm(new ProductCode("u8", "s8", "s32", 8), 1),
        Gemm(new ProductCode("f16", "f16", "f32", 256), 1),
        Gemm(new ProductCode("f16", "f16", "f32", 64, Span: 64), 1),
        Gemm(new ProductCode("bf16", "bf16", "f32", 64, Span: 32), 1),
        Gemm(new ProductCode("f16", "f16", "f32", 64, Span: 16), 1),
        Gemm(new ProductCode("s8", "s8", "s32", 64, Span: 64), 1),
        Gemm(new ProductCode("tf32", "tf32", "f32", 16, Span: 32), 1),
        Gemm(new ProductCode("f16", "f16", "f32", 64, IsBTransposed: true), 1),
        Gemm(new ProductCode("bf16", "bf16", "f32", 128, IsBTransposed: true), 2),
    ];
}
