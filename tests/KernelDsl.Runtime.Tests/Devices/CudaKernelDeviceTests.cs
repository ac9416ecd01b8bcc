using KernelDsl.Plans;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Runtime.Interop;
using KernelDsl.Runtime.Packs;
using KernelDsl.Runtime.Tests.Images;
using KernelDsl.Runtime.Tests.Kernels;
using KernelDsl.Runtime.Tests.Packs;

namespace KernelDsl.Runtime.Tests.Devices;

/// <summary>A GPU as a device of kernels and tensors, on a driver whose memory is the host's.</summary>
public sealed class CudaKernelDeviceTests : IDisposable
{
    private const string Scale = "kernel scale(x: f32[i: N], by: f32, up: int = 3) -> y: f32[i] { y = x * by + up; }";
    private const string Power = "kernel power<const P = 2>(x: f32[i: N]) -> y: f32[i] { y = x * P; }";
    private const string Softmax = "kernel soft(x: f32[i: M, j: N]) -> y: f32[i, j] { y = softmax[j](x); }";

    private readonly FakeGpu _gpu = new();

    public void Dispose() => _gpu.Dispose();

    [Fact]
    public void Launch_passes_addresses_sizes_and_scalars_as_the_plan_says()
    {
        FakeGpu.Stage? seen = null;
        using var kernel = _gpu.Compile(Scale, stage =>
        {
            seen = stage;
            var x = stage.Buffer("x", 300);
            var y = stage.Buffer("y", 300);
            for (var i = 0; i < 300; i++)
            {
                y[i] = (x[i] * BitConverter.UInt32BitsToSingle((uint)stage.Argument("by"))) + (long)stage.Argument("up");
            }
        });
        using var x = _gpu.Device.Upload(Enumerable.Range(0, 300).Select(i => (float)i).ToArray());
        using var y = _gpu.Device.Allocate<float>(300);
        kernel.Run(launch => launch.Scalar(0, 0.1f), x, y);
        Assert.Equal(x.ToArray().Select(v => (v * 0.1f) + 3), y.ToArray());
        Assert.Equal(300ul, seen!.Argument("N"));
        Assert.Equal(0ul, seen.Argument("by") >> 32);
        Assert.Equal((300u + seen.Sizes.BlockX - 1) / seen.Sizes.BlockX, seen.Sizes.GridX);
        kernel.Run(
            launch =>
            {
                launch.Scalar(0, 1f);
                launch.Scalar(1, -7L);
            },
            x,
            y);
        Assert.Equal(x.ToArray().Select(v => v - 7), y.ToArray());
    }

    [Fact]
    public void Each_value_of_a_const_is_an_image_with_its_macro_and_no_parameter()
    {
        using var kernel = _gpu.Compile(Power, stage => Assert.DoesNotContain(stage.Planned.Parameters, p => p.Kind == PlanParameterKind.Argument && stage.Plan.Arguments[p.Index].Name == "P"));
        using var x = _gpu.Device.Allocate<float>(4);
        using var y = _gpu.Device.Allocate<float>(4);
        Assert.Empty(_gpu.Driver.Images);
        kernel.Run(x, y);
        kernel.Run(launch => launch.Const(0, 5), x, y);
        kernel.Run(launch => launch.Const(0, 2), x, y);
        kernel.Run(launch => launch.Const(0, 5), x, y);
        Assert.Equal(["-DKDSL_CONST_P=2", "-DKDSL_CONST_P=5"], _gpu.Driver.Images.Select(image => image.Split(' ').First(word => word.StartsWith("-DKDSL_CONST", StringComparison.Ordinal))));
        using var fixedly = _gpu.Compile(Power, consts: 7);
        Assert.Contains("-DKDSL_CONST_P=7", _gpu.Driver.Images[2], StringComparison.Ordinal);
        Assert.Equal(3, _gpu.Driver.LiveModules);
    }

    [Fact]
    public void Disposed_kernel_unloads_its_modules_and_frees_its_workspace()
    {
        var kernel = _gpu.Compile(Softmax);
        using var x = _gpu.Device.Allocate<float>(3, 4);
        using var y = _gpu.Device.Allocate<float>(3, 4);
        kernel.Run(x, y);
        Assert.Equal((1, 3), (_gpu.Driver.LiveModules, _gpu.Driver.Allocations));
        kernel.Dispose();
        Assert.Equal((0, 2), (_gpu.Driver.LiveModules, _gpu.Driver.Allocations));
        kernel.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kernel.Run(x, y));
    }

    [Fact]
    public void Module_without_the_function_is_unloaded()
    {
        var definition = _gpu.Define(Power);
        _gpu.Driver.Kernels.Clear();
        Assert.Throws<CudaException>(() => SpecKernel.Compile(definition, _gpu.Device, 2));
        Assert.Equal(0, _gpu.Driver.LiveModules);
    }

    [Fact]
    public void Workspace_is_kept_grows_and_is_each_launchs_own()
    {
        var places = new System.Collections.Concurrent.ConcurrentBag<ulong>();
        using var kernel = _gpu.Compile(Softmax, stage => Array.ForEach(stage.Workspace.ToArray(), places.Add));
        using var x = _gpu.Device.Allocate<float>(3, 4);
        using var y = _gpu.Device.Allocate<float>(3, 4);
        kernel.Run(x, y);
        var count = places.Distinct().Count();
        Assert.True(count > 0);
        kernel.Run(x, y);
        Assert.Equal(count, places.Distinct().Count());
        var allocations = _gpu.Driver.Allocations;
        using var large = _gpu.Device.Allocate<float>(900, 4);
        using var largeToo = _gpu.Device.Allocate<float>(900, 4);
        kernel.Run(large, largeToo);
        Assert.Equal(allocations + 2, _gpu.Driver.Allocations);

        // Two launches that are open at once.
        places.Clear();
        var launches = new[] { kernel.BeginLaunch(), kernel.BeginLaunch() };
        foreach (var launch in launches)
        {
            launch.Tensor<float>(0, x);
            launch.Tensor<float>(1, y);
            launch.Run();
        }

        Assert.Equal(2 * count, places.Distinct().Count());
        Array.ForEach(launches, launch => launch.End());
        Assert.Equal(allocations + 3, _gpu.Driver.Allocations);
    }

    [Fact]
    public void Full_memory_is_typed_and_other_failures_keep_their_code()
    {
        _gpu.Driver.Memory = 1000;
        var e = Assert.Throws<DeviceMemoryException>(() => _gpu.Device.Allocate<float>(1000));
        Assert.Equal("KD8026: cuda:0 cannot allocate 4000 bytes", e.Message);
        _gpu.Driver.FillFailure = new CudaException(700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an earlier launch failed");
        Assert.Equal(700, Assert.Throws<CudaException>(() => _gpu.Device.Allocate<float>(10)).Code);
        Assert.Equal(0, _gpu.Driver.Allocations);
    }

    [Fact]
    public void Forgotten_tensors_make_room_before_the_memory_is_full()
    {
        _gpu.Driver.Memory = 4000;
        for (var i = 0; i < 50; i++)
        {
            Forget(_gpu.Device);
        }

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget(KernelDevice device) => device.Allocate<float>(250).ToArray();
    }

    [Fact]
    public void Full_memory_for_the_workspace_fails_the_launch_and_not_the_next()
    {
        using var kernel = _gpu.Compile(Softmax);
        using var x = _gpu.Device.Allocate<float>(3, 4);
        using var y = _gpu.Device.Allocate<float>(3, 4);
        _gpu.Driver.Memory = 100;
        Assert.Throws<DeviceMemoryException>(() => kernel.Run(x, y));
        _gpu.Driver.Memory = 1 << 20;
        kernel.Run(x, y);
    }

    [Fact]
    public void Tensors_of_other_devices_are_refused_by_name()
    {
        using var kernel = _gpu.Compile(Power);
        using var other = new FakeGpu();
        using var mine = _gpu.Device.Allocate<float>(4);
        using var host = KernelDevice.Cpu.Allocate<float>(4);
        using var far = other.Device.Allocate<float>(4);
        Assert.Equal("KD8013: 'x' lies on cpu, but the kernel 'power' runs on cuda:0", Assert.Throws<WrongDeviceException>(() => kernel.Run(host, mine)).Message);
        Assert.Throws<WrongDeviceException>(() => kernel.Run(mine, far));
        Assert.Throws<KernelArgumentException>(() => _ = mine.AsSpan().Length);
    }

    [Fact]
    public void Strided_tensors_are_refused_by_launches_and_copied_to_and_fro()
    {
        using var kernel = _gpu.Compile(Softmax);
        using var x = _gpu.Device.Upload(new[,] { { 1f, 2, 3 }, { 4, 5, 6 } });
        using var y = _gpu.Device.Allocate<float>(3, 2);
        var e = Assert.Throws<KernelArgumentException>(() => kernel.Run(x.Permute(1, 0), y));
        Assert.Equal("KD8018: 'x' of kernel 'soft' has the strides [1, 3]; on cuda:0 tensors must lie in the order of their axes without gaps", e.Message);
        Assert.Equal([1f, 4, 2, 5, 3, 6], x.Permute(1, 0).ToArray());
        x.Slice(1, 1, 1).CopyFrom([20, 50]);
        x.Select(0, 1).Slice(0, 2, 1).CopyFrom([60]);
        Assert.Equal([1f, 20, 3, 4, 50, 60], x.ToArray());
        x.Clear();
        Assert.Equal(new float[6], x.ToArray());
        using var packed = _gpu.Device.Upload([(Int4)1, (Int4)(-8), (Int4)7]);
        Assert.Equal([1, -8, 7], packed.ToArray().Select(v => (int)v));
    }

    [Fact]
    public void Device_that_is_disposed_first_takes_everything_with_it()
    {
        var device = _gpu.Device;
        var tensor = device.Allocate<float>(3, 4);
        var y = device.Allocate<float>(3, 4);
        var kernel = _gpu.Compile(Softmax);
        kernel.Run(tensor, y);
        device.Dispose();
        device.Dispose();
        tensor.Dispose();
        kernel.Dispose();
        Assert.Throws<ObjectDisposedException>(() => y.ToArray());
        Assert.Throws<ObjectDisposedException>(() => device.Allocate<float>(1));
        Assert.Throws<ObjectDisposedException>(device.Synchronize);
        Assert.Throws<ObjectDisposedException>(() => _gpu.Compile(Power, consts: 2));
    }

    [Fact]
    public void Tensor_that_is_finalised_after_its_device_leaves_the_driver_alone()
    {
        Abandon(_gpu.Device);
        _gpu.Dispose();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(1, _gpu.Driver.Allocations);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Abandon(KernelDevice device) => device.Allocate<float>(4).ToArray();
    }

    [Fact]
    public void Shared_kernels_end_with_their_device()
    {
        var definition = _gpu.Define(Power);
        var kernel = _gpu.Device.Shared(device => SpecKernel.Compile(definition, device, 2));
        Assert.Same(kernel, _gpu.Device.Shared<SpecKernel>(_ => throw new InvalidOperationException("It is there.")));
        _gpu.Dispose();
        Assert.Equal(0, _gpu.Driver.LiveModules);
    }

    [Fact]
    public void Sealed_device_takes_images_from_the_pack_only()
    {
        var variant = SpecKernel.Define(Power).Variant!;
        var pack = PackedAssembly.Load(SamplePacks.Bytes([(new KernelImageKey(variant.CudaKey!, "P=2", "sm_80", "cubin"), "packed"u8.ToArray())]));
        _gpu.Device.Policy = KernelPolicy.Sealed;
        using var kernel = _gpu.Compile(Power, assembly: pack);
        using var x = _gpu.Device.Allocate<float>(4);
        using var y = _gpu.Device.Allocate<float>(4);
        kernel.Run(x, y);
        Assert.Equal(["packed"], _gpu.Driver.Images);
        var e = Assert.Throws<KernelSealedException>(() => kernel.Run(launch => launch.Const(0, 5), x, y));
        Assert.Contains("kernel 'power' with P=5 has no image for sm_80", e.Message, StringComparison.Ordinal);
        Assert.Contains("it has P=2", e.Message, StringComparison.Ordinal);
        _gpu.Device.Policy = KernelPolicy.AllowCompile;
        kernel.Run(launch => launch.Const(0, 5), x, y);
        Assert.Equal(1, _gpu.Nvrtc.Compiles);
    }

    [Fact]
    public void Kernel_that_fails_to_compile_can_be_tried_again()
    {
        _gpu.Nvrtc.Failure = "power.cu(1): error: no";
        using var kernel = _gpu.Compile(Power);
        using var x = _gpu.Device.Allocate<float>(4);
        using var y = _gpu.Device.Allocate<float>(4);
        Assert.Contains("KD8034: kernel 'power' with P=2 cannot be compiled for sm_80", Assert.Throws<KernelImageException>(() => kernel.Run(x, y)).Message, StringComparison.Ordinal);
        _gpu.Nvrtc.Failure = null;
        kernel.Run(x, y);
    }

    [Fact]
    public void Assembly_without_cuda_says_how_to_get_it()
    {
        var definition = SpecKernel.Define(Power);
        var bare = new KernelDefinition(definition.Signature, "", definition.Assembly, definition.Variant! with { CudaText = null, CudaKey = null });
        var e = Assert.Throws<KernelDeviceException>(() => SpecKernel.Compile(bare, _gpu.Device, 2));
        Assert.StartsWith("KD8021: the assembly has no CUDA code of kernel 'power'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public unsafe void Tensor_goes_to_other_frameworks_as_memory_of_the_gpu()
    {
        using var tensor = _gpu.Device.Allocate<float>(2, 3);
        var managed = (DLManagedTensor*)DLPack.Export<float>(tensor);
        Assert.Equal((2, 0, tensor.Address), (managed->Tensor.Device.Kind, managed->Tensor.Device.Ordinal, (nint)managed->Tensor.Data));
        var address = (nint)managed;
        Assert.Contains("it lies on device 2:0 (DLPack's numbers), and cpu is 1:0", Assert.Throws<KernelArgumentException>(() => DLPack.Import<float>(KernelDevice.Cpu, address)).Message, StringComparison.Ordinal);
        using var back = DLPack.Import<float>(_gpu.Device, address);
        Assert.Equal(6, back.AsRef().Length);
    }

    [Theory]
    [InlineData("cuda", "a GPU is named by its number, such as cuda:0")]
    [InlineData("cuda:first", "a GPU is named by its number, such as cuda:0")]
    [InlineData("cuda:-1", "a GPU is named by its number, such as cuda:0")]
    [InlineData("cuda:4096", "")]
    public void Names_of_gpus_that_are_not_there_are_explained(string name, string expected)
    {
        CudaBackend.Register();
        CudaBackend.Register();
        var e = Assert.Throws<KernelDeviceException>(() => KernelDevice.Open(name));
        Assert.StartsWith($"KD8022: the device '{name}' cannot be opened: {expected}", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("no package", e.Message, StringComparison.Ordinal);
        Assert.Contains("known are cpu, cuda", Assert.Throws<KernelDeviceException>(() => KernelDevice.Open("rocm:0")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Default_device_that_the_environment_misspells_says_so()
    {
        var e = Assert.Throws<KernelDeviceException>(() => KernelDevice.FindDefault("gpu"));
        Assert.StartsWith("KD8022: the device 'gpu' cannot be opened: no package for 'gpu' is referenced", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("(named by the environment variable KDSL_DEVICE)", e.Message, StringComparison.Ordinal);
        Assert.Same(KernelDevice.Cpu, KernelDevice.FindDefault(" cpu "));
    }
}
