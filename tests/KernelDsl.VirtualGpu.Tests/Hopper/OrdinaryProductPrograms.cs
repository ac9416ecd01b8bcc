namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>
/// Products whose operands ordinary stores put into shared memory. The places are formulas on rows and columns, written out here after the layouts of PTX ISA 8.4,
/// section 9.7.14.5, and share nothing with the machine's address arithmetic.
/// </summary>
internal static class OrdinaryProductPrograms
{
    /// <summary>The place of byte <c>c</c> of row <c>r</c> where K is contiguous, for matrices of <c>rows</c> rows.</summary>
    private static string PlaceOf(int span) => span switch
    {
        128 => "c / 128 * rows * 128 + r * 128 + (c % 128 ^ (r & 7) << 4)",
        64 => "c / 64 * rows * 64 + r * 64 + (c % 64 ^ (r >> 1 & 3) << 4)",
        32 => "c / 32 * rows * 32 + r * 32 + (c % 32 ^ (r >> 2 & 1) << 4)",
        _ => "c / 16 * rows * 16 + r / 8 * 128 + r % 8 * 16 + c % 16",
    };

    /// <summary>D = 64 × N of K = 128 bytes; with A in registers these are loaded from global memory.</summary>
    private static HopperProgram Program(ProductCode code, int scaleA, int scaleB, params HopperMutant[] mutants)
    {
        var steps = code.Span == 16 ? 1 : code.Span / 32;
        string Descriptor(string array, int rows) => code.Span == 16
            ? $"descriptor({array} + k * {2 * rows * 16}, {rows * 16}, 128, 0)"
            : $"descriptor({array} + k / {steps} * {rows * code.Span} + k % {steps} * 32, 0, {8 * code.Span}, {code.Mode})";
        var registers = "u32 ra[4]; for (int i = 0; i < 4; i++) ra[i] = *(const u32*)(ga + (t / 32 * 16 + t % 32 / 4 + i % 2 * 8) * 128 + k * 32 + i / 2 * 16 + t % 4 * 4);";
        var body = code.Function(scaleA, scaleB) + $$"""
            __device__ int place(int r, int c, int rows) { return {{PlaceOf(code.Span)}}; }
            extern "C" __global__ void __launch_bounds__(128) f({{code.AccumulatorType}}* out, const unsigned char* ga, const unsigned char* gb) {
                __shared__ __align__(1024) unsigned char a[64 * 128], b[{{code.Columns}} * 128];
                int t = threadIdx.x;
                for (int e = t; e < 64 * 128; e += 128) a[place(e / 128, e % 128, 64)] = ga[e];
                for (int e = t; e < {{code.Columns}} * 128; e += 128) b[place(e / 128, e % 128, {{code.Columns}})] = gb[e];
                fence_async();
                __syncthreads();
                {{code.AccumulatorType}} d[{{code.Accumulators}}];
                for (int k = 0; k < {{code.Accumulators}}; k++) d[k] = 1;
                #pragma unroll
                for (int k = 0; k < 4; k++) {
                    {{(code.IsAFromRegisters ? registers : "")}}
                    product_fence();
                    product(d, {{(code.IsAFromRegisters ? "ra" : Descriptor("a", 64))}}, {{Descriptor("b", code.Columns)}}, 1);
                    product_commit();
                    {{(code.IsAFromRegisters ? "product_wait(0);" : "")}}
                }
                product_wait(0);
                int row = t / 32 * 16 + t % 32 / 4, column = t % 4 * 2;
                for (int j = 0; j < {{code.Columns / 8}}; j++) for (int i = 0; i < 4; i++) out[(row + i / 2 * 8) * {{code.Columns}} + 8 * j + column + i % 2] = d[4 * j + i];
            }
            """;
        return new HopperProgram($"product of ordinary stores {code} {scaleA} {scaleB}", body, (gpu, kernel) =>
        {
            var depth = 128 / code.ElementBytes;
            var a = ProductCode.Random(3, 64 * depth, code.A);
            var b = ProductCode.Random(4, code.Columns * depth, code.B);
            var count = 64 * code.Columns;
            var result = gpu.Allocate(count * 4, "out");
            kernel.Launch(1, 128, 0, result, gpu.Upload<byte>(ProductCode.Bytes(a, code.A), "a"), gpu.Upload<byte>(ProductCode.Bytes(b, code.B), "b"));
            var expected = Enumerable.Range(0, count).Select(at => 1 + (scaleA * scaleB * Enumerable.Range(0, depth).Sum(k => a[(at / code.Columns * depth) + k] * b[(at % code.Columns * depth) + k])));
            Assert.Equal(expected, code.D == "s32" ? gpu.Download<int>(result, count) : gpu.Download<float>(result, count).Select(v => (int)v));
        }, mutants);
    }

    public static IEnumerable<HopperProgram> All =>
    [
        Program(new ProductCode("f16", "f16", "f32", 64), 1, 1,
            new("no proxy fence", "fence_async();\n    __syncthreads();", "__syncthreads();", FindingKind.ProxyFence),
            new("the fence after the barrier, of one warp only", "fence_async();\n    __syncthreads();", "__syncthreads(); if (t < 32) fence_async();", FindingKind.ProxyFence),
            new("no barrier", "fence_async();\n    __syncthreads();", "fence_async();", FindingKind.ProxyFence, FindingKind.Race, FindingKind.Uninitialised),
            new("the accumulators after the fence", "product_fence();", "product_fence(); if (k == 1) d[3] += 2;", FindingKind.Synchronisation, FindingKind.AsyncNotWaited),
            new("less is written than read", "e < 64 * 128; e += 128) a", "e < 63 * 128; e += 128) a", FindingKind.Uninitialised)),
        Program(new ProductCode("f16", "f16", "f32", 24, Span: 64), -1, 1),
        Program(new ProductCode("bf16", "bf16", "f32", 16, Span: 32), -1, -1),
        Program(new ProductCode("f16", "f16", "f32", 40, Span: 16), 1, -1),
        Program(new ProductCode("tf32", "tf32", "f32", 32), 1, 1),
        Program(new ProductCode("s8", "s8", "s32", 32, Span: 64), 1, 1),
        Program(new ProductCode("u8", "u8", "s32", 24, Span: 16), 1, 1),
        Program(new ProductCode("f16", "f16", "f32", 64, IsAFromRegisters: true), 1, -1),
        Program(new ProductCode("tf32", "tf32", "f32", 8, IsAFromRegisters: true), 1, 1),
        Program(new ProductCode("e4m3", "e4m3", "f32", 16, IsAFromRegisters: true), 1, 1),
        Program(new ProductCode("s8", "u8", "s32", 16, IsAFromRegisters: true), 1, 1),
    ];
}
