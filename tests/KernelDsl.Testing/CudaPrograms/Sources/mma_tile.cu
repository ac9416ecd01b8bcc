// One warp multiplies 16 x 16 halves by 16 x 8 halves (b is given with its columns together) into 16 x 8 floats, with ldmatrix and mma.
extern "C" __global__ void mma_tile(const uint4* a, const uint4* b, float2* c)
{
    __shared__ __align__(16) unsigned short as[16 * 24];
    __shared__ __align__(16) unsigned short bs[8 * 24];
    int lane = threadIdx.x;
    *(uint4*)&as[lane / 2 * 24 + lane % 2 * 8] = a[lane];
    if (lane < 16)
    {
        *(uint4*)&bs[lane / 2 * 24 + lane % 2 * 8] = b[lane];
    }
    __syncwarp();
    unsigned a_row = (unsigned)__cvta_generic_to_shared(&as[lane % 16 * 24 + lane / 16 * 8]);
    unsigned b_row = (unsigned)__cvta_generic_to_shared(&bs[lane % 8 * 24 + lane / 8 % 2 * 8]);
    unsigned a0, a1, a2, a3, b0, b1;
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];" : "=r"(a0), "=r"(a1), "=r"(a2), "=r"(a3) : "r"(a_row));
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];" : "=r"(b0), "=r"(b1) : "r"(b_row));
    float c0 = 0.0f, c1 = 0.0f, c2 = 0.0f, c3 = 0.0f;
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c0), "+f"(c1), "+f"(c2), "+f"(c3) : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
    c[lane / 4 * 4 + lane % 4] = make_float2(c0, c1);
    c[(lane / 4 + 8) * 4 + lane % 4] = make_float2(c2, c3);
}
