// One warp brings rows of 32, another adds them up, turned around: two buffers, and named barriers that say which are full and which are empty.
__device__ __forceinline__ void barrier_wait(int number) { asm volatile("bar.sync %0, 64;" ::"r"(number) : "memory"); }
__device__ __forceinline__ void barrier_arrive(int number) { asm volatile("bar.arrive %0, 64;" ::"r"(number) : "memory"); }

extern "C" __global__ void producer_consumer(const int* x, int* y, int rows)
{
    __shared__ int buffer[2][32];
    int lane = threadIdx.x % 32;
    int first = blockIdx.x * rows;
    if (threadIdx.x < 32)
    {
        for (int row = 0; row < rows; row++)
        {
            int slot = row % 2;
            if (row >= 2)
            {
                barrier_wait(3 + slot);
            }
            buffer[slot][lane] = x[(first + row) * 32 + lane];
            barrier_arrive(1 + slot);
        }
    }
    else
    {
        int sum = 0;
        for (int row = 0; row < rows; row++)
        {
            int slot = row % 2;
            barrier_wait(1 + slot);
            sum = sum * 3 + buffer[slot][31 - lane];
            if (row + 2 < rows)
            {
                barrier_arrive(3 + slot);
            }
        }
        y[blockIdx.x * 32 + lane] = sum;
    }
}
