using KernelDsl.Compiler;
using KernelDsl.Compiler.Emission;
using KernelDsl.Compiler.Emission.Bindings;
using KernelDsl.Compiler.Text;
using KernelDsl.Plans;
using KernelDsl.Runtime.Caching;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Runtime.Packs;
using KernelDsl.Tool.Packing;

namespace KernelDsl.Tool.Tests.Packing;

public sealed class PackBuilderTests : IDisposable
{
    private const string Scale = "kernel scale<T: f32 | f16, const D: 2 | 4>(x: T[i: N]) -> y: f32[i] { y = D * x; }\n";
    private readonly TemporaryFolder _folder = new();
    private readonly PackReport _report = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_type_const_target_and_form_is_compiled_once()
    {
        var nvrtc = new RecordingNvrtc();
        var pack = Open(Build(nvrtc, Scale, ["sm_80", "sm_90a"], ["cubin", "ptx"]));
        Assert.Equal(2 * 2 * 2 * 2, pack.Keys.Count());
        Assert.Equal(16, nvrtc.Compiles.Distinct().Count() * 2);
        Assert.Equal(16, nvrtc.Compiles.Count);
        Assert.Contains("scale.cu sm_90a Ptx --std=c++17 --fmad=false -DKDSL_CONST_D=4", nvrtc.Compiles);
        Assert.Equal(2, pack.Keys.Select(key => key.CudaKey).Distinct().Count());
        Assert.Equal(["D=2", "D=4"], pack.Keys.Select(key => key.Consts).Distinct());
        Assert.Equal(("0.1.0", "12.4"), (pack.CompilerVersion, pack.NvrtcVersion));
    }

    [Fact]
    public void Values_of_examples_are_packed_too()
    {
        const string spec = "kernel scale<const D = 2>(x: f32[i: N]) -> y: f32[i] { y = D * x; }\nexample scale other { D = 7, N = 3 }\n";
        Assert.Equal(["D=2", "D=7"], Open(Build(new RecordingNvrtc(), spec, ["sm_80"], ["cubin"])).Keys.Select(key => key.Consts));
    }

    [Fact]
    public void A_kernel_without_a_value_for_its_const_is_KD7021()
    {
        Assert.Empty(Open(Build(new RecordingNvrtc(), "kernel scale<const D>(x: f32[i: N]) -> y: f32[i] { y = D * x; }", ["sm_80"], ["cubin"])).Keys);
        Assert.EndsWith("(1,8): warning KD7021: Kernel 'scale' is not in the pack: the const 'D' has no listed values and no default, and no example gives it one.", Line(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_nvrtc_refuses_is_KD5002_at_the_kernel_in_one_line()
    {
        var spec = Scale + "\nkernel broken(x: f32[i: N]) -> y: f32[i] { y = x; }\n";
        Assert.Null(Build(new RecordingNvrtc("broken"), spec, ["sm_80"], ["cubin"]));
        Assert.Equal($"{_folder.File("spec.kdsl")}(3,8): error KD5002: NVRTC 12.4 could not compile broken.cu. line one line two", Line());
    }

    [Theory]
    [InlineData("sm_999", "KD7022")]
    [InlineData("sm_75", "KD7022")]
    [InlineData("ampere", "KD5004")]
    public void A_target_that_is_none_is_reported(string target, string id)
    {
        Assert.Null(Build(new RecordingNvrtc(), Scale, ["sm_80", target], ["cubin"]));
        Assert.StartsWith($"kdsl: error {id}: ", Line(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_a_spec_stops_before_anything_is_compiled()
    {
        var nvrtc = new RecordingNvrtc();
        Assert.Null(Build(nvrtc, "kernel f(x: f32[i: N]) -> y: f32[i] { y = z; }", ["sm_80"], ["cubin"]));
        Assert.Contains("spec.kdsl(1,43): error KD2001: ", Line(), StringComparison.Ordinal);
        Assert.Empty(nvrtc.Compiles);
    }

    [SkippableFact]
    public void Real_images_are_the_same_bytes_with_and_without_the_cache()
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out var nvrtc, out var probe), probe.Describe());
        var cache = new KernelDiskCache(new KernelCacheOptions(_folder.File("cache"), KernelCacheOptions.DefaultLimit));
        var first = Build(nvrtc!, Scale, ["sm_80"], ["cubin", "ptx"], cache)!;
        var second = Build(nvrtc!, Scale, ["sm_80"], ["cubin", "ptx"], cache)!;
        var third = Build(nvrtc!, Scale, ["sm_80"], ["cubin", "ptx"])!;
        Assert.Equal((8, 0, 8), (first.Compiled, second.Compiled, third.Compiled));
        Assert.Equal(first.Bytes, second.Bytes);
        Assert.Equal(first.Bytes, third.Bytes);
        Assert.Equal((byte)0x7F, Image(Open(first), "cubin")[0]);
        Assert.Contains(".target sm_80", System.Text.Encoding.UTF8.GetString(Image(Open(first), "ptx")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Generated_code_finds_every_variant_of_a_kernel_in_the_pack()
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out var nvrtc, out var probe), probe.Describe());
        const string spec = "kernel scale<T: f32 | f16, const \u03B4: 2 | 4, const K = 3>(x: T[i: N]) -> y: f32[i] { y = \u03B4 * K * x; }\n";
        var pack = Open(Build(nvrtc!, spec, ["sm_80"], ["cubin"]));
        var kernel = Assert.Single(KernelCompilation.Create(new SourceText("spec.kdsl", spec)).Module.Kernels);
        var signature = SignatureEmission.Create(kernel);
        foreach (var type in (ElementType[])[ElementType.F32, ElementType.F16])
        {
            // What the generator writes into the class, and what the device makes of it.
            var code = KernelCode.Emit(kernel, ImmutableDictionary<string, ElementType>.Empty.Add("T", type), new CodeOptions("Scale"));
            foreach (var value in (long[])[2, 4])
            {
                ImmutableArray<KernelConst> consts = [new(signature.Consts[0].Name, signature.Consts[0].Macro, value), new(signature.Consts[1].Name, signature.Consts[1].Macro, 3)];
                Assert.True(PackSearch.TryFindBest(pack, code.CudaKey!, CudaCompilation.Describe(consts), "sm_80", out var key));
                Assert.True(pack.TryFind(key, out _));
            }
        }

        Assert.Equal(4, pack.Keys.Count());
    }

    private static byte[] Image(KernelPack pack, string kind)
        => pack.TryFind(pack.Keys.First(key => key.Kind == kind), out var image) ? image.ToArray() : throw new InvalidOperationException(kind);

    private static KernelPack Open(PackResult? result) => KernelPack.Read(new MemoryStream(result!.Bytes));

    private PackResult? Build(INvrtc nvrtc, string spec, ImmutableArray<string> targets, ImmutableArray<string> kinds, KernelDiskCache? cache = null)
        => new PackBuilder(nvrtc, cache ?? new KernelDiskCache(new KernelCacheOptions(null, 0)), _report).Build(new PackRequest([_folder.Write("spec.kdsl", spec)], targets, kinds));

    private string Line()
    {
        using var text = new StringWriter();
        _report.WriteTo(text);
        return Assert.Single(text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
