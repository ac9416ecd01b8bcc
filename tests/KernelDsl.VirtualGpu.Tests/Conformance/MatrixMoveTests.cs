namespace KernelDsl.VirtualGpu.Tests.Conformance;

/// <summary><c>ldmatrix</c>, <c>stmatrix</c> and <c>movmatrix</c>: 8×8 matrices of 16 bits; thread 4r+t has the elements 2t and 2t+1 of row r (PTX ISA 8.4, section 9.7.13.4.15).</summary>
public sealed class MatrixMoveTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(4, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(4, true)]
    public void Stored_matrices_lie_in_their_rows(int count, bool isTransposed)
    {
        // Register q of thread n holds 1000q + 2n and the number after it; row r of matrix q is stored where thread 8q + r says, in reverse order of rows.
        var values = string.Concat(Enumerable.Range(0, count).Select(q => $"mad.lo.u32 %x, %t, 2, {1000 * q}; add.u32 %y, %x, 1; shl.b32 %y, %y, 16; or.b32 %v{q}, %x, %y;\n"));
        var words = Run("sm_90", $"""
            {values}
            mov.u32 %s, sh; xor.b32 %x, %t, 31; mad.lo.u32 %s, %x, 16, %s;
            stmatrix.sync.aligned.m8n8.x{count}{(isTransposed ? ".trans" : "")}.shared.b16 [%s], {WmmaTests.List("v", count)};
            bar.warp.sync 0xffffffff;
            """);
        for (var q = 0; q < count; q++)
        {
            for (var at = 0; at < 64; at++)
            {
                var (row, column) = (at / 8, at % 8);
                var (r, c) = isTransposed ? (column, row) : (row, column);
                var wanted = (1000 * q) + (2 * ((r * 4) + (c / 2))) + (c % 2);
                Assert.Equal(wanted, words[((31 - ((8 * q) + row)) * 8) + column]);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".trans")]
    public void Loaded_matrices_go_to_their_threads(string form)
    {
        // Element k of shared memory is k; matrices of 64 elements follow each other.
        var words = Run("sm_80", $$"""
            mov.u32 %s, sh; mad.lo.u32 %s, %t, 16, %s;
            {{string.Concat(Enumerable.Range(0, 4).Select(k => $"mad.lo.u32 %x, %t, 8, {2 * k}; add.u32 %y, %x, 1; shl.b32 %y, %y, 16; or.b32 %v{k}, %x, %y;\n"))}}
            st.shared.v4.b32 [%s], {%v0, %v1, %v2, %v3};
            bar.warp.sync 0xffffffff;
            ldmatrix.sync.aligned.m8n8.x4{{form}}.shared.b16 {%v0, %v1, %v2, %v3}, [%s];
            bar.warp.sync 0xffffffff;
            st.shared.v4.b32 [%s], {%v0, %v1, %v2, %v3};
            bar.warp.sync 0xffffffff;
            """);
        for (var lane = 0; lane < 32; lane++)
        {
            for (var k = 0; k < 8; k++)
            {
                var (row, column) = (lane / 4, (2 * (lane % 4)) + (k % 2));
                Assert.Equal((64 * (k / 2)) + (form.Length > 0 ? (column * 8) + row : (row * 8) + column), words[(lane * 8) + k]);
            }
        }
    }

    [Fact]
    public void Moved_matrix_is_transposed()
    {
        var words = Run("sm_80", """
            mad.lo.u32 %x, %t, 2, 0; add.u32 %y, %x, 1; shl.b32 %y, %y, 16; or.b32 %v0, %x, %y;
            movmatrix.sync.aligned.m8n8.trans.b16 %v1, %v0;
            mov.u32 %s, sh; mad.lo.u32 %s, %t, 4, %s; st.shared.b32 [%s], %v1;
            bar.warp.sync 0xffffffff;
            """);
        Assert.Equal(Enumerable.Range(0, 64).Select(at => (at % 8 * 8) + (at / 8)), words[..64]);
    }

    /// <summary>512 bytes of shared memory, as numbers of 16 bits, after one warp ran a body.</summary>
    private static int[] Run(string architecture, string body)
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = architecture, Checks = VirtualGpuChecks.All & ~VirtualGpuChecks.Initialisation });
        var memory = gpu.Allocate(512);
        gpu.LoadModule($$"""
            .version 8.4
            .target {{architecture}}
            .address_size 64
            .visible .entry k(.param .u64 pp)
            {
                .shared .align 16 .b8 sh[512];
                .reg .b64 %p, %q; .reg .b32 %t, %x, %y, %s, %v<4>;
                mov.u32 %t, %tid.x;
                {{body}}
                ld.param.u64 %p, [pp]; mul.wide.u32 %q, %t, 16; add.u64 %p, %p, %q; mov.u32 %s, sh; mad.lo.u32 %s, %t, 16, %s;
                ld.shared.v4.b32 {%v0, %v1, %v2, %v3}, [%s]; st.global.v4.b32 [%p], {%v0, %v1, %v2, %v3};
                ret;
            }
            """).GetKernel("k").Launch(1, 32, 0, memory);
        return gpu.Download<ushort>(memory, 256).Select(v => (int)v).ToArray();
    }
}
