using KernelDsl.Profiling.Counting;

namespace KernelDsl.VirtualGpu.Tests.Programs;

/// <summary>Counters of kernels that are small enough to count by hand. One block of 32 threads, <c>t</c> is the lane; x and y are aligned to 256 bytes.</summary>
public sealed class CounterTests
{
    private const string Matrix = "unsigned a, b, c, d; unsigned p = (unsigned)__cvta_generic_to_shared(s)";

    // Columns: body, opcode that is looked at, requests, sectors, ideal sectors, passes of the tag stage.
    [SkippableTheory]
    [InlineData("y[t] = x[t];", "ld.global", 1, 4, 4, 1)] // 32 floats in a row: 128 bytes, one line.
    [InlineData("y[t] = x[t + 1];", "ld.global", 1, 5, 4, 1)] // One word further: a fifth sector, a second line.
    [InlineData("y[t] = x[31 - t];", "ld.global", 1, 4, 4, 1)] // The order of lanes does not matter.
    [InlineData("y[t] = x[t ^ 5];", "ld.global", 1, 4, 4, 1)]
    [InlineData("y[t] = x[t * 2];", "ld.global", 1, 8, 4, 1)] // Every second word: 256 bytes touched, two lines.
    [InlineData("y[t] = x[t * 3];", "ld.global", 1, 12, 4, 1)] // 384 bytes, three lines.
    [InlineData("y[t] = x[t * 8];", "ld.global", 1, 32, 4, 2)] // A sector for each lane, 8 lines: two passes of four tags.
    [InlineData("y[t] = x[t * 32];", "ld.global", 1, 32, 4, 8)] // A line for each lane.
    [InlineData("y[t] = x[0];", "ld.global", 1, 1, 1, 1)] // Broadcast.
    [InlineData("y[t] = x[t / 2];", "ld.global", 1, 2, 2, 1)] // Pairs share: 64 bytes.
    [InlineData("y[t] = x[t / 8 * 8];", "ld.global", 1, 4, 1, 1)] // Four distinct words in four sectors.
    [InlineData("if (t < 8) y[t] = x[t];", "ld.global", 1, 1, 1, 1)] // Eight lanes: 32 bytes.
    [InlineData("if (t % 2 == 0) y[t] = x[t];", "ld.global", 1, 4, 2, 1)] // 16 words of 32.
    [InlineData("y[t] = ((const char*)x)[t];", "ld.global", 1, 1, 1, 1)] // Bytes.
    [InlineData("y[t] = ((const short*)x)[t];", "ld.global", 1, 2, 2, 1)] // 16-bit.
    [InlineData("y[t] = ((const double*)x)[t];", "ld.global", 1, 8, 8, 1)] // 64-bit: 256 bytes, two lines.
    [InlineData("float2 v = ((const float2*)x)[t]; y[t] = v.x + v.y;", "ld.global", 1, 8, 8, 1)]
    [InlineData("float4 v = ((const float4*)x)[t]; y[t] = v.x + v.w;", "ld.global", 1, 16, 16, 1)] // 512 bytes, four lines.
    [InlineData("float4 v = ((const float4*)x)[t * 2]; y[t] = v.x + v.w;", "ld.global", 1, 32, 16, 2)] // Half of each sector, 8 lines.
    [InlineData("y[t] = 1;", "st.global", 1, 4, 4, 1)]
    [InlineData("y[t * 4] = 1;", "st.global", 1, 16, 4, 1)]
    [InlineData("((float4*)y)[t] = make_float4(t, 1, 2, 3);", "st.global", 1, 16, 16, 1)]
    [InlineData("for (int k = 0; k < 3; k++) { y[t] += 1; __threadfence(); }", "ld.global", 3, 12, 12, 3)] // Unrolled or not, three requests.
    [InlineData("atomicAdd(&y[t], 1.0f);", "red.global", 1, 4, 4, 1)]
    [InlineData("atomicAdd(&y[0], 1.0f);", "red.global", 1, 1, 1, 1)] // One address for all lanes.
    [InlineData("y[t] = atomicAdd((int*)y + 32 + t % 4, 1);", "atom.global", 1, 1, 1, 1)]
    [InlineData("y[t] = atomicCAS((int*)y + 64 + t * 8, 0, 1);", "atom.global", 1, 32, 4, 2)]
    [InlineData("volatile float a[64]; for (int k = 0; k < n; k++) a[k] = k; y[t] = a[n - 1];", "st.local", 4, 16, 16, 4)] // n = 4: the same word of all lanes lies together.
    public void Global_access_touches_the_sectors_that_the_rules_say(string body, string opcode, long requests, long sectors, long ideal, long tags)
    {
        var found = Lines(Run(body), opcode).Select(line => line.Global!).ToArray();
        Assert.Equal(
            (requests, sectors, ideal, tags),
            (found.Sum(g => g.Requests), found.Sum(g => g.Sectors), found.Sum(g => g.IdealSectors), found.Sum(g => g.TagWavefronts)));
    }

    // Columns: body, opcode that is looked at, requests, wavefronts, wavefronts without conflicts.
    [SkippableTheory]
    [InlineData("__shared__ volatile float s[1024]; s[t] = t; y[t] = 0;", "st.shared", 1, 1, 1)]
    [InlineData("__shared__ volatile float s[1024]; s[t * 2] = t; y[t] = 0;", "st.shared", 1, 2, 1)] // Every second bank, two words each.
    [InlineData("__shared__ volatile float s[1024]; s[t * 4] = t; y[t] = 0;", "st.shared", 1, 4, 1)]
    [InlineData("__shared__ volatile float s[1024]; s[t * 32] = t; y[t] = 0;", "st.shared", 1, 32, 1)] // One bank.
    [InlineData("__shared__ volatile float s[1056]; s[t * 33] = t; y[t] = 0;", "st.shared", 1, 1, 1)] // Padding.
    [InlineData("__shared__ volatile float s[1024]; s[t * 3] = t; y[t] = 0;", "st.shared", 1, 1, 1)] // An odd stride.
    [InlineData("__shared__ volatile float s[1024]; if (t < 16) s[t * 32] = t; y[t] = 0;", "st.shared", 1, 16, 1)]
    [InlineData("__shared__ volatile float s[64]; s[0] = 1; __syncwarp(); y[t] = s[0];", "ld.shared", 1, 1, 1)] // Broadcast.
    [InlineData("__shared__ volatile float s[64]; s[t] = 1; s[t + 32] = 2; __syncwarp(); y[t] = s[t / 16 * 32];", "ld.shared", 1, 2, 1)] // Two words of bank 0.
    [InlineData("__shared__ volatile char s[128]; s[t] = t; __syncwarp(); y[t] = s[t ^ 1];", "ld.shared", 1, 1, 1)] // Bytes of one word.
    [InlineData("__shared__ volatile double s[64]; s[t] = t; y[t] = 0;", "st.shared", 1, 2, 2)] // 8 bytes: two groups of 16 lanes.
    [InlineData("__shared__ volatile double s[64]; s[t * 2] = t; y[t] = 0;", "st.shared", 1, 4, 2)]
    [InlineData("__shared__ float4 s[32]; s[t] = make_float4(t, t, t, t); __syncwarp(); y[t] = s[t ^ 1].x + s[t ^ 1].w;", "st.shared", 1, 4, 4)] // 16 bytes: four groups of 8.
    [InlineData("__shared__ float4 s[256]; s[t * 8] = make_float4(t, t, t, t); __syncwarp(); y[t] = s[(t ^ 1) * 8].x;", "st.shared", 1, 32, 4)] // All lanes in four banks.
    [InlineData("__shared__ int s[64]; s[t] = 0; __syncwarp(); atomicAdd(&s[t], 1); __syncwarp(); y[t] = s[t];", ".shared.add", 1, 1, 1)]
    [InlineData("__shared__ int s[64]; s[t] = 0; __syncwarp(); atomicAdd(&s[0], 1); __syncwarp(); y[t] = s[t];", ".shared.add", 1, 32, 1)] // Lanes take turns.
    [InlineData("__shared__ int s[64]; s[t] = 0; __syncwarp(); atomicAdd(&s[t % 8], 1); __syncwarp(); y[t] = s[t];", ".shared.add", 1, 4, 1)]
    [InlineData("__shared__ __align__(16) short s[1024]; for (int k = 0; k < 32; k++) s[k * 32 + t] = k; __syncwarp(); " + Matrix + " + t * 16;"
        + "asm volatile(\"ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];\" : \"=r\"(a), \"=r\"(b), \"=r\"(c), \"=r\"(d) : \"r\"(p) : \"memory\"); y[t] = a + b + c + d;", "ldmatrix", 1, 4, 4)] // Rows in a row.
    [InlineData("__shared__ __align__(16) short s[2048]; for (int k = 0; k < 64; k++) s[k * 32 + t] = k; __syncwarp(); " + Matrix + " + t * 128;"
        + "asm volatile(\"ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];\" : \"=r\"(a), \"=r\"(b), \"=r\"(c), \"=r\"(d) : \"r\"(p) : \"memory\"); y[t] = a + b + c + d;", "ldmatrix", 1, 32, 4)] // Rows of 128 bytes: one quadruple of banks.
    [InlineData("__shared__ __align__(16) short s[2048]; for (int k = 0; k < 64; k++) s[k * 32 + t] = k; __syncwarp(); " + Matrix + " + t * 64;"
        + "asm volatile(\"ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%4];\" : \"=r\"(a), \"=r\"(b), \"=r\"(c), \"=r\"(d) : \"r\"(p) : \"memory\"); y[t] = a + b;", "ldmatrix", 1, 8, 2)] // Rows of 64 bytes: two quadruples, four times.
    [InlineData("__shared__ __align__(16) float s[128]; unsigned p = (unsigned)__cvta_generic_to_shared(s) + t * 16;"
        + "asm volatile(\"cp.async.cg.shared.global [%0], [%1], 16; cp.async.wait_all;\" :: \"r\"(p), \"l\"(x + t * 4) : \"memory\"); y[t] = s[t * 4];", "cp.async.cg", 1, 4, 4)]
    public void Shared_access_takes_the_wavefronts_that_the_rules_say(string body, string opcode, long requests, long wavefronts, long ideal)
    {
        var found = Lines(Run(body), opcode).Select(line => line.Shared!).ToArray();
        Assert.Equal((requests, wavefronts, ideal), (found.Sum(s => s.Requests), found.Sum(s => s.Wavefronts), found.Sum(s => s.IdealWavefronts)));
    }

    [SkippableFact]
    public void Asynchronous_copy_counts_its_read_too()
    {
        var line = Assert.Single(Lines(Run("__shared__ __align__(16) float s[128]; unsigned p = (unsigned)__cvta_generic_to_shared(s) + t * 16;"
            + "asm volatile(\"cp.async.cg.shared.global [%0], [%1], 16, %2; cp.async.wait_all;\" :: \"r\"(p), \"l\"(x + t * 4), \"r\"(t < 8 ? 16 : 0) : \"memory\"); y[t] = s[t * 4];"), "cp.async.cg"));
        Assert.Equal(4, line.Global!.Sectors); // Eight lanes read 128 bytes; the others only write zeros.
        Assert.Equal(4, line.Shared!.Wavefronts);
    }

    [SkippableFact]
    public void Bulk_copy_is_one_request_of_whole_sectors()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90", CountEvents = true, RecordAccesses = true });
        var kernel = Cuda.Load(gpu, Source("""
            __shared__ __align__(128) float s[128]; __shared__ __align__(8) unsigned long long b;
            unsigned to = (unsigned)__cvta_generic_to_shared(s), at = (unsigned)__cvta_generic_to_shared(&b);
            if (t == 0) {
                asm volatile("mbarrier.init.shared.b64 [%0], 1; fence.mbarrier_init.release.cluster;" :: "r"(at) : "memory");
                asm volatile("mbarrier.arrive.expect_tx.shared.b64 _, [%0], 272;" :: "r"(at) : "memory");
                asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], 272, [%2];" :: "r"(to), "l"(x + 4), "r"(at) : "memory");
            }
            __syncthreads();
            unsigned done = 0;
            while (!done) asm volatile("{ .reg .pred p; mbarrier.try_wait.parity.shared.b64 p, [%1], 0; selp.u32 %0, 1, 0, p; }" : "=r"(done) : "r"(at) : "memory");
            y[t] = s[t];
            """, ""));
        kernel.Launch(1, 32, 0, gpu.Upload<float>(new float[32]), gpu.Upload<float>(new float[128]), 4);
        var line = Assert.Single(Lines(gpu.LastProfile!.Counters, "cp.async.bulk"));
        Assert.Equal(new GlobalCounters(1, 9, 9, 0, 272), line.Global); // From byte 16 to 288: the second half of a sector, and eight more.
        Assert.Equal((1, 3), (line.Shared!.Requests, line.Shared.Wavefronts));
        Assert.Equal(9, gpu.LastProfile.Streams[0].Requests.ToArray().Where(r => r.Access == KernelDsl.Profiling.Caches.CacheAccess.LoadThrough).Sum(r => System.Numerics.BitOperations.PopCount(r.Sectors)));
    }

    [SkippableFact]
    public void Generic_access_counts_where_it_goes()
    {
        var counters = Run("__shared__ float s[32]; s[t] = t; __syncwarp(); const float* p = n == 4 ? s : x; y[t] = *(volatile const float*)(p + t);");
        var line = Assert.Single(counters.Lines, line => line.Opcode.StartsWith("ld.volatile", StringComparison.Ordinal) && line.Shared is not null);
        Assert.Null(line.Global);
        Assert.Equal(1, line.Shared!.Wavefronts);
    }

    [SkippableFact]
    public void Load_that_replaces_its_address_is_counted_at_the_old_one()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { CountEvents = true });
        var kernel = gpu.LoadModule("""
            .version 8.4
            .target sm_80
            .address_size 64
            .visible .entry k(.param .u64 p)
            {
                .reg .b64 %a<3>;
                .reg .b32 %t;
                ld.param.u64 %a1, [p];
                mov.u32 %t, %tid.x;
                mul.wide.u32 %a2, %t, 8;
                add.u64 %a1, %a1, %a2;
                ld.global.u64 %a1, [%a1];
                ret;
            }
            """).GetKernel("k");
        kernel.Launch(1, 32, 0, gpu.Upload<ulong>(new ulong[32]));
        Assert.Equal(8, Assert.Single(Lines(gpu.LastProfile!.Counters, "ld.global")).Global!.Sectors);
    }

    [SkippableFact]
    public void Efficiency_is_the_share_of_active_lanes()
    {
        Assert.Equal(32, Run("y[t] = x[t];").ActiveLanesPerWarp);
        Assert.InRange(Run("if (t < 8) { float v = x[t]; for (int k = 0; k < 100; k++) v = v * x[k] + 1; y[t] = v; }").ActiveLanesPerWarp, 8, 9.6);
    }

    [SkippableFact]
    public void Executions_are_those_of_all_warps_and_blocks()
    {
        var counters = Run("for (int k = 0; k < n; k++) { y[i] += 1; __threadfence(); }", grid: 3, block: 96);
        Assert.Equal(3 * 3 * 4, Lines(counters, "ld.global").Sum(line => line.WarpExecutions));
        Assert.Equal(3 * 3 * 4 * 32, Lines(counters, "ld.global").Sum(line => line.ActiveLanes));
        Assert.Equal((3, 96), (counters.Launch.GridX, counters.Launch.BlockX));
    }

    [SkippableFact]
    public void Lines_have_their_place_in_the_source()
    {
        var store = Assert.Single(Lines(Run("\ny[t] = x[t];"), "st.global"));
        Assert.Equal(("test.cu", 2), (Path.GetFileName(store.Cuda!.Value.File), store.Cuda.Value.Line));
    }

    [SkippableFact]
    public void Function_that_is_called_twice_is_counted_in_one_place()
    {
        var counters = Run("y[t] = helper(x[t]) + helper(x[t + 32]);", before: "__device__ __noinline__ float helper(float v) { return v * 3.0f; }");
        Assert.Equal(2, Assert.Single(Lines(counters, "mul"), line => line.Opcode.EndsWith("f32", StringComparison.Ordinal)).WarpExecutions);
    }

    [SkippableFact]
    public void Accesses_are_recorded_for_each_block()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { CountEvents = true, RecordAccesses = true });
        var kernel = Cuda.Load(gpu, Source("y[i] = x[t];", ""));
        kernel.Launch(3, 32, 0, gpu.Upload<float>(new float[96]), gpu.Upload<float>(new float[32]), 4);
        Assert.Equal(3, gpu.LastProfile!.Streams.Length);
        Assert.All(gpu.LastProfile.Streams, stream => Assert.Equal(2, stream.Requests.Length)); // A line read and a line written.
    }

    [Fact]
    public void Nothing_is_counted_unless_asked()
    {
        using var gpu = new VirtualGpu();
        gpu.LoadModule(".version 8.4\n.target sm_80\n.address_size 64\n.visible .entry k() { ret; }").GetKernel("k").Launch(1, 32);
        Assert.Null(gpu.LastProfile);
    }

    private static IEnumerable<LineCounters> Lines(KernelCounters counters, string opcode)
        => counters.Lines.Where(line => line.WarpExecutions > 0 && Matches(line.Opcode, opcode));

    // ".volatile" and ".nc" may stand between the parts.
    private static bool Matches(string opcode, string wanted)
    {
        var parts = opcode.Replace(".volatile", "", StringComparison.Ordinal).Replace(".relaxed.gpu", "", StringComparison.Ordinal);
        return wanted[0] == '.' ? parts.Contains(wanted, StringComparison.Ordinal) : parts.StartsWith(wanted, StringComparison.Ordinal);
    }

    private static KernelCounters Run(string body, int grid = 1, int block = 32, string before = "")
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { CountEvents = true });
        var kernel = Cuda.Load(gpu, Source(body, before));
        kernel.Launch(grid, block, 0, gpu.Upload<float>(new float[1024]), gpu.Upload<float>(new float[2048]), 4);
        return gpu.LastProfile!.Counters;
    }

    private static string Source(string body, string before)
        => $"{before} extern \"C\" __global__ void f(float* y, const float* x, int n) {{ int t = threadIdx.x, i = blockIdx.x * blockDim.x + t; {body} }}";
}
