namespace KernelDsl.VirtualGpu.Tests.Conformance;

/// <summary>Atomics of rare types: 64 threads of two blocks add to, or exchange in, few places. Sums are whole numbers, so that no order matters.</summary>
public sealed class AtomicTests
{
    [Fact]
    public void Halves_and_doubles_are_added()
    {
        var bytes = Run("sm_90", 32, """
            and.b32 %x, %t, 3; cvt.rn.f32.u32 %f, %x;
            cvt.rn.f16.f32 %h, %f; atom.global.add.noftz.f16 %h2, [%p], %h;
            cvt.rn.bf16.f32 %h, %f; red.global.add.noftz.bf16 [%p+2], %h;
            mov.b32 %y, 0x40003c00; red.global.add.noftz.f16x2 [%p+4], %y;
            mov.b32 %y, 0x40003f80; red.global.add.noftz.bf16x2 [%p+8], %y;
            cvt.f64.f32 %e, %f; atom.global.add.f64 %e2, [%p+16], %e;
            """);
        Assert.Equal((Half)96, BitConverter.ToHalf(bytes, 0));
        Assert.Equal(96, Brain(bytes, 2));
        Assert.Equal(((Half)64, (Half)128), (BitConverter.ToHalf(bytes, 4), BitConverter.ToHalf(bytes, 6)));
        Assert.Equal((64, 128), (Brain(bytes, 8), Brain(bytes, 10)));
        Assert.Equal(96.0, BitConverter.ToDouble(bytes, 16));
    }

    [Fact]
    public void Vectors_are_added_element_by_element()
    {
        var bytes = Run("sm_90", 64, """
            cvt.rn.f32.u32 %f, %t; mov.f32 %g, 0f3f800000;
            red.global.add.v4.f32 [%p], {%f, %g, %g, %f};
            atom.global.add.v2.f32 {%f2, %g2}, [%p+16], {%g, %f};
            mov.b32 %y, 0x40003c00; red.global.add.noftz.v4.f16x2 [%p+32], {%y, %y, %y, %y};
            cvt.rn.f16.f32 %h, %g; red.global.add.noftz.v4.f16 [%p+48], {%h, %h, %h, %h};
            """);
        float Single(int at) => BitConverter.ToSingle(bytes, at);
        Assert.Equal((2016f, 64f, 64f, 2016f, 64f, 2016f), (Single(0), Single(4), Single(8), Single(12), Single(16), Single(20)));
        for (var k = 0; k < 4; k++)
        {
            Assert.Equal(((Half)64, (Half)128, (Half)64), (BitConverter.ToHalf(bytes, 32 + (4 * k)), BitConverter.ToHalf(bytes, 34 + (4 * k)), BitConverter.ToHalf(bytes, 48 + (2 * k))));
        }
    }

    [Fact]
    public void Words_of_16_and_64_bits_are_exchanged_and_combined()
    {
        var bytes = Run("sm_80", 64, """
            mov.b16 %h, 1;
            $loop: ld.volatile.global.b16 %h2, [%p+2]; add.u16 %h3, %h2, %h; atom.global.cas.b16 %h4, [%p+2], %h2, %h3; setp.ne.s16 %q, %h4, %h2; @%q bra $loop;
            mov.b64 %e3, 1; shl.b64 %e3, %e3, %t; atom.global.or.b64 %e4, [%p+8], %e3; red.global.xor.b64 [%p+16], %e3;
            not.b64 %e3, %e3; red.global.and.b64 [%p+24], %e3;
            cvt.u64.u32 %e3, %t; red.global.max.u64 [%p+32], %e3; red.global.min.s64 [%p+40], %e3; atom.global.add.u64 %e4, [%p+48], %e3;
            """, bytes => Array.Fill(bytes, (byte)255, 24, 8));
        Assert.Equal(64, BitConverter.ToUInt16(bytes, 2));
        Assert.Equal(0, BitConverter.ToUInt16(bytes, 0));
        Assert.Equal((ulong.MaxValue, ulong.MaxValue, 0UL), (BitConverter.ToUInt64(bytes, 8), BitConverter.ToUInt64(bytes, 16), BitConverter.ToUInt64(bytes, 24)));
        Assert.Equal((63UL, 0UL, 2016UL), (BitConverter.ToUInt64(bytes, 32), BitConverter.ToUInt64(bytes, 40), BitConverter.ToUInt64(bytes, 48)));
    }

    [Fact]
    public void Words_of_128_bits_are_moved_loaded_and_exchanged()
    {
        // Each thread adds 1 to the low half and 2 to the high half by compare and swap, then one exchange reads the sum.
        var bytes = Run("sm_90", 64, """
            mov.b64 %e3, 0; mov.b64 %e4, 0; mov.b128 %w, {%e3, %e4};
            $loop: mov.b128 {%e3, %e4}, %w; add.u64 %e5, %e3, 1; add.u64 %e6, %e4, 2; mov.b128 %w2, {%e5, %e6};
            atom.global.cas.b128 %w3, [%p], %w, %w2; mov.b128 {%e5, %e6}, %w3; setp.ne.u64 %q, %e5, %e3; mov.b128 %w, %w3; @%q bra $loop;
            setp.ne.u32 %q, %t, 0; @%q bra $end;
            ld.global.b128 %w, [%p+16]; atom.global.exch.b128 %w2, [%p+32], %w; st.global.b128 [%p+48], %w2;
            $end:
            """, bytes => bytes.AsSpan(16, 32).Fill(7));
        Assert.Equal((64UL, 128UL), (BitConverter.ToUInt64(bytes, 0), BitConverter.ToUInt64(bytes, 8)));
        Assert.Equal(Enumerable.Repeat((byte)7, 16), bytes[48..64]);
    }

    private static float Brain(byte[] bytes, int at) => BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(bytes, at) << 16);

    /// <summary>64 threads in two blocks; <c>%t</c> is the number of the thread, <c>%p</c> the memory.</summary>
    private static byte[] Run(string architecture, int size, string body, Action<byte[]>? prepare = null)
    {
        var bytes = new byte[Math.Max(size, 64)];
        prepare?.Invoke(bytes);
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = architecture });
        var memory = gpu.Upload<byte>(bytes);
        gpu.LoadModule($$"""
            .version 8.4
            .target {{architecture}}
            .address_size 64
            .visible .entry k(.param .u64 pp)
            {
                .reg .b64 %p; .reg .b32 %t, %x, %y; .reg .b16 %h, %h2, %h3, %h4; .reg .f32 %f, %g, %f2, %g2; .reg .f64 %e, %e2; .reg .b64 %e3, %e4, %e5, %e6; .reg .pred %q; .reg .b128 %w, %w2, %w3;
                mov.u32 %x, %ctaid.x; mov.u32 %t, %tid.x; mad.lo.u32 %t, %x, 32, %t; ld.param.u64 %p, [pp];
                {{body}}
                ret;
            }
            """).GetKernel("k").Launch(2, 32, 0, memory);
        return gpu.Download<byte>(memory, bytes.Length);
    }
}
