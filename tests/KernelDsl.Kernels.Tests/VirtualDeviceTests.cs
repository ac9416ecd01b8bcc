using KernelDsl.Kernels.Tests.Harness;
using KernelDsl.Kernels.Tests.Typed;
using KernelDsl.Runtime;
using KernelDsl.Runtime.Cuda;
using KernelDsl.VirtualGpu;
using Device = KernelDsl.Runtime.KernelDevice;

namespace KernelDsl.Kernels.Tests;

/// <summary>The generated classes on a virtual GPU, as a user's tests would run them.</summary>
public sealed class VirtualDeviceTests
{
    public static TheoryData<string, string> Kernels
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (_, kernel) in Library.Kernels.Select(pair => (pair, pair.Kernel)))
            {
                data.Add(kernel.Name, "sm_80");
                data.Add(kernel.Name, "sm_90");
            }

            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Kernels))]
    public void Small_example_of_every_kernel_agrees_with_the_reference_under_all_checks(string name, string architecture)
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out _, out var probe), probe.Describe());
        var work = TypedClassTests.Default(Library.Kernel(name));
        using var reference = new ReferenceDevice(roundOutputs: true);
        var expected = reference.Run(work);
        using var device = Device.OpenVirtual(architecture);
        using var call = new TypedCall(work, device, isStrided: false);
        call.Launch();
        Assert.All(Comparisons.Of(work, new RunResult(call.Read().ToImmutableDictionary(), TimeSpan.Zero), expected), c => Assert.True(c.IsOk, c.ToString()));
    }

    [SkippableFact]
    public void Finding_names_kernel_lines_thread_and_tensor()
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out _, out var probe), probe.Describe());
        using var device = Device.OpenVirtual("sm_80");
        using var values = device.Upload((float[])[1f, 2f]);
        using var offsets = device.Upload((int[])[0, 1, 9]);
        using var indices = device.Upload((int[])[0, 1]);
        using var x = device.Upload((float[])[1f, 2f], 2, 1);
        using var y = device.Allocate<float>(2, 1);
        var fault = Assert.Throws<VirtualGpuFaultException>(() => KernelDsl.Kernels.Sparse.Spmm<float>.Run(device, new CsrTensor<float>(2, 2, values, offsets, indices), x, y));
        var finding = fault.Finding;
        Assert.Equal(FindingKind.OutOfBounds, finding.Kind);
        Assert.StartsWith("spmm", finding.Kernel, StringComparison.Ordinal);
        Assert.Equal("sparse.kdsl", finding.Spec!.Value.File);
        Assert.Contains("sum[k](a * x)", Library.Compilation("sparse/sparse.kdsl").Source.Text.Split('\n')[finding.Spec.Value.Line - 1], StringComparison.Ordinal);
        Assert.True(finding is { SourceLine: > 0, PtxLine: > 0, Thread.X: 1 });
        Assert.Contains("'a.", finding.Allocation, StringComparison.Ordinal);
        Assert.Contains($"sparse.kdsl:{finding.Spec.Value.Line}, CUDA C line {finding.SourceLine}, PTX line {finding.PtxLine}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Architecture_that_is_not_executed_is_refused_with_those_that_are()
    {
        var e = Assert.Throws<KernelDeviceException>(() => Device.OpenVirtual("sm_35"));
        Assert.Contains("the virtual GPU executes sm_80, sm_86, sm_89, sm_90", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Device_has_its_name_and_its_gpu()
    {
        using var device = VirtualGpuBackend.Open(new VirtualGpuOptions { Architecture = "sm_90", CountEvents = true });
        Assert.Equal(("virtual:sm_90", "sm_90"), (device.Name, device.Architecture));
        Assert.True(VirtualGpuBackend.Of(device)!.Options.CountEvents);
        Assert.Null(VirtualGpuBackend.Of(Device.Cpu));
    }
}
