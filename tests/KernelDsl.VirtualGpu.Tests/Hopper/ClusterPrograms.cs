namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>Blocks of a cluster that reach each other's shared memory.</summary>
internal static class ClusterPrograms
{
    private static void Launch(VirtualKernel kernel, Dim3 grid, Dim3 block, uint cluster, params ReadOnlySpan<object> arguments)
        => kernel.Launch(grid, block, new VirtualLaunchOptions { Cluster = new Dim3(cluster) }, arguments);

    /// <summary>Every block counts its part of the values; block 0 of each cluster adds the counts of all.</summary>
    public static readonly HopperProgram Histogram = new("histogram in distributed shared memory", """
        extern "C" __global__ void f(int* out, const int* in, int n) {
            __shared__ u32 bins[32];
            int t = threadIdx.x, r = rank(), cluster = blockIdx.x / 4;
            if (t < 32) bins[t] = 0;
            __syncthreads();
            for (int k = t; k < n; k += blockDim.x) atomicAdd(&bins[in[blockIdx.x * n + k]], 1u);
            cluster_sync();
            if (r == 0 && t < 32) {
                u32 sum = 0;
                for (int other = 0; other < 4; other++) sum += load_remote(map(&bins[t], other));
                out[cluster * 32 + t] = sum;
            }
            cluster_arrive(); cluster_wait();
        }
        """,
        (gpu, kernel) =>
        {
            var random = new Random(5);
            var values = Enumerable.Range(0, 8 * 100).Select(_ => random.Next(32)).ToArray();
            var result = gpu.Allocate(64 * 4, "out");
            Launch(kernel, 8, 64, 4, result, gpu.Upload<int>(values, "in"), 100);
            Assert.Equal(Enumerable.Range(0, 64).Select(k => values.Skip(k / 32 * 400).Take(400).Count(v => v == k % 32)), gpu.Download<int>(result, 64));
        },
        new("no barrier before the sums", "cluster_sync();", "__syncthreads();", FindingKind.Race, FindingKind.Uninitialised, FindingKind.Synchronisation, FindingKind.UseAfterFree),
        new("no barrier at the end", "cluster_arrive(); cluster_wait();", "", FindingKind.UseAfterFree),
        new("a relaxed arrival", "cluster_sync();", "asm volatile(\"barrier.cluster.arrive.relaxed.aligned;\" ::: \"memory\"); cluster_wait();", FindingKind.Race),
        new("an arrival without a wait", "cluster_sync();", "cluster_arrive();", FindingKind.Synchronisation, FindingKind.Race, FindingKind.Uninitialised),
        new("a wait without an arrival", "cluster_sync();", "cluster_wait();", FindingKind.Synchronisation),
        new("only a part of a warp arrives", "cluster_sync();", "if (t < 16) cluster_sync();", FindingKind.Synchronisation, FindingKind.Race),
        new("a block that does not exist", "map(&bins[t], other)", "map(&bins[t], other + 1)", FindingKind.Undefined),
        new("an address of another block read as of the own", "load_remote(map(&bins[t], other))", "load_own(map(&bins[t], other))", FindingKind.OutOfBounds),
        new("over the end of another block's memory", "map(&bins[t], other)", "map(&bins[t], other) + 4", FindingKind.OutOfBounds));

    /// <summary>Every block writes into the memory of its neighbour.</summary>
    public static readonly HopperProgram Exchange = new("exchange", """
        extern "C" __global__ void f(int* out, const int* in) {
            __shared__ u32 box[64];
            int t = threadIdx.x, r = rank();
            cluster_sync();
            for (int k = 0; k < 3; k++) {
                store_remote(map(&box[t], (r + 1) % 4), in[blockIdx.x * 64 + t] + k);
                cluster_sync();
                out[(k * gridDim.x + blockIdx.x) * 64 + t] = box[63 - t];
                cluster_sync();
            }
        }
        """,
        (gpu, kernel) =>
        {
            var values = Enumerable.Range(0, 8 * 64).Select(k => k * 7).ToArray();
            var result = gpu.Allocate(3 * values.Length * 4, "out");
            Launch(kernel, 8, 64, 4, result, gpu.Upload<int>(values, "in"));
            Assert.Equal(
                Enumerable.Range(0, 3 * 512).Select(at => values[((at / 64 % 8 / 4 * 4) + ((at / 64 % 4) + 3) % 4) * 64 + 63 - (at % 64)] + (at / 512)), gpu.Download<int>(result, 3 * 512));
        },
        new("a barrier of the block instead", "cluster_sync();\n        out", "__syncthreads();\n        out", FindingKind.Race, FindingKind.Uninitialised),
        new("no barrier before the next round", "box[63 - t];\n        cluster_sync();", "box[63 - t];", FindingKind.Race, FindingKind.UseAfterFree),
        new("all to one place", "map(&box[t], (r + 1) % 4)", "map(&box[t], 0)", FindingKind.Race, FindingKind.Uninitialised));

    /// <summary>Each of two blocks loads half of a row and sends it to both.</summary>
    public static readonly HopperProgram Multicast = new("multicast", """
        extern "C" __global__ void f(int* out, const int* in, const __grid_constant__ TensorMap m, int rounds) {
            __shared__ __align__(128) int tile[2][2][64];
            __shared__ u64 full[2], empty[2];
            int t = threadIdx.x, r = rank();
            if (t == 0) {
                for (int s = 0; s < 2; s++) { bar_init(&full[s], 1); bar_init(&empty[s], 2); }
                fence_init();
            }
            cluster_sync();
            for (int k = 0; k < rounds; k++) {
                int s = k % 2;
                if (t == 0) {
                    wait(&empty[s], (k / 2 & 1) ^ 1);
                    arrive_expect(&full[s], 2 * 64 * 4);
                    asm volatile("cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1, {%2, %3}], [%4], %5;"
                        :: "r"(at(tile[s][r])), "l"(&m), "r"(r * 64), "r"(k), "r"(at(&full[s])), "h"((u16)3) : "memory");
                }
                wait(&full[s], k / 2 & 1);
                out[(blockIdx.x * rounds + k) * 128 + t] = tile[s][t / 64][t % 64];
                __syncthreads();
                if (t < 2) arrive_remote(map(&empty[s], t));
            }
            cluster_sync();
        }
        """,
        (gpu, kernel) =>
        {
            const int Rounds = 7;
            var values = Enumerable.Range(0, Rounds * 128).Select(k => k * 5).ToArray();
            var source = gpu.Upload<int>(values, "in");
            var map = TensorMap.EncodeTiled(TensorMapDataType.Int32, source, [128, Rounds], [512], [64, 1]);
            var result = gpu.Allocate(4 * values.Length * 4, "out");
            Launch(kernel, 4, 128, 2, result, source, map, Rounds);
            Assert.Equal(Enumerable.Range(0, 4).SelectMany(_ => values), gpu.Download<int>(result, 4 * values.Length));
        },
        new("only the own half is expected", "arrive_expect(&full[s], 2 * 64 * 4);", "arrive_expect(&full[s], 64 * 4);", FindingKind.Uninitialised, FindingKind.AsyncNotWaited, FindingKind.Synchronisation, FindingKind.Deadlock),
        new("a barrier of the block at the start", "fence_init();\n    }\n    cluster_sync();", "fence_init();\n    }\n    __syncthreads();", FindingKind.Race, FindingKind.Synchronisation, FindingKind.ProxyFence),
        new("no fence behind the initialisation", "fence_init();", "", FindingKind.ProxyFence),
        new("room in the own block only", "bar_init(&empty[s], 2)", "bar_init(&empty[s], 1)", FindingKind.Race, FindingKind.AsyncNotWaited, FindingKind.Synchronisation, FindingKind.Deadlock),
        new("no arrival at the other block", "if (t < 2) arrive_remote(map(&empty[s], t));", "if (t < 1) arrive_remote(map(&empty[s], r));", FindingKind.Deadlock),
        new("a block that does not exist", "(u16)3", "(u16)7", FindingKind.Undefined),
        new("only to the own block", "(u16)3", "(u16)(1 << r)", FindingKind.Deadlock),
        new("no barrier at the end", "}\n    cluster_sync();\n}", "}\n}", FindingKind.UseAfterFree));

    /// <summary>Stores to the next block that its barrier counts.</summary>
    public static readonly HopperProgram RemoteStores = new("stores that a barrier counts", """
        extern "C" __global__ void f(int* out, const int* in) {
            __shared__ __align__(16) u32 box[128];
            __shared__ u64 b;
            int t = threadIdx.x, r = rank();
            if (t == 0) { bar_init(&b, 1); fence_init(); arrive_expect(&b, 128 * 4); }
            cluster_sync();
            u32 next = (r + 1) % 3, v = in[blockIdx.x * 64 + t];
            asm volatile("st.async.shared::cluster.mbarrier::complete_tx::bytes.v2.b32 [%0], {%1, %2}, [%3];" :: "r"(map(&box[2 * t], next)), "r"(v), "r"(v + 1), "r"(map(&b, next)) : "memory");
            wait(&b, 0);
            out[blockIdx.x * 128 + t] = box[t];
            out[blockIdx.x * 128 + 64 + t] = box[64 + t];
            cluster_sync();
        }
        """,
        (gpu, kernel) =>
        {
            var values = Enumerable.Range(0, 3 * 64).Select(k => k * 10).ToArray();
            var result = gpu.Allocate(values.Length * 8, "out");
            Launch(kernel, 3, 64, 3, result, gpu.Upload<int>(values, "in"));
            Assert.Equal(Enumerable.Range(0, 384).Select(k => values[((k / 128) + 2) % 3 * 64 + (k % 128 / 2)] + (k % 2)), gpu.Download<int>(result, 384));
        },
        new("no wait", "wait(&b, 0);", "", FindingKind.AsyncNotWaited, FindingKind.Uninitialised),
        new("fewer bytes expected", "arrive_expect(&b, 128 * 4);", "arrive_expect(&b, 127 * 4);", FindingKind.Deadlock),
        new("the barrier of another block", "\"r\"(map(&b, next))", "\"r\"(map(&b, r))", FindingKind.Undefined),
        new("no barrier of the cluster at the start", "cluster_sync();\n    u32", "__syncthreads();\n    u32", FindingKind.Race, FindingKind.Synchronisation),
        new("a place that is not aligned", "map(&box[2 * t], next)", "map(&box[2 * t], next) + 4", FindingKind.Misaligned));

    /// <summary>Bulk copies and reductions between the blocks of a cluster.</summary>
    public static readonly HopperProgram BulkBetweenBlocks = new("bulk copies between blocks", """
        extern "C" __global__ void f(int* out, const int* in) {
            __shared__ __align__(16) int mine[64], theirs[64], sum[64];
            __shared__ u64 b;
            int t = threadIdx.x, r = rank();
            if (t == 0) { bar_init(&b, 1); fence_init(); arrive_expect(&b, 3 * 256); }
            mine[t] = in[blockIdx.x * 64 + t];
            sum[t] = 1000;
            fence_async();
            cluster_sync();
            if (t == 0) {
                asm volatile("cp.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes [%0], [%1], 256, [%2];" :: "r"(map(theirs, r ^ 1)), "r"(at(mine)), "r"(map(&b, r ^ 1)) : "memory");
                for (int k = 0; k < 2; k++)
                    asm volatile("cp.reduce.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes.add.s32 [%0], [%1], 256, [%2];" :: "r"(map(sum, k)), "r"(at(mine)), "r"(map(&b, k)) : "memory");
            }
            wait(&b, 0);
            out[blockIdx.x * 128 + t] = theirs[t];
            out[blockIdx.x * 128 + 64 + t] = sum[t];
            cluster_sync();
        }
        """,
        (gpu, kernel) =>
        {
            var values = Enumerable.Range(0, 4 * 64).Select(k => k * k).ToArray();
            var result = gpu.Allocate(values.Length * 8, "out");
            Launch(kernel, 4, 64, 2, result, gpu.Upload<int>(values, "in"));
            Assert.Equal(
                Enumerable.Range(0, 512).Select(k => k % 128 < 64 ? values[((k / 128 ^ 1) * 64) + (k % 64)] : 1000 + values[(k / 256 * 128) + (k % 64)] + values[(k / 256 * 128) + 64 + (k % 64)]),
                gpu.Download<int>(result, 512));
        },
        new("no wait", "wait(&b, 0);", "", FindingKind.AsyncNotWaited, FindingKind.Uninitialised, FindingKind.Race),
        new("no proxy fence", "fence_async();", "", FindingKind.ProxyFence),
        new("no barrier before", "fence_async();\n    cluster_sync();", "fence_async();\n    __syncthreads();", FindingKind.Race, FindingKind.Synchronisation, FindingKind.Uninitialised),
        new("the source changes while it is copied", "wait(&b, 0);", "mine[t] = 0; wait(&b, 0);", FindingKind.ProxyFence, FindingKind.Race, FindingKind.AsyncNotWaited));

    public static IEnumerable<HopperProgram> All => [Histogram, Exchange, Multicast, RemoteStores, BulkBetweenBlocks];
}
