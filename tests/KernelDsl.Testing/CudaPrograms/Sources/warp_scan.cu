// Running sums within each block, of up to 32 warps: shuffles within a warp, then the sums of the warps before.
extern "C" __global__ void warp_scan(const int* x, int* y, int n)
{
    __shared__ int totals[32];
    int thread = threadIdx.x;
    int lane = thread % 32;
    int warp = thread / 32;
    int i = blockIdx.x * blockDim.x + thread;
    int value = i < n ? x[i] : 0;
    for (int distance = 1; distance < 32; distance *= 2)
    {
        int before = __shfl_up_sync(0xffffffffu, value, distance);
        if (lane >= distance)
        {
            value += before;
        }
    }
    if (lane == 31)
    {
        totals[warp] = value;
    }
    __syncthreads();
    for (int w = 0; w < warp; w++)
    {
        value += totals[w];
    }
    if (i < n)
    {
        y[i] = value;
    }
}
