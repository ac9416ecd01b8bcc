// Transposes a matrix by tiles of 32 x 32, with rows padded by one word against bank conflicts. A block has rows of 32 threads, as many as it likes.
extern "C" __global__ void transpose(const float* x, float* y, int rows, int columns)
{
    __shared__ float tile[32][33];
    int column = blockIdx.x * 32 + threadIdx.x;
    for (int j = threadIdx.y; j < 32; j += blockDim.y)
    {
        int row = blockIdx.y * 32 + j;
        if (row < rows && column < columns)
        {
            tile[j][threadIdx.x] = x[row * columns + column];
        }
    }
    __syncthreads();
    int target = blockIdx.y * 32 + threadIdx.x;
    for (int j = threadIdx.y; j < 32; j += blockDim.y)
    {
        int row = blockIdx.x * 32 + j;
        if (row < columns && target < rows)
        {
            y[row * rows + target] = tile[threadIdx.x][j];
        }
    }
}
