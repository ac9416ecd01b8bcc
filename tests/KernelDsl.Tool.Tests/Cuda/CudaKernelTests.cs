using KernelDsl.Plans;
using KernelDsl.Runtime;
using KernelDsl.Runtime.Cuda;

namespace KernelDsl.Tool.Tests.Cuda;

public sealed unsafe class CudaKernelTests
{
    // o[i] = x[i] * scale + t, for two steps t one after the other.
    private static readonly KernelPlan s_plan = new(
        "affine",
        [new PlanArgument("N", PlanScalar.I64), new PlanArgument("scale", PlanScalar.F32)],
        [new PlanBuffer("x", ElementType.F32, PlanBufferRole.Input, "N"), new PlanBuffer("o", ElementType.F32, PlanBufferRole.Output, "N")],
        [],
        ["t"],
        [new PlanStage("affine", "affine_0", ["N"], 128, [
            new PlanParameter(PlanParameterKind.Buffer, 0, false), new PlanParameter(PlanParameterKind.Buffer, 1, true),
            new PlanParameter(PlanParameterKind.Argument, 0, false), new PlanParameter(PlanParameterKind.Argument, 1, false),
            new PlanParameter(PlanParameterKind.Serial, 0, false)])],
        [new PlanSerial(0, "2", false, [new PlanLaunch(0, [0])])]);

    [Fact]
    public void Launch_passes_parameters_and_copies_results()
    {
        var launches = new List<(CudaLaunch Sizes, ulong Serial)>();
        var driver = new FakeCudaDriver();
        driver.Kernels["affine_0"] = (sizes, p) =>
        {
            launches.Add((sizes, p[4]));
            for (var i = 0; i < (long)p[2]; i++)
            {
                ((float*)p[1])[i] = (((float*)p[0])[i] * BitConverter.UInt32BitsToSingle((uint)p[3])) + p[4];
            }
        };
        Assert.True(CudaDevice.TryOpen(driver, 0, out var device, out _));
        using (device)
        using (var kernel = new CudaKernel(device, s_plan, "ptx"u8))
        {
            var output = new HostBuffer(ElementType.F32, 300);
            kernel.Run(Arguments(300, output));
            Assert.Equal((3 * 2.5f) + 1, BitConverter.ToSingle(output.Bytes, 4 * 3));
        }

        Assert.Equal([(new CudaLaunch(3, 128), 0ul), (new CudaLaunch(3, 128), 1ul)], launches);
        Assert.Equal(0, driver.Allocations);
    }

    [Fact]
    public void Empty_grid_is_not_launched_and_failures_free_the_memory()
    {
        var driver = new FakeCudaDriver();
        driver.Kernels["affine_0"] = (_, _) => throw new CudaException(700, "CUDA_ERROR_ILLEGAL_ADDRESS", "running failed");
        Assert.True(CudaDevice.TryOpen(driver, 0, out var device, out _));
        using var kernel = new CudaKernel(device, s_plan, "ptx"u8);
        kernel.Run(Arguments(0, new HostBuffer(ElementType.F32, 0)));
        Assert.Throws<CudaException>(() => kernel.Run(Arguments(3, new HostBuffer(ElementType.F32, 3))));
        Assert.Equal(0, driver.Allocations);
    }

    [Theory]
    [InlineData(0, 0, "no device")]
    [InlineData(2, 2, "the last is cuda:1")]
    [InlineData(1, -1, "no device cuda:-1")]
    public void Missing_device_is_a_sentence(int devices, int ordinal, string expected)
    {
        Assert.False(CudaDevice.TryOpen(new FakeCudaDriver { Devices = devices }, ordinal, out _, out var reason));
        Assert.Contains(expected, reason, StringComparison.Ordinal);
    }

    private static KernelArguments Arguments(int count, HostBuffer output)
    {
        var input = new HostBuffer(ElementType.F32, count);
        for (var i = 0; i < count; i++)
        {
            BitConverter.TryWriteBytes(input.Bytes.AsSpan(4 * i), (float)i);
        }

        return new KernelArguments { Buffers = { ["x"] = input, ["o"] = output }, Integers = { ["N"] = count }, Floats = { ["scale"] = 2.5 } };
    }
}
