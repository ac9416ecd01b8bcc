// Softmax of each row by one block of four warps: shuffles within a warp, shared memory between warps.
__device__ __forceinline__ float warp_max(float value)
{
    for (int distance = 16; distance > 0; distance /= 2)
    {
        value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, distance));
    }
    return value;
}

__device__ __forceinline__ float warp_sum(float value)
{
    for (int distance = 16; distance > 0; distance /= 2)
    {
        value += __shfl_xor_sync(0xffffffffu, value, distance);
    }
    return value;
}

extern "C" __global__ void softmax_rows(const float* x, float* y, int columns)
{
    __shared__ float maxima[4];
    __shared__ float sums[4];
    int thread = threadIdx.x;
    int warp = thread / 32;
    const float* row = x + blockIdx.x * columns;
    float largest = -3.0e38f;
    for (int i = thread; i < columns; i += 128)
    {
        largest = fmaxf(largest, row[i]);
    }
    largest = warp_max(largest);
    if (thread % 32 == 0)
    {
        maxima[warp] = largest;
    }
    __syncthreads();
    largest = fmaxf(fmaxf(maxima[0], maxima[1]), fmaxf(maxima[2], maxima[3]));
    float sum = 0.0f;
    for (int i = thread; i < columns; i += 128)
    {
        sum += expf(row[i] - largest);
    }
    sum = warp_sum(sum);
    if (thread % 32 == 0)
    {
        sums[warp] = sum;
    }
    __syncthreads();
    sum = sums[0] + sums[1] + sums[2] + sums[3];
    for (int i = thread; i < columns; i += 128)
    {
        y[blockIdx.x * columns + i] = expf(row[i] - largest) / sum;
    }
}
