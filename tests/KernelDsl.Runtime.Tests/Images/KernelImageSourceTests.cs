using System.Reflection;
using System.Text;
using KernelDsl.Plans;
using KernelDsl.Runtime.Caching;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Runtime.Packs;
using KernelDsl.Runtime.Tests.Caching;
using KernelDsl.Runtime.Tests.Packs;

namespace KernelDsl.Runtime.Tests.Images;

public sealed class KernelImageSourceTests : IDisposable
{
    private const string Text = "extern \"C\" __global__ void twice(float* x) { x[threadIdx.x] *= KDSL_CONST_D; }";
    private static readonly KernelImageRequest s_request = new("twice", "T=f16", [Const(64)], "sm_80", CudaCompilation.KeyOf(Text), Text, null);
    private readonly CacheSandbox _sandbox = new();
    private readonly FakeNvrtc _nvrtc = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void Pack_comes_before_cache_and_cache_before_the_compiler()
    {
        var source = Source();
        var made = source.Get(s_request, KernelPolicy.AllowCompile);
        Assert.Equal((KernelImageOrigin.Compiler, "cubin", "sm_80"), (made.Origin, made.Kind, made.Architecture));
        Assert.Equal($"Cubin sm_80 --std=c++17 --fmad=false -DKDSL_CONST_D=64 {Text}", Encoding.UTF8.GetString(made.Code.Span));
        var found = Source().Get(s_request, KernelPolicy.AllowCompile);
        Assert.Equal(KernelImageOrigin.Cache, found.Origin);
        Assert.Equal(made.Code.ToArray(), found.Code.ToArray());
        var packed = source.Get(s_request with { Assembly = Packed(Key("D=64", "sm_80")) }, KernelPolicy.AllowCompile);
        Assert.Equal(KernelImageOrigin.Pack, packed.Origin);
        Assert.Equal("image of D=64 sm_80 cubin", Encoding.UTF8.GetString(packed.Code.Span));
        Assert.Equal(1, _nvrtc.Compiles);
    }

    [Fact]
    public void Another_value_of_a_const_is_another_image()
    {
        var source = Source();
        source.Get(s_request, KernelPolicy.AllowCompile);
        var other = source.Get(s_request with { Consts = [Const(128)] }, KernelPolicy.AllowCompile);
        Assert.Contains("-DKDSL_CONST_D=128", Encoding.UTF8.GetString(other.Code.Span), StringComparison.Ordinal);
        Assert.Equal(2, _nvrtc.Compiles);
    }

    [Fact]
    public void Threads_that_want_the_same_image_share_one_compile()
    {
        var nvrtc = new FakeNvrtc { Duration = TimeSpan.FromMilliseconds(200) };
        var source = new KernelImageSource(new KernelDiskCache(new KernelCacheOptions(null, 0)), () => nvrtc);
        using var together = new Barrier(8);
        var images = new KernelImage[8];
        var threads = Enumerable.Range(0, 8).Select(i => new Thread(() =>
        {
            together.SignalAndWait();
            images[i] = source.Get(s_request with { Consts = [Const(i % 2)] }, KernelPolicy.AllowCompile);
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(2, nvrtc.Compiles);
        Assert.Same(images[0], images[2]);
    }

    [Fact]
    public void A_failed_compile_is_KD8034_and_tried_again_by_the_next_call()
    {
        var source = Source();
        _nvrtc.Failure = "twice.cu(1): error: no";
        var error = Assert.Throws<KernelImageException>(() => source.Get(s_request, KernelPolicy.AllowCompile));
        Assert.StartsWith("KD8034: kernel 'twice' with T=f16,D=64 cannot be compiled for sm_80: refused", error.Message, StringComparison.Ordinal);
        Assert.IsType<NvrtcException>(error.InnerException);
        _nvrtc.Failure = null;
        Assert.Equal(KernelImageOrigin.Compiler, source.Get(s_request, KernelPolicy.AllowCompile).Origin);
    }

    [Fact]
    public void Missing_nvrtc_is_KD8035_with_the_places_and_looked_for_again()
    {
        INvrtc? nvrtc = null;
        var source = new KernelImageSource(_sandbox.Open(), () => nvrtc ?? throw new NvrtcMissingException(new NvrtcProbe(null, [new ProbedPlace("KDSL_NVRTC", "/nowhere", "does not exist")])));
        var error = Assert.Throws<KernelImageException>(() => source.Get(s_request, KernelPolicy.AllowCompile));
        Assert.Equal("KD8035", error.Diagnostic.Id);
        Assert.Contains("/nowhere", error.Message, StringComparison.Ordinal);
        nvrtc = _nvrtc;
        Assert.Equal(KernelImageOrigin.Compiler, source.Get(s_request, KernelPolicy.AllowCompile).Origin);
    }

    [Fact]
    public void Without_its_text_a_kernel_is_KD8035()
        => Assert.Equal("KD8035", Assert.Throws<KernelImageException>(() => Source().Get(s_request with { CudaText = null }, KernelPolicy.AllowCompile)).Diagnostic.Id);

    [Fact]
    public void A_device_that_nvrtc_does_not_know_gets_the_ptx_of_the_newest_older_one()
    {
        var image = Source().Get(s_request with { Architecture = "sm_120" }, KernelPolicy.AllowCompile);
        Assert.Equal(("ptx", "sm_90"), (image.Kind, image.Architecture));
    }

    [Fact]
    public void Sealed_takes_what_the_pack_has_and_never_compiles()
    {
        var request = s_request with { Assembly = Packed(Key("D=64", "sm_80"), Key("D=128", "sm_80")) };
        Assert.Equal(KernelImageOrigin.Pack, Source().Get(request, KernelPolicy.Sealed).Origin);
        Source().Get(s_request with { Consts = [] }, KernelPolicy.AllowCompile);
        Assert.Throws<KernelSealedException>(() => Source().Get(request with { Consts = [] }, KernelPolicy.Sealed));
        Assert.Equal(1, _nvrtc.Compiles);
    }

    [Fact]
    public void Sealed_says_what_to_add_to_the_project()
    {
        var packed = Packed(Key("D=64", "sm_80"), Key("D=128", "sm_80"));
        Contains(s_request, "KD8033: kernel 'twice' with T=f16,D=64 has no image for sm_80", "set <KernelDslTargets>sm_80</KernelDslTargets>");
        Contains(s_request with { Assembly = packed, Architecture = "sm_75" }, "it has sm_80 (cubin): add sm_75 to <KernelDslTargets>");
        Contains(s_request with { Assembly = packed, Consts = [Const(96)] }, "D=96", "it has D=128; D=64: list the value");
        Contains(s_request with { Assembly = packed, CudaKey = "other" }, "does not have this kernel with these types");

        void Contains(KernelImageRequest request, params string[] parts)
        {
            var error = Assert.Throws<KernelSealedException>(() => Source().Get(request, KernelPolicy.Sealed));
            Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
            Assert.Equal(("twice", request.Architecture), (error.Kernel, error.Architecture));
        }
    }

    [Fact]
    public void A_damaged_pack_is_passed_over_unless_sealed()
    {
        var bytes = SamplePacks.Bytes([(Key("D=64", "sm_80"), new byte[10])]);
        bytes[^1] ^= 1;
        var request = s_request with { Assembly = PackedAssembly.Load(bytes) };
        Assert.Equal(KernelImageOrigin.Compiler, Source().Get(request, KernelPolicy.AllowCompile).Origin);
        Assert.Throws<KernelPackException>(() => Source().Get(request, KernelPolicy.Sealed));
    }

    [SkippableFact]
    public void Real_nvrtc_compiles_with_the_value_of_the_const_and_the_disk_keeps_it()
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out var nvrtc, out var probe), probe.Describe());
        var source = new KernelImageSource(_sandbox.Open(), () => nvrtc!);
        var image = source.Get(s_request, KernelPolicy.AllowCompile);
        Assert.Equal([0x7F, (byte)'E', (byte)'L', (byte)'F'], image.Code[..4].ToArray());
        Assert.Equal(KernelImageOrigin.Cache, source.Get(s_request, KernelPolicy.AllowCompile).Origin);
        Assert.NotEqual(image.Code.ToArray(), source.Get(s_request with { Consts = [Const(3)] }, KernelPolicy.AllowCompile).Code.ToArray());
    }

    private static KernelConst Const(long value) => new("D", "KDSL_CONST_D", value);

    private static KernelImageKey Key(string consts, string architecture) => new(s_request.CudaKey, consts, architecture, "cubin");

    private static Assembly Packed(params KernelImageKey[] keys)
        => PackedAssembly.Load(SamplePacks.Bytes(keys.Select(key => (key, Encoding.UTF8.GetBytes($"image of {key.Consts} {key.Architecture} {key.Kind}")))));

    private KernelImageSource Source() => new(_sandbox.Open(), () => _nvrtc);
}
