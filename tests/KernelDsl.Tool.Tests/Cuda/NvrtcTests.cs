using KernelDsl.Runtime.Cuda;

namespace KernelDsl.Tool.Tests.Cuda;

public sealed class NvrtcTests
{
    private const string Twice = "extern \"C\" __global__ void twice(float* x, long long n) { long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; if (i < n) x[i] *= 2.0f; }";

    [SkippableFact]
    public void Ptx_of_a_kernel_names_its_entry_and_architecture()
    {
        var result = Load().Compile(Twice, "twice.cu", "sm_80", NvrtcOutput.Ptx);
        Assert.Contains(".target sm_80", result.Text, StringComparison.Ordinal);
        Assert.Contains(".entry twice", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', result.Text);
    }

    [SkippableFact]
    public void Cubin_is_an_elf_file()
    {
        var result = Load().Compile(Twice, "twice.cu", "sm_80", NvrtcOutput.Cubin);
        Assert.Equal([0x7F, (byte)'E', (byte)'L', (byte)'F'], result.Code.Take(4));
        Assert.Throws<InvalidOperationException>(() => result.Text);
    }

    [SkippableFact]
    public void Errors_come_with_the_log_and_the_line()
    {
        var error = Assert.Throws<NvrtcException>(() => Load().Compile("\n__global__ void broken() { nothing(); }", "broken.cu", "sm_80", NvrtcOutput.Ptx));
        Assert.Contains("broken.cu(2)", error.Log, StringComparison.Ordinal);
        Assert.Contains("nothing", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Unknown_architecture_number_is_reported_by_the_compiler()
    {
        var error = Assert.Throws<NvrtcException>(() => Load().Compile(Twice, "twice.cu", "sm_19", NvrtcOutput.Ptx));
        Assert.Contains("gpu-architecture", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("sm_80; rm")]
    [InlineData("sm_80\n")]
    public void Text_that_is_no_architecture_is_refused(string architecture)
        => Assert.Throws<ArgumentException>(() => Load().Compile(Twice, "twice.cu", architecture, NvrtcOutput.Ptx));

    [Fact]
    public void Missing_nvrtc_lists_the_places_and_the_command()
    {
        var locator = new NvrtcLocator(name => name == "KDSL_NVRTC" ? "/nowhere/at/all" : null, AppContext.BaseDirectory);
        Assert.False(NvrtcCompiler.TryLoad(locator, out _, out var probe));
        Assert.Null(probe.Location);
        Assert.Contains("/nowhere/at/all", probe.Describe(), StringComparison.Ordinal);
        Assert.Contains("eng/install-nvrtc.sh", new NvrtcMissingException(probe).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Search_looks_at_tools_then_toolkit_variables()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File(".tools/nvrtc"));
        var locator = new NvrtcLocator(name => name == "CUDA_PATH" ? "/opt/cuda-a" : name == "CUDA_HOME" ? "/opt/cuda-b" : null, folder.File("bin/deep"));
        var paths = locator.Paths().Select(p => p.Path).Take(3).ToArray();
        Assert.Equal([folder.File(".tools/nvrtc"), "/opt/cuda-a", "/opt/cuda-b"], paths);
    }

    [Fact]
    public void Library_that_is_not_nvrtc_is_passed_over()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("libnvrtc.so.12"), "not a library");
        var locator = new NvrtcLocator(name => name == "KDSL_NVRTC" ? folder.Path : null, "/");
        Assert.False(NvrtcCompiler.TryLoad(locator, out _, out var probe));
        Assert.Contains("cannot be loaded", Assert.Single(probe.Places).Outcome, StringComparison.Ordinal);
    }

    private static NvrtcCompiler Load()
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out var compiler, out var probe), probe.Describe());
        return compiler!;
    }
}
