// Counts values 0 to 15: each block in shared memory, then all blocks into one table.
extern "C" __global__ void histogram(const int* x, int* counts, int n)
{
    __shared__ int own[16];
    int thread = threadIdx.x;
    if (thread < 16)
    {
        own[thread] = 0;
    }
    __syncthreads();
    for (int i = blockIdx.x * 96 + thread; i < n; i += gridDim.x * 96)
    {
        atomicAdd(&own[x[i]], 1);
    }
    __syncthreads();
    if (thread < 16)
    {
        atomicAdd(&counts[thread], own[thread]);
    }
}
