// Matrix product of halves into floats: four warps make 64 x 64 results with ldmatrix and mma, while cp.async brings the next tiles.
// Rows and columns are multiples of 64, the depth of 32. The rows of tiles are padded by 8 halves against bank conflicts.
__device__ __forceinline__ unsigned place(const unsigned short* shared) { return (unsigned)__cvta_generic_to_shared(shared); }
__device__ __forceinline__ void copy16(unsigned short* to, const unsigned short* from)
{
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(place(to)), "l"(from) : "memory");
}
__device__ __forceinline__ void commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
__device__ __forceinline__ void wait_all_but_one() { asm volatile("cp.async.wait_group 1;" ::: "memory"); }
__device__ __forceinline__ void wait_all() { asm volatile("cp.async.wait_group 0;" ::: "memory"); }

extern "C" __global__ void matmul_mma(const unsigned short* a, const unsigned short* b, float2* c, int m, int n, int k)
{
    __shared__ __align__(16) unsigned short as[2][64 * 40];
    __shared__ __align__(16) unsigned short bs[2][32 * 72];
    int thread = threadIdx.x;
    int lane = thread % 32;
    int row = thread / 32 / 2 * 32;
    int column = thread / 32 % 2 * 32;
    const unsigned short* from_a = a + (blockIdx.y * 64 + thread / 4) * k + thread % 4 * 8;
    const unsigned short* from_b = b + thread / 8 * n + blockIdx.x * 64 + thread % 8 * 8;
    int to_a = thread / 4 * 40 + thread % 4 * 8;
    int to_b = thread / 8 * 72 + thread % 8 * 8;
    float sum[2][4][4] = {};

    for (int half = 0; half < 2; half++)
    {
        copy16(&as[0][to_a + half * 32 * 40], from_a + half * 32 * k);
        copy16(&bs[0][to_b + half * 16 * 72], from_b + half * 16 * n);
    }
    commit();
    for (int start = 0; start < k; start += 32)
    {
        int now = start / 32 % 2;
        if (start + 32 < k)
        {
            for (int half = 0; half < 2; half++)
            {
                copy16(&as[1 - now][to_a + half * 32 * 40], from_a + half * 32 * k + start + 32);
                copy16(&bs[1 - now][to_b + half * 16 * 72], from_b + (half * 16 + start + 32) * n);
            }
            commit();
            wait_all_but_one();
        }
        else
        {
            wait_all();
        }
        __syncthreads();
        for (int step = 0; step < 32; step += 16)
        {
            unsigned fa[2][4], fb[4][2];
            for (int r = 0; r < 2; r++)
            {
                unsigned at = place(&as[now][(row + r * 16 + lane % 16) * 40 + step + lane / 16 * 8]);
                asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];" : "=r"(fa[r][0]), "=r"(fa[r][1]), "=r"(fa[r][2]), "=r"(fa[r][3]) : "r"(at) : "memory");
            }
            for (int s = 0; s < 4; s++)
            {
                unsigned at = place(&bs[now][(step + lane % 16) * 72 + column + s * 8]);
                asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];" : "=r"(fb[s][0]), "=r"(fb[s][1]) : "r"(at) : "memory");
            }
            for (int r = 0; r < 2; r++)
            {
                for (int s = 0; s < 4; s++)
                {
                    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                        : "+f"(sum[r][s][0]), "+f"(sum[r][s][1]), "+f"(sum[r][s][2]), "+f"(sum[r][s][3])
                        : "r"(fa[r][0]), "r"(fa[r][1]), "r"(fa[r][2]), "r"(fa[r][3]), "r"(fb[s][0]), "r"(fb[s][1]));
                }
            }
        }
        __syncthreads();
    }
    for (int r = 0; r < 2; r++)
    {
        for (int s = 0; s < 4; s++)
        {
            int at = ((blockIdx.y * 64 + row + r * 16 + lane / 4) * n + blockIdx.x * 64 + column + s * 8) / 2 + lane % 4;
            c[at] = make_float2(sum[r][s][0], sum[r][s][1]);
            c[at + 4 * n] = make_float2(sum[r][s][2], sum[r][s][3]);
        }
    }
}
