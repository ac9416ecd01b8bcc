// Matrix product by tiles of 16 x 16 in shared memory, for any sizes.
extern "C" __global__ void matmul_tiled(const float* a, const float* b, float* c, int m, int n, int k)
{
    __shared__ float as[16][17];
    __shared__ float bs[16][16];
    int x = threadIdx.x;
    int y = threadIdx.y;
    int row = blockIdx.y * 16 + y;
    int column = blockIdx.x * 16 + x;
    float sum = 0.0f;
    for (int start = 0; start < k; start += 16)
    {
        as[y][x] = row < m && start + x < k ? a[row * k + start + x] : 0.0f;
        bs[y][x] = start + y < k && column < n ? b[(start + y) * n + column] : 0.0f;
        __syncthreads();
        for (int i = 0; i < 16; i++)
        {
            sum += as[y][i] * bs[i][x];
        }
        __syncthreads();
    }
    if (row < m && column < n)
    {
        c[row * n + column] = sum;
    }
}
