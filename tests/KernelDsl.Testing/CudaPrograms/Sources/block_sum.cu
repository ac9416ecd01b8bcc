// Sums of parts of an array: each block adds its share in shared memory, by halves.
extern "C" __global__ void block_sum(const float* x, float* sums, int n)
{
    __shared__ float part[128];
    int thread = threadIdx.x;
    float sum = 0.0f;
    for (int i = blockIdx.x * 128 + thread; i < n; i += gridDim.x * 128)
    {
        sum += x[i];
    }
    part[thread] = sum;
    __syncthreads();
    for (int half = 64; half > 0; half /= 2)
    {
        if (thread < half)
        {
            part[thread] += part[thread + half];
        }
        __syncthreads();
    }
    if (thread == 0)
    {
        sums[blockIdx.x] = part[0];
    }
}
