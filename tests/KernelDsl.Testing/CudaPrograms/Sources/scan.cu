// Running sums within each block of 256, in dynamic shared memory with two buffers of 256 words.
extern __shared__ int cells[];

extern "C" __global__ void scan(const int* x, int* y, int n)
{
    int thread = threadIdx.x;
    int i = blockIdx.x * 256 + thread;
    int from = 0;
    cells[thread] = i < n ? x[i] : 0;
    __syncthreads();
    for (int step = 1; step < 256; step *= 2)
    {
        int value = cells[from + thread];
        if (thread >= step)
        {
            value += cells[from + thread - step];
        }
        from = 256 - from;
        cells[from + thread] = value;
        __syncthreads();
    }
    if (i < n)
    {
        y[i] = cells[from + thread];
    }
}
