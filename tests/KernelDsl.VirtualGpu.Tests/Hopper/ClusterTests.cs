namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>Sizes and numbers of clusters, addresses of other blocks, and launches whose blocks wait for each other.</summary>
public sealed class ClusterTests
{
    private static VirtualLaunchOptions Clusters(uint x, uint y = 1, uint z = 1) => new() { Cluster = new Dim3(x, y, z) };

    [SkippableFact]
    public void Special_registers_tell_the_place_in_the_cluster()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90" });
        string[] names =
        [
            "clusterid.x", "clusterid.y", "clusterid.z", "nclusterid.x", "nclusterid.y", "nclusterid.z", "cluster_ctaid.x", "cluster_ctaid.y", "cluster_ctaid.z",
            "cluster_nctaid.x", "cluster_nctaid.y", "cluster_nctaid.z", "cluster_ctarank", "cluster_nctarank",
        ];
        var reads = string.Concat(names.Select((name, k) => $"asm volatile(\"mov.u32 %0, %%{name};\" : \"=r\"(v)); out[b * 16 + {k}] = v;\n"));
        var kernel = Cuda.Load(gpu, "extern \"C\" __global__ void f(int* out) { int b = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z); unsigned v;\n" + reads
            + "asm volatile(\"{ .reg .pred p; mov.pred p, %%is_explicit_cluster; selp.u32 %0, 1, 0, p; }\" : \"=r\"(v)); out[b * 16 + 14] = v; out[b * 16 + 15] = 0; }");
        var result = gpu.Allocate(24 * 64, "out");
        kernel.Launch((4, 3, 2), 1, Clusters(2, 3), result);
        var values = gpu.Download<int>(result, 24 * 16);
        for (var b = 0; b < 24; b++)
        {
            var (x, y, z) = (b % 4, b / 4 % 3, b / 12);
            Assert.Equal([x / 2, y / 3, z, 2, 1, 2, x % 2, y % 3, 0, 2, 3, 1, (x % 2) + (2 * (y % 3)), 6, 1, 0], values.Skip(b * 16).Take(16));
        }
    }

    [SkippableFact]
    public void Clusters_of_the_text_are_launched_and_others_refused()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90" });
        var kernel = Cuda.Load(gpu, HopperCode.Prelude + "extern \"C\" __global__ void __cluster_dims__(2, 1, 1) f(int* out) { out[blockIdx.x] = rank(); }");
        var result = gpu.Allocate(16, "out");
        kernel.Launch(4, 1, 0, result);
        Assert.Equal([0, 1, 0, 1], gpu.Download<int>(result, 4));
        Assert.Throws<ArgumentException>(() => kernel.Launch(4, 1, Clusters(4), result));
        Assert.Throws<ArgumentException>(() => kernel.Launch(3, 1, 0, result));
    }

    [SkippableFact]
    public void Clusters_that_do_not_fit_are_refused()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90" });
        var kernel = Cuda.Load(gpu, "extern \"C\" __global__ void f(int* out) { out[blockIdx.x] = 1; }");
        Assert.Throws<ArgumentException>(() => kernel.Launch(16, 1, Clusters(16), gpu.Allocate(64)));
        Assert.Throws<ArgumentException>(() => kernel.Launch(6, 1, Clusters(4), gpu.Allocate(64)));
        using var old = new VirtualGpu();
        Assert.Throws<ArgumentException>(() => Cuda.Load(old, "extern \"C\" __global__ void f(int* out) { out[blockIdx.x] = 1; }").Launch(2, 1, Clusters(2), old.Allocate(64)));
    }

    [SkippableFact]
    public void Addresses_of_other_blocks_work_in_all_forms()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90" });
        var kernel = Cuda.Load(gpu, HopperCode.Prelude + """
            extern "C" __global__ void f(int* out) {
                __shared__ int word[4];
                int r = rank();
                if (threadIdx.x < 4) word[threadIdx.x] = 100 * r + threadIdx.x;
                cluster_sync();
                if (threadIdx.x == 0) {
                    int* there; u32 o, q, own, any, global;
                    asm volatile("mapa.u64 %0, %1, %2;" : "=l"(there) : "l"(word), "r"(r ^ 1));
                    asm volatile("getctarank.u64 %0, %1;" : "=r"(o) : "l"(there));
                    asm volatile("getctarank.shared::cluster.u32 %0, %1;" : "=r"(q) : "r"(at(word)));
                    asm volatile("{ .reg .pred p; isspacep.shared::cta p, %1; selp.u32 %0, 1, 0, p; }" : "=r"(own) : "l"(there));
                    asm volatile("{ .reg .pred p; isspacep.shared::cluster p, %1; selp.u32 %0, 1, 0, p; }" : "=r"(any) : "l"(there));
                    asm volatile("{ .reg .pred p; isspacep.global p, %1; selp.u32 %0, 1, 0, p; }" : "=r"(global) : "l"(there));
                    out[r * 8] = there[1]; out[r * 8 + 1] = o; out[r * 8 + 2] = q; out[r * 8 + 3] = own; out[r * 8 + 4] = any; out[r * 8 + 5] = global;
                    out[r * 8 + 6] = atomicAdd(there + 2, 5);
                    asm volatile("red.relaxed.cluster.shared::cluster.add.u32 [%0], 7;" :: "r"(map(word + 3, r ^ 1)) : "memory");
                }
                cluster_sync();
                if (threadIdx.x == 0) out[r * 8 + 7] = 1000 * word[2] + word[3];
            }
            """);
        for (var seed = 0; seed < 3; seed++)
        {
            var result = gpu.Allocate(64, "out");
            kernel.Launch(2, 32, Clusters(2), result);
            Assert.Equal([101, 1, 0, 0, 1, 0, 102, 7010, 1, 0, 1, 0, 1, 0, 2, 107110], gpu.Download<int>(result, 16));
        }
    }

    [SkippableFact]
    public void Reductions_that_a_barrier_counts_add_up()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90", Seed = seed });
            var kernel = Cuda.Load(gpu, HopperCode.Prelude + """
                extern "C" __global__ void f(int* out) {
                    __shared__ u32 sum; __shared__ u64 b;
                    int t = threadIdx.x;
                    if (t == 0) { sum = 0; bar_init(&b, 1); fence_init(); arrive_expect(&b, 4 * 32 * 4); }
                    cluster_sync();
                    asm volatile("red.async.relaxed.cluster.shared::cluster.mbarrier::complete_tx::bytes.add.u32 [%0], %1, [%2];" :: "r"(map(&sum, t % 4)), "r"(t), "r"(map(&b, t % 4)) : "memory");
                    wait(&b, 0);
                    if (t == 0) out[rank()] = sum;
                    cluster_sync();
                }
                """);
            var result = gpu.Allocate(16, "out");
            kernel.Launch(4, 128, Clusters(4), result);
            Assert.Equal(Enumerable.Range(0, 4).Select(r => 4 * Enumerable.Range(0, 32).Sum(k => (4 * k) + r)), gpu.Download<int>(result, 4));
        }
    }

    private const string GridBarrier = """
        __device__ void grid_sync(unsigned* counter, unsigned round) {
            __threadfence(); __syncthreads();
            if (threadIdx.x == 0) {
                atomicAdd(counter, 1u);
                while (*(volatile unsigned*)counter < gridDim.x * round) __nanosleep(20);
                __threadfence();
            }
            __syncthreads();
        }
        extern "C" __global__ void f(int* a, int* b, unsigned* counter, int rounds) {
            int n = gridDim.x * blockDim.x, i = blockIdx.x * blockDim.x + threadIdx.x;
            for (int k = 0; k < rounds; k++) {
                int* from = k % 2 ? b : a; int* to = k % 2 ? a : b;
                to[i] = from[(i + 1) % n] + 1;
                grid_sync(counter, k + 1);
            }
        }
        """;

    [SkippableTheory]
    [InlineData(128, true)]
    [InlineData(300, false)]
    public void Blocks_that_wait_for_each_other_go_on(int blocks, bool isCooperative)
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90", Workers = 2, InstructionBudget = 400_000_000 });
        var kernel = Cuda.Load(gpu, GridBarrier);
        var n = blocks * 32;
        var a = gpu.Upload<int>(Enumerable.Range(0, n).ToArray(), "a");
        var b = gpu.Allocate(n * 4, "b");
        kernel.Launch(blocks, 32, new VirtualLaunchOptions { IsCooperative = isCooperative }, a, b, gpu.Upload<uint>([0], "counter"), 5);
        Assert.Equal(Enumerable.Range(0, n).Select(i => ((i + 5) % n) + 5), gpu.Download<int>(b, n));
    }

    [SkippableTheory]
    [InlineData(128, 0, 32, true)]
    [InlineData(129, 0, 32, false)]
    [InlineData(8, 0, 1024, true)]
    [InlineData(9, 0, 1024, false)]
    [InlineData(8, 100 * 1024, 64, true)]
    [InlineData(12, 100 * 1024, 64, false)]
    public void Cooperative_grid_must_fit_the_device(int blocks, int shared, int threads, bool fits)
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90", MultiprocessorCount = 4 });
        var kernel = Cuda.Load(gpu, "extern \"C\" __global__ void f(int* out) { extern __shared__ int s[]; if (threadIdx.x == 0) out[blockIdx.x] = 1; }");
        var options = new VirtualLaunchOptions { IsCooperative = true, SharedBytes = shared };
        var result = gpu.Allocate(1024);
        if (fits)
        {
            kernel.Launch(blocks, threads, options, result);
            Assert.Equal(Enumerable.Repeat(1, blocks), gpu.Download<int>(result, blocks));
        }
        else
        {
            Assert.Contains("cooperative", Assert.Throws<ArgumentException>(() => kernel.Launch(blocks, threads, options, result)).Message, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void Clocks_go_on_while_a_thread_sleeps()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90", InstructionBudget = 1_000_000 });
        var kernel = Cuda.Load(gpu, """
            extern "C" __global__ void f(unsigned long long* out) {
                unsigned long long start, now; long long c = clock64();
                asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(start));
                do { __nanosleep(1000); asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(now)); } while (now - start < 1000000);
                out[0] = now - start; out[1] = clock64() - c;
            }
            """);
        var result = gpu.Allocate(16, "out");
        kernel.Launch(1, 1, 0, result);
        Assert.All(gpu.Download<long>(result, 2), passed => Assert.InRange(passed, 1_000_000, 2_000_000));
    }

    [SkippableFact]
    public void Elected_lane_is_one_of_the_members()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90" });
        var kernel = Cuda.Load(gpu, """
            extern "C" __global__ void f(int* out) {
                unsigned lane, is;
                if (threadIdx.x >= 8) {
                    asm volatile("{ .reg .pred p; elect.sync %0|p, 0xffffff00; selp.u32 %1, 1, 0, p; }" : "=r"(lane), "=r"(is));
                    out[threadIdx.x] = lane * 2 + is;
                } else out[threadIdx.x] = -1;
            }
            """);
        var result = gpu.Allocate(128, "out");
        kernel.Launch(1, 32, 0, result);
        Assert.Equal(Enumerable.Range(0, 32).Select(t => t < 8 ? -1 : t == 8 ? 17 : 16), gpu.Download<int>(result, 32));
    }
}
