using System.Reflection;
using KernelDsl.Plans;
using KernelDsl.Runtime.Caching;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Runtime.Tests.Images;
using KernelDsl.Runtime.Tests.Kernels;
using KernelDsl.Tool.Tests.Cuda;

namespace KernelDsl.Runtime.Tests.Devices;

/// <summary>A GPU of the fake driver, and kernels of specs whose stages are delegates.</summary>
internal sealed class FakeGpu : IDisposable
{
    public FakeGpu()
    {
        Assert.True(CudaDevice.TryOpen(Driver, 0, out var gpu, out _));
        Device = new CudaKernelDevice(gpu, new KernelImageSource(new KernelDiskCache(new KernelCacheOptions(null, 0)), () => Nvrtc));
    }

    public FakeCudaDriver Driver { get; } = new();

    public FakeNvrtc Nvrtc { get; } = new();

    public CudaKernelDevice Device { get; }

    /// <summary>A kernel with all its stages known to the driver.</summary>
    public SpecKernel Compile(string spec, Action<Stage>? run = null, Assembly? assembly = null, params long?[] consts)
        => SpecKernel.Compile(Define(spec, run, assembly), Device, consts);

    public KernelDefinition Define(string spec, Action<Stage>? run = null, Assembly? assembly = null)
    {
        var definition = SpecKernel.Define(spec);
        var plan = definition.Program!.Plan;
        for (var i = 0; i < plan.Stages.Length; i++)
        {
            var stage = plan.Stages[i];
            Driver.Kernels[stage.Function] = (sizes, values) => run?.Invoke(new Stage(plan, stage, sizes, values));
        }

        return assembly is null ? definition : new KernelDefinition(definition.Signature, definition.Types, assembly, definition.Variant);
    }

    public void Dispose() => Device.Dispose();

    /// <summary>One launch as the driver sees it.</summary>
    internal sealed record Stage(KernelPlan Plan, PlanStage Planned, CudaLaunch Sizes, ulong[] Values)
    {
        public unsafe Span<float> Buffer(string name, int length)
            => new((void*)Values[IndexOf(PlanParameterKind.Buffer, Plan.Buffers.Select(b => b.Name).ToList().IndexOf(name))], length);

        public ulong Argument(string name) => Values[IndexOf(PlanParameterKind.Argument, Plan.Arguments.Select(a => a.Name).ToList().IndexOf(name))];

        public IEnumerable<ulong> Workspace => Planned.Parameters.Select((p, i) => (p, i))
            .Where(pair => pair.p.Kind == PlanParameterKind.Buffer && Plan.Buffers[pair.p.Index].Role == PlanBufferRole.Workspace).Select(pair => Values[pair.i]);

        private int IndexOf(PlanParameterKind kind, int index) => Planned.Parameters.Select(p => (p.Kind, p.Index)).ToList().IndexOf((kind, index));
    }
}
