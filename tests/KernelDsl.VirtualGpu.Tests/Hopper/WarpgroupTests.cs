using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>Products of a warpgroup in PTX as it is written: their arithmetic, and registers that are touched too early.</summary>
public sealed class WarpgroupTests
{
    private const string Header = """
        .version 8.4
        .target sm_90a
        .address_size 64
        .visible .entry k(.param .u64 pa, .param .u64 pb, .param .u64 pd)
        {
            .reg .b64 %p<4>, %da, %db; .reg .b32 %t, %x, %y, %z; .reg .b32 %a<4>; .reg .f32 %f<16>; .reg .b32 %i<8>; .reg .pred %q, %r;
            .shared .align 128 .b8 tile[4096];
            mov.u32 %t, %tid.x; setp.eq.u32 %q, %t, %t; setp.ne.u32 %r, %t, %t;
            ld.param.u64 %p0, [pa]; ld.param.u64 %p1, [pb]; ld.param.u64 %p2, [pd];
            mad.wide.u32 %p0, %t, 16, %p0; mad.wide.u32 %p1, %t, 16, %p1;
            ld.global.v4.b32 {%a0, %a1, %a2, %a3}, [%p0];
            mov.u32 %x, tile; mad.lo.u32 %x, %t, 16, %x;
            ld.global.v4.b32 {%i0, %i1, %i2, %i3}, [%p1]; st.shared.v4.b32 [%x], {%i0, %i1, %i2, %i3};
            fence.proxy.async; bar.sync 0;
            mov.u32 %y, tile; shr.u32 %y, %y, 4; cvt.u64.u32 %db, %y; or.b64 %db, %db, 0x0000000800080000;
            mov.f32 %f0, 0f00000000; mov.f32 %f1, %f0; mov.f32 %f2, %f0; mov.f32 %f3, %f0;
            mad.wide.u32 %p2, %t, 16, %p2;

        """;

    private static float[] Run(string body, uint[] a, uint[] b)
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90a" });
        var kernel = gpu.LoadModule(Header + body + "\nret; }").GetKernel("k");
        var d = gpu.Allocate(128 * 16, "d");
        kernel.Launch(1, 128, 0, gpu.Upload<uint>(a, "a"), gpu.Upload<uint>(b, "b"), d);
        return gpu.Download<float>(d, 512);
    }

    private static readonly uint[] s_ones = [.. Enumerable.Repeat(0x3c003c00u, 512)];

    private const string Product = "wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {%f0, %f1, %f2, %f3}, {%a0, %a1, %a2, %a3}, %db, %q, 1, 1, 0;";

    private const string Commit = "wgmma.commit_group.sync.aligned;";

    private const string Wait = "wgmma.wait_group.sync.aligned 0;";

    private const string Store = "st.global.v4.f32 [%p2], {%f0, %f1, %f2, %f3};";

    [Theory]
    [InlineData("f16.f16", "k16", 0x3c003c00u, 25, 16)]
    [InlineData("e4m3.e4m3", "k32", 0x38383838u, 13, 32)]
    [InlineData("e5m2.e5m2", "k32", 0x3c3c3c3cu, 13, 32)]
    [InlineData("tf32.tf32", "k8", 0x3f800000u, 25, 8)]
    public void Terms_are_cut_so_many_places_below_the_largest(string types, string depth, uint one, int places, int terms)
    {
        // With 2^places in the accumulator each product of 1 reaches the last place that is kept; with one more it is lost.
        var ones = Enumerable.Repeat(one, 512).ToArray();
        var tail = types == "f16.f16" ? "1, 1, 0" : "1, 1";
        foreach (var (exponent, added) in new[] { (places, terms), (places + 1, 0) })
        {
            var bits = BitConverter.SingleToUInt32Bits(MathF.ScaleB(1, exponent));
            var d = Run(
                $"mov.f32 %f0, 0f{bits:x8}; mov.f32 %f1, %f0; mov.f32 %f2, %f0; mov.f32 %f3, %f0; wgmma.fence.sync.aligned;"
                + $"wgmma.mma_async.sync.aligned.m64n8{depth}.f32.{types} {{%f0, %f1, %f2, %f3}}, {{%a0, %a1, %a2, %a3}}, %db, %q, {tail};" + Commit + Wait + Store, ones, ones);

            // The result has 23 or 13 places of its own; what is below them is cut.
            var kept = places == 25 ? MathF.ScaleB(1, exponent) + (added / 4 * 4) : MathF.ScaleB(1, exponent) + added;
            Assert.All(d, value => Assert.Equal(kept, value));
        }
    }

    [Fact]
    public void Scale_says_whether_accumulators_are_added_to()
    {
        var d = Run("mov.f32 %f0, 0f42c80000; wgmma.fence.sync.aligned;" + Product.Replace("%q", "%r", StringComparison.Ordinal) + Commit + Wait + Store, s_ones, s_ones);
        Assert.All(d, value => Assert.Equal(16f, value));
        d = Run("mov.f32 %f0, 0f42c80000; mov.f32 %f1, %f0; mov.f32 %f2, %f0; mov.f32 %f3, %f0; wgmma.fence.sync.aligned;" + Product.Replace("1, 1, 0", "-1, 1, 0", StringComparison.Ordinal) + Commit + Wait + Store, s_ones, s_ones);
        Assert.All(d, value => Assert.Equal(84f, value));
    }

    [Fact]
    public void Bits_are_counted()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90a" });
        var random = new Random(4);
        var a = Enumerable.Range(0, 512).Select(_ => (uint)random.NextInt64(1L << 32)).ToArray();
        var b = Enumerable.Range(0, 512).Select(_ => (uint)random.NextInt64(1L << 32)).ToArray();
        var text = Header + "wgmma.fence.sync.aligned; wgmma.mma_async.sync.aligned.m64n8k256.s32.b1.b1.and.popc {%i4, %i5, %i6, %i7}, {%a0, %a1, %a2, %a3}, %db, %r;"
            + Commit + Wait + "st.global.v4.b32 [%p2], {%i4, %i5, %i6, %i7}; ret; }";
        var d = gpu.Allocate(2048);
        gpu.LoadModule(text).GetKernel("k").Launch(1, 128, 0, gpu.Upload<uint>(a), gpu.Upload<uint>(b), d);
        var result = gpu.Download<int>(d, 512);
        for (var t = 0; t < 128; t++)
        {
            for (var i = 0; i < 4; i++)
            {
                // Row of the warp and column; word w of a row of A lies in lane 4g + w mod 4, register (row / 8) + 2·(w / 4); B is two columns of 16-byte pieces.
                var (warp, g, column) = (t / 32, (t % 32 / 4), (t % 4 * 2) + (i % 2));
                var expected = Enumerable.Range(0, 8).Sum(w => System.Numerics.BitOperations.PopCount(
                    a[(((warp * 32) + (g * 4) + (w % 4)) * 4) + (i / 2) + (w / 4 * 2)] & b[(w / 4 * 32) + (column * 4) + (w % 4)]));
                Assert.Equal(expected, result[(t * 4) + i]);
            }
        }
    }

    [Theory]
    [InlineData("fenced, committed, waited for", "wgmma.fence.sync.aligned;" + Product + Commit + Wait, Store, null)]
    [InlineData("two products on one accumulator", "wgmma.fence.sync.aligned;" + Product + Product + Commit + Wait, Store, null)]
    [InlineData("the first of two groups is read", "wgmma.fence.sync.aligned;" + Product + Commit + "wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {%f4, %f5, %f6, %f7}, {%a0, %a1, %a2, %a3}, %db, %r, 1, 1, 0;" + Commit + "wgmma.wait_group.sync.aligned 1;", Store + Wait, null)]
    [InlineData("the second of two groups is read", "wgmma.fence.sync.aligned; wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {%f4, %f5, %f6, %f7}, {%a0, %a1, %a2, %a3}, %db, %r, 1, 1, 0;" + Commit + Product + Commit + "wgmma.wait_group.sync.aligned 1;", Store + Wait, FindingKind.AsyncNotWaited)]
    [InlineData("read before the wait", "wgmma.fence.sync.aligned;" + Product + Commit, Store + Wait, FindingKind.AsyncNotWaited)]
    [InlineData("read through a move before the wait", "wgmma.fence.sync.aligned;" + Product + Commit + "mov.f32 %f8, %f0; st.global.f32 [%p2], %f8;", Wait, FindingKind.AsyncNotWaited)]
    [InlineData("waited for but not committed", "wgmma.fence.sync.aligned;" + Product + Wait, Store, FindingKind.AsyncNotWaited)]
    [InlineData("written before the wait", "wgmma.fence.sync.aligned;" + Product + Commit + "add.u32 %a2, %t, 1;", Wait + Store, FindingKind.AsyncNotWaited)]
    [InlineData("no fence at all", Product + Commit + Wait, Store, FindingKind.Synchronisation)]
    [InlineData("written behind the fence", "wgmma.fence.sync.aligned; cvt.rn.f32.u32 %f0, %t;" + Product + Commit + Wait, Store, FindingKind.Synchronisation)]
    [InlineData("A written behind the fence", "wgmma.fence.sync.aligned; add.u32 %a3, %a3, 0;" + Product + Commit + Wait, Store, FindingKind.Synchronisation)]
    [InlineData("a fence on one path only", "setp.lt.u32 %r, %t, 64; @%r bra S; wgmma.fence.sync.aligned; S:" + Product + Commit + Wait, Store, FindingKind.Synchronisation)]
    [InlineData("read in the next round of a loop", "mov.u32 %z, 0; L: @%r add.f32 %f9, %f0, %f0; setp.eq.u32 %r, %z, 0; wgmma.fence.sync.aligned;" + Product + Commit + "add.u32 %z, %z, 1; setp.lt.u32 %q, %z, 2; @%q bra L;" + Wait, Store, FindingKind.AsyncNotWaited)]
    public void Registers_of_products_are_followed(string what, string body, string rest, FindingKind? kind)
    {
        var fault = Record.Exception(() => Run(body + rest, s_ones, s_ones));
        Assert.True((fault as VirtualGpuFaultException)?.Finding.Kind == kind && (kind is not null || fault is null), $"{what}: {fault}");
    }

    [Theory]
    [InlineData("wgmma.mma_async.sync.aligned.m64n12k16.f32.f16.f16 {%f0, %f1, %f2, %f3}, %da, %db, %q, 1, 1, 0, 0;")]
    [InlineData("wgmma.mma_async.sync.aligned.m64n8k8.f32.f16.f16 {%f0, %f1, %f2, %f3}, %da, %db, %q, 1, 1, 0, 0;")]
    [InlineData("wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {%f0, %f1, %f2, %f3}, %da, %db, %q, 2, 1, 0, 0;")]
    [InlineData("wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {%f0, %f1, %f2}, %da, %db, %q, 1, 1, 0, 0;")]
    [InlineData("wgmma.mma_async.sync.aligned.m64n8k8.f32.tf32.tf32 {%f0, %f1, %f2, %f3}, %da, %db, %q, 1, 1, 0, 1;")]
    [InlineData("wgmma.mma_async.sp.sync.aligned.m64n8k32.f32.f16.f16 {%f0, %f1, %f2, %f3}, %da, %db, %x, 0, %q, 1, 1, 0, 0;")]
    [InlineData("setmaxnreg.inc.sync.aligned.u32 20;")]
    [InlineData("setmaxnreg.dec.sync.aligned.u32 100;")]
    [InlineData("setmaxnreg.inc.sync.aligned.u32 264;")]
    [InlineData("cp.async.bulk.tensor.3d.shared::cluster.global.im2col.mbarrier::complete_tx::bytes [%x], [%p0, {%x, %x, %x}], [%x], {%h0};")]
    [InlineData("cp.async.bulk.global.shared::cta.mbarrier::complete_tx::bytes [%p0], [%x], 16, [%y];")]
    [InlineData("cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes [%x], [%p0, {%x}], [%y];")]
    public void Instruction_that_PTX_does_not_have_is_refused_with_its_line(string instruction)
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90a" });
        var text = Header.Replace(".reg .pred %q, %r;", ".reg .pred %q, %r; .reg .b16 %h<2>;", StringComparison.Ordinal) + "mov.b64 %da, %db;\n" + instruction + "\nret; }";
        var error = Assert.Throws<PtxException>(() => gpu.LoadModule(text).GetKernel("k"));
        Assert.Contains($"line {text[..text.IndexOf(instruction, StringComparison.Ordinal)].Count(c => c == '\n') + 1}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Products_need_the_accelerated_architecture()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90" });
        Assert.Contains("sm_90a", Assert.Throws<PtxException>(() => gpu.LoadModule(Header + "wgmma.fence.sync.aligned; ret; }").GetKernel("k")).Message, StringComparison.Ordinal);
    }
}
