namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>Warps with different work: a producer that gives up registers, consumers that multiply with one group of products under way.</summary>
internal static class SpecialisedPrograms
{
    private static readonly ProductCode s_code = new("bf16", "bf16", "f32", 32);

    public static readonly HopperProgram Gemm = new("producer and consumers", s_code.Function() + """
        #define STAGES 3
        extern "C" __global__ void __launch_bounds__(384, 1) f(float* out, const __grid_constant__ TensorMap ma, const __grid_constant__ TensorMap mb, const __grid_constant__ TensorMap mc, int blocks) {
            extern __shared__ __align__(1024) unsigned char memory[];
            __shared__ u64 full[STAGES], empty[STAGES];
            unsigned char* a = memory; unsigned char* b = memory + STAGES * 128 * 128; float* c = (float*)(b + STAGES * 32 * 128);
            int t = threadIdx.x, group = t / 128;
            if (t == 0) { for (int s = 0; s < STAGES; s++) { bar_init(&full[s], 1); bar_init(&empty[s], 2); } fence_init(); }
            __syncthreads();
            if (group == 0) {
                asm volatile("setmaxnreg.dec.sync.aligned.u32 40;");
                if (t == 0)
                    for (int k = 0; k < blocks; k++) {
                        int s = k % STAGES;
                        wait(&empty[s], (k / STAGES & 1) ^ 1);
                        arrive_expect(&full[s], (128 + 32) * 128);
                        tile_load(a + s * 128 * 128, &ma, k * 64, 0, &full[s]);
                        tile_load(b + s * 32 * 128, &mb, k * 64, 0, &full[s]);
                    }
            } else {
                asm volatile("setmaxnreg.inc.sync.aligned.u32 232;");
                float d[16];
                for (int k = 0; k < 16; k++) d[k] = 0;
                for (int k = 0; k < blocks; k++) {
                    int s = k % STAGES;
                    wait(&full[s], k / STAGES & 1);
                    product_fence();
                    #pragma unroll
                    for (int i = 0; i < 4; i++) product(d, descriptor(a + s * 128 * 128 + (group - 1) * 64 * 128 + i * 32, 16, 1024, 1), descriptor(b + s * 32 * 128 + i * 32, 16, 1024, 1), 1);
                    product_commit();
                    product_wait(1);
                    if (k > 0 && t % 128 == 0) arrive(&empty[(k - 1) % STAGES]);
                }
                product_wait(0);
                int row = t / 32 % 4 * 16 + t % 32 / 4 + (group - 1) * 64, column = t % 4 * 2;
                for (int j = 0; j < 4; j++) for (int i = 0; i < 4; i++) c[(row + i / 2 * 8) * 32 + 8 * j + column + i % 2] = d[4 * j + i];
                fence_async();
                asm volatile("bar.sync 1, 256;" ::: "memory");
                if (t == 128) { tile_store(&mc, 0, 0, c); bulk_commit(); bulk_wait_read(0); }
            }
        }
        """,
        (gpu, kernel) =>
        {
            const int Blocks = 5;
            const int Depth = Blocks * 64;
            var a = ProductCode.Random(7, 128 * Depth, "bf16");
            var b = ProductCode.Random(8, 32 * Depth, "bf16");
            TensorMap Map(int[] values, uint rows) => TensorMap.EncodeTiled(
                TensorMapDataType.BFloat16, gpu.Upload<byte>(ProductCode.Bytes(values, "bf16"), "in"), [Depth, rows], [Depth * 2], [64, rows], swizzle: TensorMapSwizzle.Bytes128);
            var result = gpu.Allocate(128 * 32 * 4, "out");
            var mc = TensorMap.EncodeTiled(TensorMapDataType.Float32, result, [32, 128], [128], [32, 128]);
            kernel.Launch(1, 384, 3 * 160 * 128 + 128 * 32 * 4, result, Map(a, 128), Map(b, 32), mc, Blocks);
            Assert.Equal(
                Enumerable.Range(0, 4096).Select(at => Enumerable.Range(0, Depth).Sum(k => a[(at / 32 * Depth) + k] * b[(at % 32 * Depth) + k])),
                gpu.Download<float>(result, 4096).Select(v => (int)v));
        },
        new("room while a product reads", "if (k > 0 && t % 128 == 0) arrive(&empty[(k - 1) % STAGES]);", "if (t % 128 == 0) arrive(&empty[k % STAGES]);", FindingKind.Race, FindingKind.AsyncNotWaited),
        new("two groups under way", "product_wait(1);", "product_wait(2);", FindingKind.Race, FindingKind.AsyncNotWaited),
        new("no wait at the end", "product_wait(0);", "", FindingKind.AsyncNotWaited),
        new("no proxy fence before the store", "fence_async();", "", FindingKind.ProxyFence),
        new("no barrier before the store", "asm volatile(\"bar.sync 1, 256;\" ::: \"memory\");", "", FindingKind.Race, FindingKind.ProxyFence, FindingKind.Uninitialised),
        new("room for one consumer", "bar_init(&empty[s], 2);", "bar_init(&empty[s], 1);", FindingKind.Race, FindingKind.AsyncNotWaited, FindingKind.Synchronisation, FindingKind.Deadlock),
        new("a warp of the group keeps its registers", "setmaxnreg.inc.sync.aligned.u32 232;\");", "setmaxnreg.inc.sync.aligned.u32 232;\"); if (t < 160) asm volatile(\"setmaxnreg.inc.sync.aligned.u32 240;\");", FindingKind.Synchronisation));

    public static IEnumerable<HopperProgram> All => [Gemm];
}
