// Each warp turns its rows of 32 around and adds neighbours, in a part of shared memory that is its own: no barrier of the block is needed.
extern "C" __global__ void warp_rows(const int* x, int* y, int rows)
{
    __shared__ int line[4][33];
    int lane = threadIdx.x % 32;
    int warp = threadIdx.x / 32;
    for (int row = blockIdx.x * 4 + warp; row < rows; row += gridDim.x * 4)
    {
        line[warp][lane] = x[row * 32 + lane];
        __syncwarp();
        int value = line[warp][31 - lane];
        if (lane > 0)
        {
            value += line[warp][32 - lane];
        }
        __syncwarp();
        y[row * 32 + lane] = value;
    }
}
