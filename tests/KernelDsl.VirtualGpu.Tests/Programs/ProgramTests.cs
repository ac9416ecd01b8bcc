namespace KernelDsl.VirtualGpu.Tests.Programs;

/// <summary>Programs in CUDA C that use what ordinary kernels use, under several schedules.</summary>
public sealed class ProgramTests
{
    private const int N = 256;

    // Each has `int* y, const int* x` with N values, two blocks of 128 threads; what y must hold is computed plainly.
    private static readonly (string Name, string Source, Func<int[], int[]> Expected)[] s_programs =
    [
        ("scan of a block", """
            __shared__ int s[128]; s[t] = x[i]; __syncthreads();
            for (int k = 1; k < 128; k <<= 1) { int v = t >= k ? s[t - k] : 0; __syncthreads(); s[t] += v; __syncthreads(); }
            y[i] = s[t];
            """, x => Enumerable.Range(0, N).Select(i => x[(i / 128 * 128)..(i + 1)].Sum()).ToArray()),
        ("reduction of a warp with shuffles", "int v = x[i]; for (int k = 16; k > 0; k >>= 1) v += __shfl_down_sync(~0u, v, k); y[i] = __shfl_sync(~0u, v, 0);",
            x => Enumerable.Range(0, N).Select(i => x.Skip(i / 32 * 32).Take(32).Sum()).ToArray()),
        ("scan of a warp with shuffles", "int v = x[i]; for (int k = 1; k < 32; k <<= 1) { int u = __shfl_up_sync(~0u, v, k); if ((t & 31) >= k) v += u; } y[i] = v;",
            x => Enumerable.Range(0, N).Select(i => x[(i / 32 * 32)..(i + 1)].Sum()).ToArray()),
        ("butterfly in segments of eight", "int v = x[i]; for (int k = 4; k > 0; k >>= 1) v = max(v, __shfl_xor_sync(~0u, v, k, 8)); y[i] = v;",
            x => Enumerable.Range(0, N).Select(i => x.Skip(i / 8 * 8).Take(8).Max()).ToArray()),
        ("votes", "unsigned m = __ballot_sync(~0u, x[i] & 1); y[i] = __popc(m) * 4 + __any_sync(~0u, x[i] == 3) * 2 + __all_sync(~0u, x[i] < 1000);",
            x => Enumerable.Range(0, N).Select(i => x.Skip(i / 32 * 32).Take(32).ToArray()).Select(w => (w.Count(v => v % 2 != 0) * 4) + (w.Contains(3) ? 2 : 0) + 1).ToArray()),
        ("match and redux", "y[i] = __popc(__match_any_sync(~0u, x[i] & 7)) * 1000 + __reduce_add_sync(~0u, x[i] & 7);",
            x => Enumerable.Range(0, N).Select(i => { var w = x.Skip(i / 32 * 32).Take(32).Select(v => v & 7).ToArray(); return (w.Count(v => v == (x[i] & 7)) * 1000) + w.Sum(); }).ToArray()),
        ("histogram in shared memory", "__shared__ int s[128]; s[t] = 0; __syncthreads(); atomicAdd(&s[x[i] & 15], 1); __syncthreads(); y[i] = s[t & 15];",
            x => Enumerable.Range(0, N).Select(i => x.Skip(i / 128 * 128).Take(128).Count(v => (v & 15) == (i & 15))).ToArray()),
        ("stencil with halo", """
            __shared__ int s[130]; s[t + 1] = x[i]; if (t == 0) s[0] = i ? x[i - 1] : 0; if (t == 127) s[129] = i < 255 ? x[i + 1] : 0; __syncthreads(); y[i] = s[t] + s[t + 1] * 2 + s[t + 2];
            """, x => Enumerable.Range(0, N).Select(i => (i > 0 ? x[i - 1] : 0) + (2 * x[i]) + (i < N - 1 ? x[i + 1] : 0)).ToArray()),
        ("transpose through shared memory", "__shared__ int s[8][17]; s[t / 16][t % 16] = x[i]; __syncthreads(); y[blockIdx.x * 128 + t] = s[t % 8][t / 8];",
            x => Enumerable.Range(0, N).Select(i => x[(i / 128 * 128) + (i % 8 * 16) + (i % 128 / 8)]).ToArray()),
        ("bitonic sort", """
            __shared__ int s[128]; s[t] = x[i]; __syncthreads();
            for (int k = 2; k <= 128; k <<= 1) for (int j = k >> 1; j > 0; j >>= 1) {
                int o = t ^ j; if (o > t) { bool up = (t & k) == 0; int p = s[t], q = s[o]; if ((p > q) == up) { s[t] = q; s[o] = p; } } __syncthreads(); }
            y[i] = s[t];
            """, x => x[..128].Order().Concat(x[128..].Order()).ToArray()),
        ("loops that lanes leave at different times", "int v = x[i] & 127, n = 0; while (v != 1 && n < 200) { v = v & 1 ? 3 * v + 1 : v / 2; if (v == 0) break; n++; } y[i] = n;",
            x => x.Select(a => { var (v, n) = (a & 127, 0); while (v != 1 && n < 200) { v = v % 2 != 0 ? (3 * v) + 1 : v / 2; if (v == 0) { break; } n++; } return n; }).ToArray()),
        ("nested loops with continue and return", """
            int s = 0; for (int a = 0; a < (x[i] & 7); a++) { if (a == 3) continue; for (int b = 0; b < 9; b++) { if (b > (x[i] >> 3 & 7)) break; s += a * b; } if (s > 60) { y[i] = -s; return; } } y[i] = s;
            """, x => x.Select(v => { var s = 0; for (var a = 0; a < (v & 7); a++) { if (a == 3) { continue; } for (var b = 0; b < 9; b++) { if (b > (v >> 3 & 7)) { break; } s += a * b; } if (s > 60) { return -s; } } return s; }).ToArray()),
        ("switch as a table", """
            int v = x[i] & 15, r; switch (v) { case 0: r = x[i] * 3; break; case 1: r = x[i] ^ 85; break; case 2: r = x[i] << 2; break; case 3: r = ~x[i]; break; case 4: r = x[i] % 7; break;
            case 5: r = __popc(x[i]); break; case 6: r = x[i] / 5; break; case 7: r = -x[i]; break; case 8: r = x[i] & 33; break; case 9: r = x[i] | 1024; break; default: r = 1; } y[i] = r;
            """, x => x.Select(v => (v & 15) switch { 0 => v * 3, 1 => v ^ 85, 2 => v << 2, 3 => ~v, 4 => v % 7, 5 => System.Numerics.BitOperations.PopCount((uint)v), 6 => v / 5, 7 => -v, 8 => v & 33, 9 => v | 1024, _ => 1 }).ToArray()),
        ("calls of functions", "y[i] = twice(x[i], i & 1);", x => x.Select((v, i) => i % 2 != 0 ? (v * v) + 1 : v - 7).ToArray()),
        ("array in local memory", "int v[8]; for (int k = 0; k < 8; k++) v[(k * 3) & 7] = x[(i + k) & 255]; y[i] = v[x[i] & 7];",
            x => Enumerable.Range(0, N).Select(i => { var v = new int[8]; for (var k = 0; k < 8; k++) { v[k * 3 & 7] = x[(i + k) & 255]; } return v[x[i] & 7]; }).ToArray()),
        ("64-bit division and products", "long long v = (long long)x[i] * 1000003 - 5; y[i] = (int)(v / 77) + (int)(v % 1000) + (int)__umulhi(x[i] * 2654435761u, 12345u);",
            x => x.Select(a => { var v = (a * 1000003L) - 5; return unchecked((int)(v / 77) + (int)(v % 1000) + (int)(((ulong)((uint)a * 2654435761u) * 12345u) >> 32)); }).ToArray()),
        ("bytes and shorts", "const unsigned char* c = (const unsigned char*)x; const short* h = (const short*)x; y[i] = c[i * 4 + 1] * 3 + h[i * 2];", x => x.Select(v => ((v >> 8 & 255) * 3) + (short)v).ToArray()),
        ("lock of a warp's lanes in turn", "__shared__ int lock, sum; if (t == 0) { lock = 0; sum = 0; } __syncthreads(); bool done = false; while (!done) { if (atomicCAS(&lock, 0, 1) == 0) { __threadfence_block(); *(volatile int*)&sum += x[i]; __threadfence_block(); atomicExch(&lock, 0); done = true; } } __syncthreads(); y[i] = sum;",
            x => Enumerable.Range(0, N).Select(i => x.Skip(i / 128 * 128).Take(128).Sum()).ToArray()),
        ("barrier that counts", "y[i] = __syncthreads_count(x[i] & 1) * 4 + __syncthreads_or(x[i] == 5) * 2 + (__syncthreads_and(x[i] >= 0) != 0);",
            x => Enumerable.Range(0, N).Select(i => x.Skip(i / 128 * 128).Take(128).ToArray()).Select(b => (b.Count(v => v % 2 != 0) * 4) + (b.Contains(5) ? 2 : 0) + 1).ToArray()),
        ("constants and tables", "y[i] = table[x[i] & 3] + text[x[i] & 7];", x => x.Select(v => (int[])[7, 11, 13, 17] is var t ? t[v & 3] + "abcdefgh"[v & 7] : 0).ToArray()),
    ];

    public static TheoryData<string> Names => [.. s_programs.Select(p => p.Name)];

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Program_computes_what_it_says(string name)
    {
        var (_, source, expected) = s_programs.First(p => p.Name == name);
        var random = new Random(5);
        var x = Enumerable.Range(0, N).Select(_ => random.Next(0, 1000)).ToArray();
        foreach (var (architecture, seed) in new[] { ("sm_80", 1), ("sm_90", 2), ("sm_80", 3) })
        {
            using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = architecture, Seed = seed, InstructionBudget = 50_000_000 });
            var kernel = Cuda.Load(gpu, $$"""
                __constant__ int table[4] = {7, 11, 13, 17};
                __device__ const char text[] = "abcdefgh";
                __device__ __noinline__ int square(int a) { return a * a; }
                __device__ __noinline__ int twice(int a, int b) { if (b) return square(a) + 1; return a - 7; }
                extern "C" __global__ void f(int* y, const int* x) { int t = threadIdx.x, i = blockIdx.x * 128 + t;
                {{source}} }
                """);
            var y = gpu.Allocate(N * 4, "y");
            kernel.Launch(2, 128, 0, y, gpu.Upload<int>(x, "x"));
            Assert.Equal(expected(x), gpu.Download<int>(y, N));
        }
    }

    [SkippableFact]
    public void Printf_writes_what_c_would()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Workers = 1 });
        var kernel = Cuda.Load(gpu, "extern \"C\" __global__ void f(double d) { printf(\"%d %5.2f %s %x %c|%-4d|%03d %lld %u%%\\n\", -3, d, \"text\", 255, 'c', 7, 5, 1ll << 40, 4000000000u); }");
        kernel.Launch(1, 1, 0, 3.14159);
        Assert.Equal("-3  3.14 text ff c|7   |005 1099511627776 4000000000%\n", gpu.Printed);
    }

    [SkippableTheory]
    [InlineData("sinf", 4.0)]
    [InlineData("expf", 2.0)]
    [InlineData("logf", 2.0)]
    [InlineData("tanhf", 3.0)]
    [InlineData("erff", 3.0)]
    [InlineData("powf", 9.0)]
    [InlineData("sqrtf", 0.5)]
    [InlineData("atanf", 3.0)]
    [InlineData("cbrtf", 2.0)]
    [InlineData("lgammaf", 8.0)]
    public void Mathematics_of_the_library_stays_in_its_error(string function, double ulps)
    {
        using var gpu = new VirtualGpu();
        var call = function == "powf" ? "powf(x[i], 2.5f)" : $"{function}(x[i])";
        var kernel = Cuda.Load(gpu, $"extern \"C\" __global__ void f(float* y, const float* x) {{ int i = threadIdx.x; y[i] = {call}; }}");
        var x = Enumerable.Range(0, 256).Select(i => 0.1f + (i * 0.037f)).ToArray();
        var y = gpu.Allocate(1024);
        kernel.Launch(1, 256, 0, y, gpu.Upload<float>(x));
        var results = gpu.Download<float>(y, 256);
        for (var k = 0; k < 256; k++)
        {
            double a = x[k];
            double? wanted = function switch
            {
                "sinf" => Math.Sin(a), "expf" => Math.Exp(a), "logf" => Math.Log(a), "tanhf" => Math.Tanh(a), "powf" => Math.Pow(a, 2.5), "sqrtf" => Math.Sqrt(a), "atanf" => Math.Atan(a), "cbrtf" => Math.Cbrt(a), _ => null,
            };
            if (wanted is { } w)
            {
                Assert.InRange(Math.Abs(results[k] - w), 0, (ulps * (MathF.BitIncrement(MathF.Abs((float)w)) - MathF.Abs((float)w))) + 1e-12);
            }

            Assert.True(float.IsFinite(results[k]));
        }
    }
}
