namespace KernelDsl.VirtualGpu.Tests.Programs;

/// <summary>Matrix instructions in CUDA C, against matrices that are multiplied plainly; small whole numbers, so that every order of additions is exact.</summary>
public sealed class MatrixTests
{
    private static readonly (string Shape, string Types, int Depth, int Items, int A, int B)[] s_shapes =
    [
        ("m16n8k16", "f32.f16.f16.f32", 16, 2, 4, 2), ("m16n8k8", "f32.f16.f16.f32", 8, 2, 2, 1), ("m16n8k16", "f32.bf16.bf16.f32", 16, 2, 4, 2), ("m16n8k8", "f32.bf16.bf16.f32", 8, 2, 2, 1),
        ("m16n8k8", "f32.tf32.tf32.f32", 8, 1, 4, 2), ("m16n8k4", "f32.tf32.tf32.f32", 4, 1, 2, 1), ("m16n8k32", "s32.s8.s8.s32", 32, 4, 4, 2), ("m16n8k16", "s32.s8.s8.s32", 16, 4, 2, 1),
        ("m16n8k32", "s32.u8.s8.s32", 32, 4, 4, 2), ("m16n8k64", "s32.s4.s4.s32", 64, 8, 4, 2), ("m16n8k32", "f32.e4m3.e4m3.f32", 32, 4, 4, 2), ("m16n8k32", "f32.e5m2.e4m3.f32", 32, 4, 4, 2),
    ];

    public static TheoryData<string, string> Shapes
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (shape, types, _, _, _, _) in s_shapes)
            {
                data.Add(shape, types);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Product_is_that_of_the_matrices(string shape, string types)
    {
        var (_, _, depth, items, registersOfA, registersOfB) = s_shapes.First(s => s.Shape == shape && s.Types == types);
        var names = types.Split('.');
        var random = new Random(11);
        int Any(string type) => random.Next(type is "u8" or "u4" ? 0 : -4, 5);
        var a = new int[16, depth];
        var b = new int[depth, 8];
        var c = new int[16, 8];
        for (var k = 0; k < depth; k++)
        {
            for (var row = 0; row < 16; row++)
            {
                a[row, k] = Any(names[1]);
            }

            for (var column = 0; column < 8; column++)
            {
                b[k, column] = Any(names[2]);
            }
        }

        for (var k = 0; k < 128; k++)
        {
            c[k / 8, k % 8] = random.Next(-50, 50);
        }

        // Places after PTX ISA 8.4, section 9.7.13.4, written out for each lane.
        var words = new uint[32, 16];
        for (var lane = 0; lane < 32; lane++)
        {
            var (g, t) = (lane / 4, lane % 4);
            for (var r = 0; r < registersOfA; r++)
            {
                for (var i = 0; i < items; i++)
                {
                    words[lane, r] |= Encode(a[g + (8 * (r % 2)), (items * t) + i + (4 * items * (r / 2))], names[1]) << (32 / items * i);
                }
            }

            for (var r = 0; r < registersOfB; r++)
            {
                for (var i = 0; i < items; i++)
                {
                    words[lane, 4 + r] |= Encode(b[(items * t) + i + (4 * items * r), g], names[2]) << (32 / items * i);
                }
            }

            for (var r = 0; r < 4; r++)
            {
                var value = c[g + (8 * (r / 2)), (2 * t) + (r % 2)];
                words[lane, 6 + r] = names[0] == "f32" ? BitConverter.SingleToUInt32Bits(value) : (uint)value;
            }
        }

        foreach (var architecture in names[1] is "e4m3" or "e5m2" ? (string[])["sm_89", "sm_90"] : ["sm_80", "sm_89", "sm_90"])
        {
            var d = Run(shape, types, registersOfA, registersOfB, words, architecture);
            for (var lane = 0; lane < 32; lane++)
            {
                for (var r = 0; r < 4; r++)
                {
                    var (row, column) = ((lane / 4) + (8 * (r / 2)), (2 * (lane % 4)) + (r % 2));
                    var wanted = c[row, column] + Enumerable.Range(0, depth).Sum(k => a[row, k] * b[k, column]);
                    Assert.Equal(wanted, names[0] == "f32" ? BitConverter.UInt32BitsToSingle(d[(lane * 4) + r]) : (int)d[(lane * 4) + r]);
                }
            }
        }
    }

    /// <summary>2^24 + 1·1 thirty-two times is lost when each product is cut on its own, and kept where the unit has a place more.</summary>
    [Theory]
    [InlineData("sm_80", 24)]
    [InlineData("sm_90", 25)]
    public void Terms_are_cut_where_the_architecture_cuts_them(string architecture, int places)
    {
        // c = 2^places; each product is 1, whose last kept place is 2^(places-F): with F = places every 1 is kept, with one more nothing is.
        foreach (var exponent in (int[])[places, places + 1])
        {
            var words = new uint[32, 16];
            for (var lane = 0; lane < 32; lane++)
            {
                for (var r = 0; r < 6; r++)
                {
                    words[lane, r] = 0x3f803f80;
                }

                for (var r = 0; r < 4; r++)
                {
                    words[lane, 6 + r] = BitConverter.SingleToUInt32Bits(MathF.ScaleB(1, exponent));
                }
            }

            var d = Run("m16n8k16", "f32.bf16.bf16.f32", 4, 2, words, architecture);
            Assert.All(d, bits => Assert.Equal(MathF.ScaleB(1, exponent) + (exponent == places ? 16 : 0), BitConverter.UInt32BitsToSingle(bits)));
        }
    }

    [SkippableFact]
    public void Loads_of_matrices_feed_a_product_of_tiles()
    {
        using var gpu = new VirtualGpu();
        var kernel = Cuda.Load(gpu, """
            typedef unsigned u;
            extern "C" __global__ void f(float* d, const unsigned short* a, const unsigned short* b) {
                __shared__ __align__(16) unsigned short sa[16 * 16], sb[16 * 8];
                int t = threadIdx.x;
                u pa, pb;
                asm("{ .reg .u64 q; cvta.to.shared.u64 q, %1; cvt.u32.u64 %0, q; }" : "=r"(pa) : "l"(sa));
                asm("{ .reg .u64 q; cvta.to.shared.u64 q, %1; cvt.u32.u64 %0, q; }" : "=r"(pb) : "l"(sb));
                asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" :: "r"(pa + t * 16), "l"(a + t * 8) : "memory");
                if (t < 16) asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" :: "r"(pb + t * 16), "l"(b + t * 8) : "memory");
                asm volatile("cp.async.commit_group; cp.async.wait_group 0;" ::: "memory");
                __syncthreads();
                u a0, a1, a2, a3, b0, b1;
                asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];" : "=r"(a0), "=r"(a1), "=r"(a2), "=r"(a3) : "r"(pa + (t % 16) * 32 + t / 16 * 16) : "memory");
                asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0,%1}, [%2];" : "=r"(b0), "=r"(b1) : "r"(pb + (t % 16) * 16) : "memory");
                float c0 = 0, c1 = 0, c2 = 0, c3 = 0;
                asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
                    : "+f"(c0), "+f"(c1), "+f"(c2), "+f"(c3) : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
                int g = t / 4, q = t % 4 * 2;
                d[g * 8 + q] = c0; d[g * 8 + q + 1] = c1; d[(g + 8) * 8 + q] = c2; d[(g + 8) * 8 + q + 1] = c3;
            }
            """);
        var random = new Random(2);
        var a = Enumerable.Range(0, 256).Select(_ => (Half)random.Next(-8, 9)).ToArray();
        var b = Enumerable.Range(0, 128).Select(_ => (Half)random.Next(-8, 9)).ToArray();
        var d = gpu.Allocate(512, "d");
        kernel.Launch(1, 32, 0, d, gpu.Upload<Half>(a), gpu.Upload<Half>(b));
        var expected = Enumerable.Range(0, 128).Select(at => Enumerable.Range(0, 16).Sum(k => (float)a[(at / 8 * 16) + k] * (float)b[(k * 8) + (at % 8)]));
        Assert.Equal(expected, gpu.Download<float>(d, 128));
    }

    private static uint[] Run(string shape, string types, int registersOfA, int registersOfB, uint[,] words, string architecture)
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = architecture });
        var loads = string.Concat(Enumerable.Range(0, 10).Select(k => $"ld.global.b32 %r{k}, [%a+{k * 4}];\n"));
        string List(int first, int count) => "{" + string.Join(", ", Enumerable.Range(first, count).Select(k => $"%r{k}")) + "}";
        var text = $$"""
            .version 8.4
            .target {{architecture}}
            .address_size 64
            .visible .entry k(.param .u64 pa, .param .u64 pd)
            {
                .reg .b64 %a, %d; .reg .b32 %r<20>, %t;
                mov.u32 %t, %tid.x;
                ld.param.u64 %a, [pa]; mad.wide.u32 %a, %t, 64, %a;
                ld.param.u64 %d, [pd]; mad.wide.u32 %d, %t, 16, %d;
                {{loads}}
                mma.sync.aligned.{{shape}}.row.col.{{types}} {{List(10, 4)}}, {{List(0, registersOfA)}}, {{List(4, registersOfB)}}, {{List(6, 4)}};
                st.global.v4.b32 [%d], {%r10, %r11, %r12, %r13};
                ret;
            }
            """;
        var flat = new uint[512];
        Buffer.BlockCopy(words, 0, flat, 0, 2048);
        var d = gpu.Allocate(512);
        gpu.LoadModule(text).GetKernel("k").Launch(1, 32, 0, gpu.Upload<uint>(flat), d);
        return gpu.Download<uint>(d, 128);
    }

    private static uint Encode(int value, string type)
    {
        var small = Math.Abs(value);
        var sign = value < 0;
        return type switch
        {
            "f16" => BitConverter.HalfToUInt16Bits((Half)value), "bf16" => BitConverter.SingleToUInt32Bits(value) >> 16, "tf32" => BitConverter.SingleToUInt32Bits(value),
            "s8" or "u8" => (byte)value, "s4" => (uint)value & 15,
            "e4m3" => (sign ? 0x80u : 0) | (small switch { 0 => 0u, 1 => 0x38, 2 => 0x40, 3 => 0x44, _ => 0x48 }),
            _ => (sign ? 0x80u : 0) | (small switch { 0 => 0u, 1 => 0x3c, 2 => 0x40, 3 => 0x42, _ => 0x44 }),
        };
    }
}
