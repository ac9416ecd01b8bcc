namespace KernelDsl.VirtualGpu.Tests.Conformance;

/// <summary>Variables of modules: initial values of all types, addresses in them, linkage.</summary>
public sealed class InitialiserTests
{
    [Fact]
    public void Values_and_addresses_are_where_the_text_puts_them()
    {
        using var gpu = new VirtualGpu();
        using var module = gpu.LoadModule("""
            .version 8.4
            .target sm_80
            .address_size 64
            .global .align 4 .b8 bytes[8] = {1, 2, 0xff, -1};
            .global .u16 grid[2][3] = {{1, 2}, {3}};
            .global .f32 singles[4] = {1.5, 0f40000000, -2.0, 3};
            .const .f64 doubles[2] = {0d3ff0000000000000, 0.25};
            .global .v2 .s32 pair = {-5, 6};
            .visible .global .align 8 .u64 pointers[3] = {bytes, generic(grid)+4, bytes+2};
            .weak .global .align 8 .b8 packed[9] = {7, 0xFF(bytes), 0xFF00(bytes), 0xFF0000(bytes), 0xFF000000(bytes), 0xFF00000000(bytes), 0xFF0000000000(bytes)};
            .common .global .s64 zero;
            .global .attribute(.managed) .s32 managed = 0b101;
            .visible .entry k() { ret; }
            """);
        byte[] Bytes(string name, int count) => gpu.Download<byte>(module.AddressOf(name), count);
        Assert.Equal([1, 2, 255, 255, 0, 0, 0, 0], Bytes("bytes", 8));
        Assert.Equal([1, 2, 3, 0, 0, 0], gpu.Download<ushort>(module.AddressOf("grid"), 6));
        Assert.Equal([1.5f, 2, -2, 3], gpu.Download<float>(module.AddressOf("singles"), 4));
        Assert.Equal([1, 0.25], gpu.Download<double>(module.AddressOf("doubles"), 2));
        Assert.Equal([-5, 6], gpu.Download<int>(module.AddressOf("pair"), 2));
        Assert.Equal([module.AddressOf("bytes"), module.AddressOf("grid") + 4, module.AddressOf("bytes") + 2], gpu.Download<ulong>(module.AddressOf("pointers"), 3));
        Assert.Equal(module.AddressOf("bytes"), BitConverter.ToUInt64([.. Bytes("packed", 7)[1..], 0, 0]));
        Assert.Equal(7, Bytes("packed", 1)[0]);
        Assert.Equal(0, gpu.Download<long>(module.AddressOf("zero"), 1)[0]);
        Assert.Equal(5, gpu.Download<int>(module.AddressOf("managed"), 1)[0]);
    }

    [Fact]
    public void Variables_of_functions_live_as_long_as_the_module()
    {
        using var gpu = new VirtualGpu();
        using var module = gpu.LoadModule("""
            .version 8.4
            .target sm_80
            .address_size 64
            .visible .entry first(.param .u64 p) { .global .u32 count = 10; .reg .b32 %r; .reg .b64 %p; atom.global.add.u32 %r, [count], 1; ld.param.u64 %p, [p]; st.global.u32 [%p], %r; ret; }
            .visible .entry second(.param .u64 p) { .global .u32 count = 20; .reg .b32 %r; .reg .b64 %p; ld.global.u32 %r, [count]; ld.param.u64 %p, [p]; st.global.u32 [%p], %r; ret; }
            """);
        var memory = gpu.Allocate(4);
        int Launch(string kernel)
        {
            module.GetKernel(kernel).Launch(1, 1, 0, memory);
            return gpu.Download<int>(memory, 1)[0];
        }

        Assert.Equal((10, 11, 20), (Launch("first"), Launch("first"), Launch("second")));
    }

    [Fact]
    public void Heap_of_the_device_has_exact_bounds()
    {
        const string Text = """
            .version 8.4
            .target sm_80
            .address_size 64
            .extern .func (.param .b64 r) malloc (.param .b64 a) ;
            .extern .func free (.param .b64 a) ;
            .visible .entry k(.param .u32 offset, .param .u32 frees)
            {
                .reg .b64 %p, %o; .reg .b32 %x, %n; .reg .pred %q;
                { .param .b64 a; .param .b64 r; st.param.b64 [a], 24; call.uni (r), malloc, (a); ld.param.b64 %p, [r]; }
                ld.param.u32 %x, [offset]; cvt.u64.u32 %o, %x; add.u64 %o, %o, %p; st.u32 [%o], %x; ld.u32 %x, [%o]; ld.param.u32 %n, [frees];
            $loop: setp.eq.u32 %q, %n, 0; @%q bra $end;
                { .param .b64 a; st.param.b64 [a], %p; call.uni free, (a); }
                sub.u32 %n, %n, 1; bra $loop;
            $end: ret;
            }
            """;
        static FindingKind? Kind(int offset, int frees)
        {
            using var gpu = new VirtualGpu(new VirtualGpuOptions { CollectFindings = true });
            var before = gpu.UsedBytes;
            gpu.LoadModule(Text).GetKernel("k").Launch(1, 32, 0, offset, frees);
            Assert.Equal(frees == 0 ? 32 * 24 : 0, gpu.UsedBytes - before);
            return gpu.Findings.Select(f => (FindingKind?)f.Kind).FirstOrDefault();
        }

        Assert.Null(Kind(20, 1));
        Assert.Null(Kind(0, 0));
        Assert.Equal(FindingKind.OutOfBounds, Kind(24, 1));
        Assert.Equal(FindingKind.UseAfterFree, Kind(0, 2));
    }
}
