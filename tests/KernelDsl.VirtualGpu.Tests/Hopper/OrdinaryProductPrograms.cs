namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>
/// Products whose operands ordinary stores put into shared memory. The places are formulas on rows and columns, written out here after the layouts of PTX ISA 8.4,
/// section 9.7.14.5, and share nothing with the machine's address arithmetic.
/// </summary>
internal static class OrdinaryProductPrograms
{
    private static readonly int[] s_spans = [128, 64, 32, 16];

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

    /// <summary>The place of element <c>m</c> of row <c>k</c> where the other axis is contiguous, and the strides and the step of 16 along K that belong to it.</summary>
    private static (string Place, int Leading, int Stride, int Step) Turned(int span) => span switch
    {
        128 => ("m / 64 * 8192 + k * 128 + (m / 8 % 8 ^ k % 8) * 16 + m % 8 * 2", 8192, 1024, 2048),
        64 => ("m / 32 * 4096 + k * 64 + (m / 8 % 4 ^ k / 2 % 4) * 16 + m % 8 * 2", 4096, 512, 1024),
        32 => ("m / 16 * 2048 + k * 32 + (m / 8 % 2 ^ k / 4 % 2) * 16 + m % 8 * 2", 2048, 256, 512),
        _ => ("m / 8 * 1024 + k * 16 + m % 8 * 2", 128, 1024, 256),
    };

    /// <summary>Both matrices lie with K outermost: 64 × 64 and 64 × 128 elements of 16 bits.</summary>
    private static HopperProgram TurnedProgram(ProductCode code)
    {
        var (place, leading, stride, step) = Turned(code.Span);
        var body = code.Function() + $$"""
            __device__ int place(int m, int k) { return {{place}}; }
            extern "C" __global__ void __launch_bounds__(128) f(float* out, const u16* ga, const u16* gb) {
                __shared__ __align__(1024) unsigned char a[64 * 128], b[{{code.Columns}} * 128];
                int t = threadIdx.x;
                for (int e = t; e < 64 * 64; e += 128) *(u16*)(a + place(e % 64, e / 64)) = ga[e];
                for (int e = t; e < {{code.Columns}} * 64; e += 128) *(u16*)(b + place(e % {{code.Columns}}, e / {{code.Columns}})) = gb[e];
                fence_async();
                __syncthreads();
                float d[{{code.Accumulators}}];
                product_fence();
                #pragma unroll
                for (int k = 0; k < 4; k++) product(d, descriptor(a + k * {{step}}, {{leading}}, {{stride}}, {{code.Mode}}), descriptor(b + k * {{step}}, {{leading}}, {{stride}}, {{code.Mode}}), k > 0);
                product_commit();
                product_wait(0);
                int row = t / 32 * 16 + t % 32 / 4, column = t % 4 * 2;
                for (int j = 0; j < {{code.Columns / 8}}; j++) for (int i = 0; i < 4; i++) out[(row + i / 2 * 8) * {{code.Columns}} + 8 * j + column + i % 2] = d[4 * j + i];
            }
            """;
        return new HopperProgram($"product of ordinary stores {code}", body, (gpu, kernel) =>
        {
            var a = ProductCode.Random(5, 64 * 64, code.A);
            var b = ProductCode.Random(6, 64 * code.Columns, code.B);
            var count = 64 * code.Columns;
            var result = gpu.Allocate(count * 4, "out");
            kernel.Launch(1, 128, 0, result, gpu.Upload<byte>(ProductCode.Bytes(a, code.A), "a"), gpu.Upload<byte>(ProductCode.Bytes(b, code.B), "b"));
            Assert.Equal(
                Enumerable.Range(0, count).Select(at => Enumerable.Range(0, 64).Sum(k => a[(k * 64) + (at / code.Columns)] * b[(k * code.Columns) + (at % code.Columns)])),
                gpu.Download<float>(result, count).Select(v => (int)v));
        });
    }

    public static IEnumerable<HopperProgram> All =>
    [
        .. s_spans.Select(span => TurnedProgram(new ProductCode("f16", "f16", "f32", 128, span, IsBTransposed: true, IsATransposed: true))),
        TurnedProgram(new ProductCode("bf16", "bf16", "f32", 64, IsBTransposed: true, IsATransposed: true)),
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
