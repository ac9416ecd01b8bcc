namespace KernelDsl.VirtualGpu.Tests.Checks;

/// <summary>Values of shared bytes that nothing wrote are reported where they decide something, and only there.</summary>
public sealed class UnwrittenValueTests
{
    // One warp; `a` has 64 ints that nothing wrote, `b` has 0, 1, 2, …; s[0..15] is written, s[16..31] is not. Rows of m (32 halves) are written up to row 8.
    private const string Setup = """
        __shared__ __align__(16) int s[32]; __shared__ __align__(16) unsigned short m[32 * 8], q[16 * 16];
        if (t < 16) s[t] = t; if (t < 8) for (int k = 0; k < 8; k++) m[t * 8 + k] = 0x3c00;
        for (int k = t; k < 256; k += 32) q[k] = 0x3c00; __syncthreads(); volatile int* v = s; unsigned pm, pq;
        asm("{ .reg .u64 x; cvta.to.shared.u64 x, %1; cvt.u32.u64 %0, x; }" : "=r"(pm) : "l"(m)); asm("{ .reg .u64 x; cvta.to.shared.u64 x, %1; cvt.u32.u64 %0, x; }" : "=r"(pq) : "l"(q));

        """;

    private const string Multiply = """
        unsigned a0, a1, a2, a3, b0, b1; float c0 = 0, c1 = 0, c2 = 0, c3 = 0;
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];" : "=r"(a0), "=r"(a1), "=r"(a2), "=r"(a3) : "r"(pm + (t & 15) * 16) : "memory");
        asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0,%1}, [%2];" : "=r"(b0), "=r"(b1) : "r"(pq + (t & 15) * 16) : "memory");
        asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
            : "+f"(c0), "+f"(c1), "+f"(c2), "+f"(c3) : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));

        """;

    // Rows of A begin in rows of m and reach into the next ones: the first seven are written.
    private const string Fragments = """
        unsigned x[8], y[8]; float c[8] = {};
        asm volatile("wmma.load.a.sync.aligned.row.m16n16k16.shared.f16 {%0,%1,%2,%3,%4,%5,%6,%7}, [%8], 8;"
            : "=r"(x[0]), "=r"(x[1]), "=r"(x[2]), "=r"(x[3]), "=r"(x[4]), "=r"(x[5]), "=r"(x[6]), "=r"(x[7]) : "r"(pm) : "memory");
        asm volatile("wmma.load.b.sync.aligned.col.m16n16k16.shared.f16 {%0,%1,%2,%3,%4,%5,%6,%7}, [%8], 16;"
            : "=r"(y[0]), "=r"(y[1]), "=r"(y[2]), "=r"(y[3]), "=r"(y[4]), "=r"(y[5]), "=r"(y[6]), "=r"(y[7]) : "r"(pq) : "memory");
        asm volatile("wmma.mma.sync.aligned.row.col.m16n16k16.f32.f32 {%0,%1,%2,%3,%4,%5,%6,%7}, {%8,%9,%10,%11,%12,%13,%14,%15}, {%16,%17,%18,%19,%20,%21,%22,%23}, {%0,%1,%2,%3,%4,%5,%6,%7};"
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3]), "+f"(c[4]), "+f"(c[5]), "+f"(c[6]), "+f"(c[7])
            : "r"(x[0]), "r"(x[1]), "r"(x[2]), "r"(x[3]), "r"(x[4]), "r"(x[5]), "r"(x[6]), "r"(x[7]), "r"(y[0]), "r"(y[1]), "r"(y[2]), "r"(y[3]), "r"(y[4]), "r"(y[5]), "r"(y[6]), "r"(y[7]));

        """;

    public static TheoryData<string, bool, string> Programs => new()
    {
        { "read and not used", false, "int x = v[t]; if (t < 16) a[t] = x;" },
        { "stored in global memory", true, "a[t] = v[t];" },
        { "stored after arithmetic", true, "a[t] = (v[t] * 3 + b[t]) ^ 5;" },
        { "added to memory", true, "atomicAdd(&b[0], v[t]);" },
        { "decides a branch", true, "if (v[t] > 3) b[0] = 1;" },
        { "decides a loop", true, "for (int k = v[t]; k < 4; k++) b[t] += 2;" },
        { "is an address", true, "a[t] = b[v[t] & 31];" },
        { "chosen by a condition", true, "int x = v[t]; a[t] = b[t] > 20 ? x : 7;" },
        { "not chosen by a condition", false, "int x = v[t]; a[t] = b[t] < 16 ? x : 7;" },
        { "goes through shared memory", true, "v[t ^ 16] = v[t]; __syncthreads(); a[t] = v[t];" },
        { "goes through shared memory and is not used", false, "int x = v[t]; __syncthreads(); v[t ^ 16] = x; __syncthreads(); if (t >= 16) a[t] = v[t];" },
        { "overwritten in shared memory", false, "v[t] = v[t]; __syncthreads(); v[t] = 1; __syncthreads(); a[t] = v[t];" },
        { "shuffled to a lane that uses it", true, "int x = __shfl_sync(~0u, v[t], t ^ 16); if (t < 16) a[t] = x;" },
        { "shuffled to lanes that do not use it", false, "int x = __shfl_sync(~0u, v[t], t ^ 16); if (t >= 16) a[t] = x;" },
        { "voted about", true, "a[t] = __ballot_sync(~0u, v[t] > 3);" },
        { "rows of a matrix that are stored", true, Multiply + "a[t] = c2;" },
        { "rows of a matrix that are left out", false, Multiply + "a[t] = c0 + c1;" },
        { "columns of a matrix that are stored", true, Multiply.Replace("(pq + (t & 15) * 16)", "(pm + 128 + (t & 15) * 16)", StringComparison.Ordinal) + "a[t] = c0;" },
        { "rows of a fragment that are stored", true, Fragments + "a[t] = c[2];" },
        { "rows of a fragment that are left out", false, Fragments + "if (t < 28) a[t] = c[0] + c[1] + c[4] + c[5];" },
        { "vector of which a part is written", true, "int4 x = *(int4*)&s[t & 28]; if (t < 20) a[t] = x.x;" },
        { "vector of which the written part is used", false, "if (t == 0) s[16] = 1; __syncwarp(); int4 x = *(int4*)&s[16]; a[t] = x.x;" },
    };

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void Value_that_nothing_wrote_is_judged_where_it_is_used(string name, bool isReported, string body)
    {
        foreach (var seed in (int[])[1, 2])
        {
            using var gpu = new VirtualGpu(new VirtualGpuOptions { Seed = seed });
            var kernel = Cuda.Load(gpu, $"extern \"C\" __global__ void f(int* a, int* b) {{ int t = threadIdx.x;\n{Setup}{body} }}");
            var (a, b) = (gpu.Allocate(256, "a"), gpu.Upload<int>(Enumerable.Range(0, 64).ToArray(), "b"));
            var fault = Record.Exception(() => kernel.Launch(1, 32, 0, a, b)) as VirtualGpuFaultException;
            Assert.True(isReported == fault is not null, $"{name}: {fault?.Message ?? "nothing"}");
            if (fault is not null)
            {
                Assert.Equal(FindingKind.Uninitialised, fault.Finding.Kind);
                Assert.Contains("shared", fault.Finding.Allocation, StringComparison.Ordinal);
                Assert.True(fault.Finding.OtherPtxLine > 0);
            }
        }
    }
}
