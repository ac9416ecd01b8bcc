namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>Copies by rows and tiles, with barriers in memory.</summary>
internal static class CopyPrograms
{
    private const int Rows = 96;
    private const int Columns = 40;

    /// <summary>Tiles of 16 × 32 floats through a ring of stages; every tile is doubled.</summary>
    public static readonly HopperProgram TilePipeline = new("tile pipeline", """
        #define STAGES 3
        #define ROOM_FIRST 0
        extern "C" __global__ void f(float* out, const __grid_constant__ TensorMap m, int tiles, int columns) {
            __shared__ __align__(128) float tile[STAGES][16][32];
            __shared__ u64 full[STAGES], empty[STAGES];
            int t = threadIdx.x;
            if (t == 0) {
                for (int s = 0; s < STAGES; s++) { bar_init(&full[s], 1); bar_init(&empty[s], 128); }
                fence_init();
            }
            __syncthreads();
            if (t == 128) {
                for (int k = 0; k < tiles; k++) {
                    int s = k % STAGES, round = k / STAGES;
                    wait(&empty[s], (round & 1) ^ 1);
                    arrive_expect(&full[s], 16 * 32 * 4);
                    tile_load(tile[s], &m, k % 2 * 32, k / 2 * 16, &full[s]);
                }
            } else if (t < 128) {
                for (int k = 0; k < tiles; k++) {
                    int s = k % STAGES, round = k / STAGES;
                    wait(&full[s], round & 1);
                    if (ROOM_FIRST) arrive(&empty[s]);
                    for (int e = t; e < 512; e += 128) {
                        int x = k % 2 * 32 + e % 32, y = k / 2 * 16 + e / 32;
                        if (x < columns) out[y * columns + x] = 2 * tile[s][e / 32][e % 32];
                    }
                    if (!ROOM_FIRST) arrive(&empty[s]);
                }
            }
        }
        """,
        (gpu, kernel) =>
        {
            var values = Enumerable.Range(0, Rows * Columns).Select(k => (float)k).ToArray();
            var map = TensorMap.EncodeTiled(TensorMapDataType.Float32, gpu.Upload<float>(values, "in"), [Columns, Rows], [Columns * 4], [32, 16]);
            var result = gpu.Allocate(values.Length * 4, "out");
            kernel.Launch(1, 160, 0, result, map, Rows / 16 * 2, Columns);
            Assert.Equal(values.Select(v => 2 * v), gpu.Download<float>(result, values.Length));
        },
        new("arrival without the bytes", "arrive_expect(&full[s], 16 * 32 * 4);", "arrive(&full[s]);", FindingKind.AsyncNotWaited, FindingKind.Deadlock, FindingKind.Synchronisation),
        new("too many bytes", "arrive_expect(&full[s], 16 * 32 * 4);", "arrive_expect(&full[s], 16 * 32 * 4 + 64);", FindingKind.Deadlock),
        new("too few bytes", "arrive_expect(&full[s], 16 * 32 * 4);", "arrive_expect(&full[s], 16 * 32 * 4 - 64);", FindingKind.Deadlock, FindingKind.Synchronisation),
        new("no wait for the tile", "wait(&full[s], round & 1);", "", FindingKind.AsyncNotWaited, FindingKind.Uninitialised),
        new("the other parity of the tile", "wait(&full[s], round & 1);", "wait(&full[s], round & 1 ^ 1);", FindingKind.AsyncNotWaited, FindingKind.Uninitialised, FindingKind.Deadlock),
        new("no wait for room", "wait(&empty[s], (round & 1) ^ 1);", "", FindingKind.Race, FindingKind.AsyncNotWaited, FindingKind.Synchronisation),
        new("the other parity of room", "wait(&empty[s], (round & 1) ^ 1);", "wait(&empty[s], round & 1);", FindingKind.Deadlock),
        new("no arrival at room", "if (!ROOM_FIRST) arrive(&empty[s]);", "", FindingKind.Deadlock),
        new("room before the reads", "#define ROOM_FIRST 0", "#define ROOM_FIRST 1", FindingKind.Race, FindingKind.AsyncNotWaited),
        new("arrivals of too many threads", "bar_init(&empty[s], 128);", "bar_init(&empty[s], 64);", FindingKind.Deadlock, FindingKind.Race, FindingKind.AsyncNotWaited, FindingKind.Synchronisation),
        new("no fence behind the initialisation", "fence_init();", "", FindingKind.ProxyFence),
        new("no barrier behind the initialisation", "__syncthreads();", "", FindingKind.Race, FindingKind.Synchronisation),
        new("initialised twice", "fence_init();", "bar_init(&full[0], 1); fence_init();", FindingKind.Synchronisation),
        new("never initialised", "bar_init(&full[s], 1);", "", FindingKind.Synchronisation),
        new("the barrier as an ordinary word", "if (x < columns)", "if (x < columns + (*(volatile u64*)full == 5))", FindingKind.Synchronisation));

    /// <summary>Rows into shared memory, changed there, and out again, twice through the same room.</summary>
    public static readonly HopperProgram RowsInAndOut = new("rows in and out", """
        extern "C" __global__ void f(int* out, const int* in, int n) {
            __shared__ __align__(128) int row[256];
            __shared__ u64 b;
            int t = threadIdx.x;
            if (t == 0) { bar_init(&b, 1); fence_init(); }
            __syncthreads();
            for (int k = 0; k < 2; k++) {
                int* to = out + (blockIdx.x * 2 + k) * n;
                if (t == 0) { arrive_expect(&b, n * 4); bulk_load(row, in + (blockIdx.x * 2 + k) * n, n * 4, &b); }
                poll(&b, k);
                if (t < n) row[t] += t;
                fence_async();
                __syncthreads();
                if (t == 0) { bulk_store(to, row, n * 4); bulk_commit(); bulk_wait_read(0); }
                __syncthreads();
            }
            if (t == 0) { bulk_wait(0); out[blockIdx.x * 2 * n] += 1; }
        }
        """,
        (gpu, kernel) =>
        {
            const int N = 192;
            var values = Enumerable.Range(0, 4 * N).Select(k => k * 3).ToArray();
            var result = gpu.Allocate(values.Length * 4, "out");
            kernel.Launch(2, 256, 0, result, gpu.Upload<int>(values, "in"), N);
            Assert.Equal(values.Select((v, k) => v + (k % N) + (k % (2 * N) == 0 ? 1 : 0)), gpu.Download<int>(result, values.Length));
        },
        new("no proxy fence", "fence_async();", "", FindingKind.ProxyFence),
        new("the fence before the writes", "if (t < n) row[t] += t;\n        fence_async();", "fence_async();\n        if (t < n) row[t] += t;", FindingKind.ProxyFence),
        new("no barrier before the store", "fence_async();\n        __syncthreads();", "fence_async();", FindingKind.Race, FindingKind.ProxyFence),
        new("no wait before the room is used again", "bulk_wait_read(0);", "", FindingKind.Race, FindingKind.AsyncNotWaited),
        new("no commit", "bulk_commit();", "", FindingKind.Race, FindingKind.AsyncNotWaited),
        new("no wait for the writes", "bulk_wait(0); out", "out", FindingKind.AsyncNotWaited),
        new("a size that is no multiple of 16", "arrive_expect(&b, n * 4); bulk_load(row, in + (blockIdx.x * 2 + k) * n, n * 4, &b);", "arrive_expect(&b, n * 4); bulk_load(row, in + (blockIdx.x * 2 + k) * n, n * 4 - 4, &b);", FindingKind.Misaligned),
        new("a source that is not aligned", "bulk_load(row, in + (blockIdx.x * 2 + k) * n, n * 4, &b);", "bulk_load(row, in + (blockIdx.x * 2 + k) * n + 1, n * 4, &b);", FindingKind.Misaligned),
        new("over the end of shared memory", "bulk_load(row, in", "bulk_load(row + 128, in", FindingKind.OutOfBounds),
        new("over the end of the source", "bulk_load(row, in + (blockIdx.x * 2 + k) * n", "bulk_load(row, in + (blockIdx.x * 2 + k + 1) * n", FindingKind.OutOfBounds),
        new("over the end of the result", "bulk_store(to, row", "bulk_store(to + 4 * n, row", FindingKind.OutOfBounds),
        new("a store of what nothing wrote", "bulk_store(to, row, n * 4)", "bulk_store(to, row, n * 4 + 16)", FindingKind.Uninitialised, FindingKind.OutOfBounds),
        new("exit while bytes are outstanding", "out[blockIdx.x * 2 * n] += 1;", "out[blockIdx.x * 2 * n] += 1; expect(&b, 64);", FindingKind.Synchronisation),
        new("exit while a copy is under way", "out[blockIdx.x * 2 * n] += 1;", "out[blockIdx.x * 2 * n] += 1; expect(&b, 64); bulk_load(row, in, 64, &b);", FindingKind.AsyncNotWaited, FindingKind.Synchronisation),
        new("exit while a copy reads", "bulk_wait(0); out[blockIdx.x * 2 * n] += 1;", "bulk_store(out, row, 16);", FindingKind.AsyncNotWaited, FindingKind.Race));

    public static IEnumerable<HopperProgram> All => [TilePipeline, RowsInAndOut];
}
