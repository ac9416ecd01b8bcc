using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Tool.Execution;
using KernelDsl.Tool.Tests.CommandLine;
using KernelDsl.Tool.Tests.LanguageServer;
using KernelDsl.VirtualGpu;

namespace KernelDsl.Tool.Tests.Execution;

public sealed class VirtualDeviceTests
{
    [SkippableTheory]
    [InlineData("virtual:sm_80")]
    [InlineData("virtual:sm_90")]
    public void Kernel_runs_on_a_virtual_gpu_and_agrees_with_the_reference(string device)
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out _, out var probe), probe.Describe());
        var file = Path.Combine(LibraryFiles.Folder, "attention", "causal_attention.kdsl");
        var run = Cli.Run("run", file, "--dims", "B=1,H=2,G=1,M=3,N=5", "--param", "T=f16,D=64", "--set", "window=3", "--device", device, "--sanitize", "--schedule-seed", "5", "--check");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"causal_attention on {device}:", run.Output, StringComparison.Ordinal);
        Assert.Contains("check o: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Architecture_that_is_not_executed_says_which_are()
    {
        var e = Assert.Throws<ToolException>(() => VirtualDevice.OpenArchitecture("sm_35", new DeviceOptions()));
        Assert.Contains("'virtual:sm_35' is not available: the virtual GPU executes sm_80, sm_86, sm_89, sm_90", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Finding_is_reported_as_KD5006_with_its_place()
    {
        using var gpu = new global::KernelDsl.VirtualGpu.VirtualGpu(new VirtualGpuOptions());
        var kernel = gpu.LoadModule(".version 8.4\n.target sm_80\n.address_size 64\n.visible .entry f(.param .u64 p) {\n.reg .b64 %rd<2>;\n.reg .b32 %r<2>;\nld.param.u64 %rd1, [p];\nmov.u32 %r1, 1;\nst.global.u32 [%rd1+4], %r1;\nret;\n}\n").GetKernel("f");
        var memory = gpu.Allocate(4, "y");
        var fault = Assert.Throws<VirtualGpuFaultException>(() => kernel.Launch(1, 1, 0, memory));
        var failure = VirtualDevice.Failure(fault.Finding);
        Assert.Equal(TargetDiagnostics.VirtualFinding, failure.Descriptor);
        Assert.Equal("KD5006", failure.Descriptor.Id);
        Assert.Contains("PTX line 9", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'y'", failure.Message, StringComparison.Ordinal);
    }
}
