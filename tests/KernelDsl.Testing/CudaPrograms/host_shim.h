// Plays one block of a CUDA program with a thread for each of its threads. For checks of programs and of what they should compute.
#include <atomic>
#include <barrier>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>
#define KDSL_HOST
#define __global__
#define __device__
#define __forceinline__ inline
#define __align__(n) __attribute__((aligned(n)))
#define __shared__ static
struct Index { int x, y, z; };
static thread_local Index threadIdx, blockIdx;
static Index blockDim, gridDim;
static std::unique_ptr<std::barrier<>> block_barrier;
static std::vector<std::unique_ptr<std::barrier<>>> warp_barriers;
static float exchange[1024];
static int own_thread() { return (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x; }
static void __syncthreads() { block_barrier->arrive_and_wait(); }
static void __syncwarp() { warp_barriers[own_thread() / 32]->arrive_and_wait(); }
static void __threadfence() {}
static float __shfl_xor_sync(unsigned, float value, int distance)
{
    int thread = own_thread();
    exchange[thread] = value;
    warp_barriers[thread / 32]->arrive_and_wait();
    float result = exchange[thread / 32 * 32 + ((thread % 32) ^ distance)];
    warp_barriers[thread / 32]->arrive_and_wait();
    return result;
}
static int __shfl_up_sync(unsigned, int value, int distance)
{
    int thread = own_thread();
    static int given[1024];
    given[thread] = value;
    warp_barriers[thread / 32]->arrive_and_wait();
    int result = given[thread % 32 >= distance ? thread - distance : thread];
    warp_barriers[thread / 32]->arrive_and_wait();
    return result;
}
template <typename T> static T atomicAdd(T* place, T value) { return std::atomic_ref<T>(*place).fetch_add(value); }
static void copy16(float* to, const float* from) { std::memcpy(to, from, 16); }
static void commit() {}
static void wait_all_but_one() {}
static void wait_all() {}
int cells[16384];
template <typename Body> static void run(Index grid, Index block, Body body)
{
    int threads = block.x * block.y * block.z;
    gridDim = grid;
    blockDim = block;
    for (int b = 0; b < grid.x * grid.y * grid.z; b++)
    {
        block_barrier = std::make_unique<std::barrier<>>(threads);
        warp_barriers.clear();
        for (int w = 0; w * 32 < threads; w++) warp_barriers.push_back(std::make_unique<std::barrier<>>(std::min(32, threads - w * 32)));
        std::vector<std::thread> running;
        for (int t = 0; t < threads; t++)
        {
            running.emplace_back([=] {
                threadIdx = {t % block.x, t / block.x % block.y, t / block.x / block.y};
                blockIdx = {b % grid.x, b / grid.x % grid.y, b / grid.x / grid.y};
                body();
            });
        }
        for (auto& thread : running) thread.join();
    }
}
