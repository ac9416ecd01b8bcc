// Matrix product in which the next tiles are copied while the present ones are multiplied: cp.async with two buffers.
// Sizes are multiples of 32; a block of 16 x 16 threads makes 32 x 32 results.
#ifndef KDSL_HOST
__device__ __forceinline__ void copy16(float* to, const float* from)
{
    unsigned place = (unsigned)__cvta_generic_to_shared(to);
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(place), "l"(from) : "memory");
}
__device__ __forceinline__ void commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
__device__ __forceinline__ void wait_all_but_one() { asm volatile("cp.async.wait_group 1;" ::: "memory"); }
__device__ __forceinline__ void wait_all() { asm volatile("cp.async.wait_group 0;" ::: "memory"); }
#endif

extern "C" __global__ void matmul_async(const float* a, const float* b, float* c, int m, int n, int k)
{
    __shared__ __align__(16) float as[2][32 * 36];
    __shared__ __align__(16) float bs[2][32 * 32];
    int x = threadIdx.x;
    int y = threadIdx.y;
    int thread = y * 16 + x;
    int copy_row = thread / 8;
    int copy_column = thread % 8 * 4;
    const float* from_a = a + (blockIdx.y * 32 + copy_row) * k + copy_column;
    const float* from_b = b + copy_row * n + blockIdx.x * 32 + copy_column;
    float sum[2][2] = {};

    copy16(&as[0][copy_row * 36 + copy_column], from_a);
    copy16(&bs[0][copy_row * 32 + copy_column], from_b);
    commit();
    for (int start = 0; start < k; start += 32)
    {
        int now = start / 32 % 2;
        if (start + 32 < k)
        {
            copy16(&as[1 - now][copy_row * 36 + copy_column], from_a + start + 32);
            copy16(&bs[1 - now][copy_row * 32 + copy_column], from_b + (start + 32) * n);
            commit();
            wait_all_but_one();
        }
        else
        {
            wait_all();
        }
        __syncthreads();
        for (int i = 0; i < 32; i++)
        {
            for (int r = 0; r < 2; r++)
            {
                for (int s = 0; s < 2; s++)
                {
                    sum[r][s] += as[now][(y + 16 * r) * 36 + i] * bs[now][i * 32 + x + 16 * s];
                }
            }
        }
        __syncthreads();
    }
    for (int r = 0; r < 2; r++)
    {
        for (int s = 0; s < 2; s++)
        {
            c[(blockIdx.y * 32 + y + 16 * r) * n + blockIdx.x * 32 + x + 16 * s] = sum[r][s];
        }
    }
}
