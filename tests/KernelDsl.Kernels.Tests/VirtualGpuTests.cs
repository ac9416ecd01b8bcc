using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Compiler.Tiles;
using KernelDsl.Kernels.Tests.Harness;
using KernelDsl.Runtime;
using KernelDsl.Runtime.Cuda;
using KernelDsl.VirtualGpu;

namespace KernelDsl.Kernels.Tests;

/// <summary>The library as PTX of the real NVRTC, on the virtual GPU with all checks, against the CPU back end.</summary>
public sealed class VirtualGpuTests(CompiledCases compiled) : IClassFixture<CompiledCases>
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in CompiledCases.AsCuda.Select(c => c.Name))
            {
                data.Add(name, "sm_80");
                data.Add(name, "sm_90");
            }

            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Kernel_on_the_virtual_gpu_agrees_with_the_cpu_and_breaks_no_rule(string name, string architecture)
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out var compiler, out var probe), probe.Describe());
        var prepared = CompiledCases.Find(name);
        using var driver = new VirtualCudaDriver(new VirtualGpuOptions { Architecture = architecture, MultiprocessorCount = 1 });
        Assert.True(CudaDevice.TryOpen(driver, 0, out var opened, out _));
        using var device = new Device(compiler!, opened);
        var actual = device.Run(prepared.Work);
        var expected = compiled.RunOnCpu(prepared);
        foreach (var (_, component, element, _) in prepared.Work.Outputs())
        {
            var tolerance = element.IsFloat() ? Tolerance.Of(prepared.Work, element) : new Tolerance(0, 0);
            var allowed = tolerance with { Relative = tolerance.Relative * prepared.Case.Amplification };
            var comparison = Comparison.Of(component.Key, actual.Outputs[component.Key], expected.Outputs[component.Key], allowed);
            Assert.True(comparison.IsOk, comparison.ToString());
        }
    }

    private sealed class Device(NvrtcCompiler compiler, CudaDevice device) : CompiledDevice
    {
        public override string Name => device.Name;

        public override void Dispose()
        {
            device.Dispose();
            base.Dispose();
        }

        protected override CompiledKernel Compile(LoopProgram program)
        {
            var unit = CudaEmission.Emit(program);
            var ptx = compiler.Compile(unit.Text, program.Name, device.Architecture, NvrtcOutput.Ptx, ["-lineinfo", .. CudaEmission.CompilerOptions]);
            return new CudaKernel(device, unit.Plan, ptx.Code.AsSpan());
        }
    }
}
