namespace KernelDsl.VirtualGpu.Tests.Conformance;

/// <summary>Programs of the families that GPU code is made of, in CUDA C, with all checks on, each against a plain computation.</summary>
public sealed class FamilyTests
{
    [SkippableTheory]
    [InlineData(1000, 1)]
    [InlineData(2048, 2)]
    [InlineData(1, 3)]
    public void Bitonic_sort_over_blocks_sorts(int count, int seed)
    {
        const string Source = """
            extern "C" __global__ void f(unsigned* keys, int size, int k, int j) {
                int i = blockIdx.x * blockDim.x + threadIdx.x, o = i ^ j;
                if (o > i && o < size) { unsigned a = keys[i], b = keys[o]; bool up = (i & k) == 0; if ((a > b) == up) { keys[i] = b; keys[o] = a; } } }
            """;
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count);
        var random = new Random(seed);
        var keys = Enumerable.Range(0, size).Select(k => k < count ? (uint)random.Next() : uint.MaxValue).ToArray();
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Seed = seed });
        var kernel = Cuda.Load(gpu, Source);
        var memory = gpu.Upload<uint>(keys, "keys");
        for (var k = 2; k <= size; k <<= 1)
        {
            for (var j = k >> 1; j > 0; j >>= 1)
            {
                kernel.Launch((size + 127) / 128, 128, 0, memory, size, k, j);
            }
        }

        Assert.Equal(keys.Order(), gpu.Download<uint>(memory, size));
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void Radix_sort_passes_are_stable(int seed)
    {
        // Four bits a pass: counts of each block, an exclusive scan by one block, places by the ranks of matching lanes.
        const string Source = """
            extern "C" __global__ void count(const unsigned* keys, int n, int shift, int* counts) {
                __shared__ int h[16]; int t = threadIdx.x, i = blockIdx.x * 128 + t; if (t < 16) h[t] = 0; __syncthreads();
                if (i < n) atomicAdd(&h[keys[i] >> shift & 15], 1); __syncthreads(); if (t < 16) counts[t * gridDim.x + blockIdx.x] = h[t]; }
            extern "C" __global__ void scan(int* counts, int n) {
                __shared__ int s[256]; int t = threadIdx.x; s[t] = t < n ? counts[t] : 0; __syncthreads();
                for (int k = 1; k < 256; k <<= 1) { int v = t >= k ? s[t - k] : 0; __syncthreads(); s[t] += v; __syncthreads(); } if (t < n) counts[t] = t ? s[t - 1] : 0; }
            extern "C" __global__ void place(const unsigned* in, unsigned* out, int n, int shift, const int* counts) {
                __shared__ int warpBase[4][16]; int t = threadIdx.x, i = blockIdx.x * 128 + t, w = t / 32, lane = t % 32;
                for (int k = lane; k < 16; k += 32) warpBase[w][k] = 0; __syncwarp();
                unsigned key = i < n ? in[i] : 0; int digit = i < n ? key >> shift & 15 : 16;
                unsigned same = __match_any_sync(~0u, digit); int rank = __popc(same & ((1u << lane) - 1));
                if (rank == 0 && digit < 16) warpBase[w][digit] = __popc(same); __syncthreads();
                if (t < 16) { int sum = counts[t * gridDim.x + blockIdx.x]; for (int k = 0; k < 4; k++) { int v = warpBase[k][t]; warpBase[k][t] = sum; sum += v; } } __syncthreads();
                if (i < n) out[warpBase[w][digit] + rank] = key; }
            """;
        const int N = 1000;
        var random = new Random(seed);
        var keys = Enumerable.Range(0, N).Select(_ => (uint)random.Next(1 << 16)).ToArray();
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Seed = seed });
        var module = gpu.LoadModule(Cuda.Ptx(Source));
        var (blocks, counts) = ((N + 127) / 128, gpu.Allocate(16 * 8 * 4, "counts"));
        var (from, to) = (gpu.Upload<uint>(keys, "keys"), gpu.Allocate(N * 4, "other"));
        for (var shift = 0; shift < 16; shift += 4)
        {
            module.GetKernel("count").Launch(blocks, 128, 0, from, N, shift, counts);
            module.GetKernel("scan").Launch(1, 256, 0, counts, 16 * blocks);
            module.GetKernel("place").Launch(blocks, 128, 0, from, to, N, shift, counts);
            (from, to) = (to, from);
        }

        Assert.Equal(keys.Order(), gpu.Download<uint>(from, N));
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Scan_with_look_back_needs_one_launch(int seed)
    {
        // A block waits for the sums of the blocks before it; status and sum travel in one word of 64 bits.
        const string Source = """
            extern "C" __global__ void f(const int* x, int* y, int n, unsigned long long* state, int* ticket) {
                __shared__ int block, before, warps[4]; int t = threadIdx.x, lane = t % 32, w = t / 32; if (t == 0) block = atomicAdd(ticket, 1); __syncthreads();
                int i = block * 128 + t, v = i < n ? x[i] : 0; for (int k = 1; k < 32; k <<= 1) { int u = __shfl_up_sync(~0u, v, k); if (lane >= k) v += u; }
                if (lane == 31) warps[w] = v; __syncthreads(); for (int k = 0; k < w; k++) v += warps[k];
                if (t == 127) { atomicExch(&state[block], (1ull << 32) | (unsigned)v);
                    int sum = 0; for (int b = block - 1; b >= 0; b--) { unsigned long long s; do s = atomicAdd(&state[b], 0ull); while (!(s >> 32)); sum += (int)(unsigned)s; if (s >> 33) break; }
                    atomicExch(&state[block], (3ull << 32) | (unsigned)(sum + v)); before = sum; }
                __syncthreads(); if (i < n) y[i] = v + before; }
            """;
        const int N = 1500;
        var random = new Random(seed);
        var x = Enumerable.Range(0, N).Select(_ => random.Next(-50, 50)).ToArray();
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Seed = seed });
        var y = gpu.Allocate(N * 4, "y");
        Cuda.Load(gpu, Source).Launch(12, 128, 0, gpu.Upload<int>(x), y, N, gpu.Upload<ulong>(new ulong[12]), gpu.Upload<int>(new int[1]));
        var sum = 0;
        Assert.Equal(x.Select(v => sum += v), gpu.Download<int>(y, N));
    }

    [SkippableFact]
    public void Counts_of_equal_keys_are_added_once_a_warp()
    {
        const string Source = """
            extern "C" __global__ void f(const int* keys, int n, int* counts, int* heaviest) {
                int i = blockIdx.x * blockDim.x + threadIdx.x, lane = threadIdx.x & 31; if (i >= n) return;
                unsigned active = __activemask(), same = __match_any_sync(active, keys[i]); int leader = __ffs(same) - 1;
                if (lane == leader) atomicAdd(&counts[keys[i]], __popc(same));
                int most = __reduce_max_sync(active, __popc(same)); if (lane == __ffs(active) - 1) atomicMax(heaviest, most); }
            """;
        var random = new Random(1);
        var keys = Enumerable.Range(0, 777).Select(_ => random.Next(10) * random.Next(10) % 20).ToArray();
        using var gpu = new VirtualGpu();
        var counts = gpu.Upload<int>(new int[20]);
        var heaviest = gpu.Upload<int>(new int[1]);
        Cuda.Load(gpu, Source).Launch(7, 128, 0, gpu.Upload<int>(keys), keys.Length, counts, heaviest);
        Assert.Equal(Enumerable.Range(0, 20).Select(k => keys.Count(key => key == k)), gpu.Download<int>(counts, 20));
        Assert.Equal(keys.Chunk(32).Max(warp => warp.GroupBy(k => k).Max(g => g.Count())), gpu.Download<int>(heaviest, 1)[0]);
    }

    [SkippableTheory]
    [InlineData(17, 9, 11)]
    [InlineData(32, 16, 4)]
    public void Stencil_of_three_dimensions_marches_through_planes(int nx, int ny, int nz)
    {
        const string Source = """
            extern "C" __global__ void f(const float* in, float* out, int nx, int ny, int nz) {
                __shared__ float s[10][18]; int tx = threadIdx.x, ty = threadIdx.y, x = blockIdx.x * 16 + tx, y = blockIdx.y * 8 + ty; bool in2 = x < nx && y < ny; int plane = nx * ny, at = y * nx + x;
                float below = 0, here = in2 ? in[at] : 0;
                for (int z = 0; z < nz; z++) {
                    float above = in2 && z + 1 < nz ? in[at + plane] : 0; s[ty + 1][tx + 1] = here;
                    if (tx == 0) s[ty + 1][0] = x > 0 && y < ny ? in[at - 1] : 0; if (tx == 15) s[ty + 1][17] = x + 1 < nx && y < ny ? in[at + 1] : 0;
                    if (ty == 0) s[0][tx + 1] = y > 0 && x < nx ? in[at - nx] : 0; if (ty == 7) s[9][tx + 1] = y + 1 < ny && x < nx ? in[at + nx] : 0; __syncthreads();
                    if (in2) out[at] = below + above + s[ty + 1][tx] + s[ty + 1][tx + 2] + s[ty][tx + 1] + s[ty + 2][tx + 1] - 6 * here; __syncthreads();
                    below = here; here = above; at += plane; } }
            """;
        var random = new Random(nx);
        var x = Enumerable.Range(0, nx * ny * nz).Select(_ => (float)random.Next(-8, 9)).ToArray();
        float At(int i, int j, int k) => i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz ? 0 : x[(((k * ny) + j) * nx) + i];
        using var gpu = new VirtualGpu();
        var y = gpu.Allocate(x.Length * 4, "y");
        Cuda.Load(gpu, Source).Launch(new Dim3((uint)(nx + 15) / 16, (uint)(ny + 7) / 8), new Dim3(16, 8), 0, gpu.Upload<float>(x, "x"), y, nx, ny, nz);
        var wanted = from k in Enumerable.Range(0, nz) from j in Enumerable.Range(0, ny) from i in Enumerable.Range(0, nx)
                     select At(i - 1, j, k) + At(i + 1, j, k) + At(i, j - 1, k) + At(i, j + 1, k) + At(i, j, k - 1) + At(i, j, k + 1) - (6 * At(i, j, k));
        Assert.Equal(wanted, gpu.Download<float>(y, x.Length));
    }

    [SkippableFact]
    public void Elimination_with_pivots_solves_a_system()
    {
        const string Source = """
            extern "C" __global__ void f(double* a, double* x, int n) {
                extern __shared__ double s[]; __shared__ int pivot; int t = threadIdx.x; for (int k = t; k < n * (n + 1); k += blockDim.x) s[k] = a[k]; __syncthreads();
                for (int c = 0; c < n; c++) {
                    if (t == 0) { pivot = c; for (int r = c + 1; r < n; r++) if (fabs(s[r * (n + 1) + c]) > fabs(s[pivot * (n + 1) + c])) pivot = r; } __syncthreads();
                    int p = pivot; if (p != c) for (int k = t; k <= n; k += blockDim.x) { double v = s[c * (n + 1) + k]; s[c * (n + 1) + k] = s[p * (n + 1) + k]; s[p * (n + 1) + k] = v; } __syncthreads();
                    for (int r = t; r < n; r += blockDim.x) if (r != c) { double f = s[r * (n + 1) + c] / s[c * (n + 1) + c]; for (int k = c; k <= n; k++) s[r * (n + 1) + k] -= f * s[c * (n + 1) + k]; } __syncthreads(); }
                for (int r = t; r < n; r += blockDim.x) x[r] = s[r * (n + 1) + n] / s[r * (n + 1) + r]; }
            """;
        const int N = 21;
        var random = new Random(6);
        var wanted = Enumerable.Range(0, N).Select(_ => (double)random.Next(-9, 10)).ToArray();
        var a = new double[N * (N + 1)];
        for (var row = 0; row < N; row++)
        {
            for (var k = 0; k < N; k++)
            {
                a[(row * (N + 1)) + k] = random.Next(-9, 10) + (row == k ? 40 : 0);
                a[(row * (N + 1)) + N] += a[(row * (N + 1)) + k] * wanted[k];
            }
        }

        using var gpu = new VirtualGpu();
        var x = gpu.Allocate(N * 8, "x");
        Cuda.Load(gpu, Source).Launch(1, 64, N * (N + 1) * 8, gpu.Upload<double>(a), x, N);
        foreach (var (got, value) in gpu.Download<double>(x, N).Zip(wanted))
        {
            // The matrix dominates in its diagonal: its condition is small, and N² operations lose a few ulps each.
            Assert.InRange(got, value - (N * N * 10 * Math.ScaleB(1, -52)), value + (N * N * 10 * Math.ScaleB(1, -52)));
        }
    }

    [SkippableTheory]
    [InlineData("CATGGACCTTAGAAC", "GATTACAGGACCA")]
    [InlineData("A", "TTTTGCA")]
    public void Alignment_goes_over_diagonals(string first, string second)
    {
        const string Source = """
            extern "C" __global__ void f(const char* a, int n, const char* b, int m, int* table) {
                int t = threadIdx.x, w = m + 1; for (int k = t; k <= n; k += blockDim.x) table[k * w] = -2 * k; for (int k = t; k <= m; k += blockDim.x) table[k] = -2 * k; __syncthreads();
                for (int d = 2; d <= n + m; d++) { for (int r = max(1, d - m) + t; r <= min(n, d - 1); r += blockDim.x) { int c = d - r;
                    table[r * w + c] = max(table[(r - 1) * w + c - 1] + (a[r - 1] == b[c - 1] ? 3 : -1), max(table[(r - 1) * w + c], table[r * w + c - 1]) - 2); } __syncthreads(); } }
            """;
        var (n, m) = (first.Length, second.Length);
        var table = new int[n + 1, m + 1];
        for (var r = 0; r <= n; r++)
        {
            for (var c = 0; c <= m; c++)
            {
                table[r, c] = r == 0 || c == 0 ? -2 * (r + c) : Math.Max(table[r - 1, c - 1] + (first[r - 1] == second[c - 1] ? 3 : -1), Math.Max(table[r - 1, c], table[r, c - 1]) - 2);
            }
        }

        using var gpu = new VirtualGpu();
        var memory = gpu.Allocate(table.Length * 4, "table");
        Cuda.Load(gpu, Source).Launch(1, 32, 0, gpu.Upload<byte>(System.Text.Encoding.ASCII.GetBytes(first)), n, gpu.Upload<byte>(System.Text.Encoding.ASCII.GetBytes(second)), m, memory);
        Assert.Equal(table.Cast<int>(), gpu.Download<int>(memory, table.Length));
    }

    [SkippableFact]
    public void Histogram_in_shared_memory_is_merged()
    {
        const string Source = """
            extern "C" __global__ void f(const uchar4* x, int n, unsigned* bins) {
                __shared__ unsigned h[4][64]; int t = threadIdx.x; for (int k = t; k < 256; k += blockDim.x) h[k / 64][k % 64] = 0; __syncthreads();
                for (int i = blockIdx.x * blockDim.x + t; i < n; i += gridDim.x * blockDim.x) { uchar4 v = x[i]; unsigned* mine = h[t / 32 % 4]; atomicAdd(&mine[v.x >> 2], 1); atomicAdd(&mine[v.y >> 2], 1); atomicAdd(&mine[v.z >> 2], 1); atomicAdd(&mine[v.w >> 2], 1); }
                __syncthreads(); if (t < 64) atomicAdd(&bins[t], h[0][t] + h[1][t] + h[2][t] + h[3][t]); }
            """;
        var bytes = new byte[4 * 1000];
        new Random(9).NextBytes(bytes);
        using var gpu = new VirtualGpu();
        var bins = gpu.Upload<uint>(new uint[64]);
        Cuda.Load(gpu, Source).Launch(3, 128, 0, gpu.Upload<byte>(bytes), 1000, bins);
        Assert.Equal(Enumerable.Range(0, 64).Select(bin => (uint)bytes.Count(b => b >> 2 == bin)), gpu.Download<uint>(bins, 64));
    }

    [SkippableTheory]
    [InlineData("half", 1.0)]
    [InlineData("double", 1.0)]
    public void Tiles_of_tensor_cores_make_a_product(string type, double scale)
    {
        // The functions that nvcuda::wmma is made of, 16×16×16 for halves, and mma.m8n8k4 for doubles.
        const string Halves = """
            extern "C" __global__ void f(const unsigned short* a, const unsigned short* b, float* c, int n) {
                int row = blockIdx.y * 16, column = blockIdx.x * 16; int fa[8], fb[8]; float acc[8]; for (int k = 0; k < 8; k++) acc[k] = 0;
                for (int k = 0; k < n; k += 16) { __hmma_m16n16k16_ld_a(fa, (const int*)(a + row * n + k), n, 0); __hmma_m16n16k16_ld_b(fb, (const int*)(b + k * n + column), n, 0); __hmma_m16n16k16_mma_f32f32(acc, fa, fb, acc, 0, 0); }
                __hmma_m16n16k16_st_c_f32(c + row * n + column, acc, n, 0); }
            """;
        const string Doubles = """
            extern "C" __global__ void f(const double* a, const double* b, double* c, int n) {
                int row = blockIdx.y * 8, column = blockIdx.x * 8, g = threadIdx.x / 4, t = threadIdx.x % 4; double x = 0, y = 0;
                for (int k = 0; k < n; k += 4) asm volatile("mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%0,%1}, {%2}, {%3}, {%0,%1};" : "+d"(x), "+d"(y) : "d"(a[(row + g) * n + k + t]), "d"(b[(k + t) * n + column + g]));
                c[(row + g) * n + column + 2 * t] = x; c[(row + g) * n + column + 2 * t + 1] = y; }
            """;
        const int N = 48;
        var random = new Random(2);
        var a = Enumerable.Range(0, N * N).Select(_ => random.Next(-6, 7)).ToArray();
        var b = Enumerable.Range(0, N * N).Select(_ => random.Next(-6, 7)).ToArray();
        var wanted = Enumerable.Range(0, N * N).Select(at => scale * Enumerable.Range(0, N).Sum(k => a[(at / N * N) + k] * b[(k * N) + (at % N)]));
        using var gpu = new VirtualGpu();
        var kernel = Cuda.Load(gpu, type == "half" ? Halves : Doubles);
        var tile = type == "half" ? 16u : 8;
        var c = gpu.Allocate(N * N * (type == "half" ? 4 : 8), "c");
        ulong Upload(int[] values) => type == "half" ? gpu.Upload<Half>(values.Select(v => (Half)v).ToArray()) : gpu.Upload<double>(values.Select(v => (double)v).ToArray());
        kernel.Launch(new Dim3(N / tile, N / tile), 32, 0, Upload(a), Upload(b), c, N);
        Assert.Equal(wanted, type == "half" ? gpu.Download<float>(c, N * N).Select(v => (double)v) : gpu.Download<double>(c, N * N));
    }

    [SkippableFact]
    public void Interpreter_in_a_switch_runs_its_program()
    {
        const string Source = """
            extern "C" __global__ void f(const unsigned char* code, int length, int* out) {
                int stack[8], sp = 0, i = threadIdx.x; for (int pc = 0; pc < length; pc++) switch (code[pc]) {
                    case 0: stack[sp++] = i; break; case 1: stack[sp++] = code[++pc]; break; case 2: sp--; stack[sp - 1] += stack[sp]; break; case 3: sp--; stack[sp - 1] -= stack[sp]; break;
                    case 4: sp--; stack[sp - 1] *= stack[sp]; break; case 5: { int v = stack[sp - 1]; stack[sp++] = v; break; } case 6: if (stack[--sp] > code[++pc]) pc += 1; break; case 7: stack[sp - 1] = -stack[sp - 1]; break;
                    case 8: out[i] = stack[--sp]; return; default: __trap(); } }
            """;

        // i·i − 3, negated where i·i − 3 ≤ 50.
        byte[] code = [0, 5, 4, 1, 3, 3, 5, 6, 50, 7, 1, 0, 2, 8];
        using var gpu = new VirtualGpu();
        var memory = gpu.Allocate(128);
        Cuda.Load(gpu, Source).Launch(1, 32, 0, gpu.Upload<byte>(code), code.Length, memory);
        Assert.Equal(Enumerable.Range(0, 32).Select(i => (i * i) - 3 > 50 ? (i * i) - 3 : 3 - (i * i)), gpu.Download<int>(memory, 32));
    }

    [SkippableFact]
    public void Printf_knows_flags_widths_and_precisions()
    {
        const string Source = """
            extern "C" __global__ void f(double d, int n) { printf("[%+d|% d|%05d|%-6d|%.3d|%*d|%hhd|%hu|%lx|%#o|%X]\n", n, n, -n, n, n, 7, n, n + 300, n + 70000, 1l << 40, 8, 255);
                printf("[%g|%g|%g|%.3g|%e|%.0f|%+.2f|%010.3f|%G|%.2s|%5c|%-4s|%a]\n", d, d * 1e10, d * 1e-7, d, d, d, d, -d, 1e-20, "text", 'x', "ab", 0.75); }
            """;
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Workers = 1 });
        Cuda.Load(gpu, Source).Launch(1, 1, 0, 1234.5, 42);
        Assert.Equal("[+42| 42|-0042|42    |042|     42|86|4506|10000000000|010|FF]\n[1234.5|1.2345e+13|0.00012345|1.23e+03|1.234500e+03|1234|+1234.50|-01234.500|1E-20|te|    x|ab  |0x1.8p-1]\n", gpu.Printed);
    }

    [SkippableFact]
    public void Printf_and_assert_speak_for_their_threads()
    {
        const string Source = """
            extern "C" __global__ void f(int limit) { int i = threadIdx.x; if (i % 10 == 0) printf("%s %d: %6.2f %#x\n", "thread", i, i * 0.5, i); assert(i < limit); }
            """;
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Workers = 1 });
        var kernel = Cuda.Load(gpu, Source);
        kernel.Launch(1, 32, 0, 32);
        Assert.Equal(["thread 0:   0.00 0", "thread 10:   5.00 0xa", "thread 20:  10.00 0x14", "thread 30:  15.00 0x1e"], gpu.Printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
        var fault = Assert.Throws<VirtualGpuFaultException>(() => kernel.Launch(1, 32, 0, 31));
        Assert.Equal((FindingKind.Assertion, 31u), (fault.Finding.Kind, fault.Finding.Thread.X));
    }
}
