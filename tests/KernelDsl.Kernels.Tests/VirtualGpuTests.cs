using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Compiler.Scheduling;
using KernelDsl.Compiler.Tiles;
using KernelDsl.Kernels.Tests.Harness;
using KernelDsl.Plans;
using KernelDsl.Runtime;
using KernelDsl.Runtime.Cuda;
using KernelDsl.VirtualGpu;

namespace KernelDsl.Kernels.Tests;

/// <summary>The library as PTX of the real NVRTC, on the virtual GPU with all checks, against the CPU back end.</summary>
public sealed class VirtualGpuTests(CompiledCases compiled) : IClassFixture<CompiledCases>
{
    /// <summary>How many orders of warps are tried; <c>KDSL_SCHEDULE_SEEDS</c> says another number.</summary>
    private static readonly int s_seeds = int.TryParse(Environment.GetEnvironmentVariable("KDSL_SCHEDULE_SEEDS"), out var seeds) ? seeds : 20;

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
        var expected = compiled.RunOnCpu(prepared);
        var image = new Lazy<(KernelPlan Plan, byte[] Ptx)>(() => Emit(compiler!, prepared.Work, architecture));
        for (var seed = 1; seed <= s_seeds; seed++)
        {
            using var driver = new VirtualCudaDriver(new VirtualGpuOptions { Architecture = architecture, MultiprocessorCount = 1, Seed = seed });
            Assert.True(CudaDevice.TryOpen(driver, 0, out var opened, out _));
            using var device = new Device(image.Value, opened);
            Compare(prepared, device.Run(prepared.Work), expected);
        }
    }

    private static (KernelPlan Plan, byte[] Ptx) Emit(NvrtcCompiler compiler, KernelCase work, string architecture)
    {
        var unit = CudaEmission.Emit(PlainSchedule.Lower(work.Kernel, work.Instance));
        return (unit.Plan, compiler.Compile(unit.Text, work.Kernel.Name, architecture, NvrtcOutput.Ptx, ["-lineinfo", .. CudaEmission.CompilerOptions]).Code.ToArray());
    }

    private static void Compare(PreparedCase prepared, RunResult actual, RunResult expected)
    {
        foreach (var (_, component, element, _) in prepared.Work.Outputs())
        {
            var comparison = Comparison.Of(component.Key, actual.Outputs[component.Key], expected.Outputs[component.Key], prepared.Allowed(element));
            Assert.True(comparison.IsOk, comparison.ToString());
        }
    }

    // Every launch is the same program: only the order of warps differs.
    private sealed class Device((KernelPlan Plan, byte[] Ptx) image, CudaDevice device) : CompiledDevice
    {
        public override string Name => device.Name;

        public override void Dispose()
        {
            device.Dispose();
            base.Dispose();
        }

        protected override CompiledKernel Compile(LoopProgram program, KernelCase work) => new CudaKernel(device, image.Plan, image.Ptx);
    }
}
