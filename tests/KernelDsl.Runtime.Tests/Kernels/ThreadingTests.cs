using KernelDsl.Runtime.Cpu;

namespace KernelDsl.Runtime.Tests.Kernels;

/// <summary>Many threads at one kernel, and what goes wrong in the middle of it.</summary>
public sealed class ThreadingTests
{
    private const string Power = "kernel scale<const P = 2>(x: f32[i: M, j: N]) -> y: f32[i, j] { y = x * P; }";
    private const string Spmv = "kernel spmv(a: f32[i: M, j: N] csr, x: f32[j]) -> y: f32[i] { y = sum[j](a * x); }";

    private static KernelDevice Device => KernelDevice.Cpu;

    [Fact]
    public void Hundred_threads_with_their_own_shapes_and_consts_do_not_meet()
    {
        using var kernel = SpecKernel.Compile(Power);
        var failures = 0;
        var threads = Enumerable.Range(1, 100).Select(t => new Thread(() => Interlocked.Add(ref failures, Repeat(kernel, t)))).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, failures);
    }

    [Fact]
    public async Task Work_items_of_the_pool_launch_without_waiting_for_the_pool()
    {
        // A degree far above the pool's threads: a launch that waited for its helpers to begin would never end.
        using var device = KernelDevice.OpenCpu(new CpuOptions(64));
        using var kernel = SpecKernel.Compile(Power, device);
        var work = Enumerable.Range(1, 64).Select(t => Task.Run(() => Repeat(kernel, t)));
        Assert.All(await Task.WhenAll(work).WaitAsync(TimeSpan.FromSeconds(60)), failures => Assert.Equal(0, failures));
    }

    [Fact]
    public void Tensor_disposed_between_launches_of_other_threads_is_typed_and_never_torn()
    {
        using var kernel = SpecKernel.Compile(Power);
        for (var round = 0; round < 30; round++)
        {
            var x = Device.Allocate<float>(64, 64);
            x.AsSpan().Fill(1);
            var (wrong, unexpected) = (0, 0);
            using var start = new Barrier(4);
            var threads = Enumerable.Range(0, 3).Select(_ => new Thread(() =>
            {
                using var y = Device.Allocate<float>(64, 64);
                start.SignalAndWait();
                try
                {
                    while (true)
                    {
                        kernel.Run(x, y);
                        Interlocked.Add(ref wrong, y.ToArray().Any(value => value != 2) ? 1 : 0);
                    }
                }
                catch (TensorDisposedException)
                {
                }
                catch (Exception)
                {
                    Interlocked.Increment(ref unexpected);
                }
            })).ToArray();
            Array.ForEach(threads, thread => thread.Start());
            start.SignalAndWait();
            Thread.SpinWait(round * 500);
            x.Dispose();
            Array.ForEach(threads, thread => thread.Join());
            Assert.Equal((0, 0), (wrong, unexpected));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(19_999)]
    public void Failure_in_a_stage_reaches_the_caller_and_leaves_the_kernel_usable(int row)
    {
        const int Rows = 20_000;
        using var kernel = SpecKernel.Compile(Spmv);
        using var values = Device.Upload(Enumerable.Repeat(1f, Rows).ToArray());
        using var offsets = Device.Upload(Enumerable.Range(0, Rows + 1).ToArray());
        using var indices = Device.Upload(Enumerable.Range(0, Rows).ToArray());
        using var x = Device.Upload(Enumerable.Range(0, Rows).Select(i => (float)i).ToArray());
        using var y = Device.Allocate<float>(Rows);
        for (var round = 0; round < 20; round++)
        {
            offsets.AsSpan()[row + 1] += 1 << 20;
            var e = Assert.Throws<KernelBoundsException>(Run);
            Assert.StartsWith("KD8007: the kernel accessed element 20000 of buffer 'a_", e.Message, StringComparison.Ordinal);
            offsets.AsSpan()[row + 1] -= 1 << 20;
            y.Clear();
            Run();
            Assert.Equal(x.ToArray(), y.ToArray());
        }

        void Run() => kernel.Run(launch =>
        {
            launch.Shape(0, Rows, Rows);
            launch.Tensor<float>(1, values);
            launch.Tensor<int>(2, offsets);
            launch.Tensor<int>(3, indices);
            launch.Tensor<float>(4, x);
            launch.Tensor<float>(5, y);
        });
    }

    [Fact]
    public void First_runs_of_many_threads_share_one_kernel_and_free_the_others()
    {
        var definition = SpecKernel.Define(Power);
        for (var round = 0; round < 20; round++)
        {
            using var device = KernelDevice.OpenCpu(new CpuOptions(1));
            var made = new System.Collections.Concurrent.ConcurrentBag<SpecKernel>();
            var kept = new SpecKernel[8];
            Parallel.For(0, kept.Length, new ParallelOptions { MaxDegreeOfParallelism = kept.Length }, i => kept[i] = device.Shared(d =>
            {
                var kernel = SpecKernel.Compile(definition, d, [null]);
                made.Add(kernel);
                Thread.Sleep(1);
                return kernel;
            }));
            Assert.Single(kept.Distinct());
            Assert.All(made.Where(kernel => kernel != kept[0]), kernel => Assert.Throws<ObjectDisposedException>(() => kernel.BeginLaunch()));
            device.Dispose();
            Assert.Throws<ObjectDisposedException>(() => kept[0].BeginLaunch());
            Assert.Throws<ObjectDisposedException>(() => device.Shared(d => SpecKernel.Compile(definition, d, [null])));
        }
    }

    [Fact]
    public void Shared_devices_stay_open_when_somebody_disposes_them()
    {
        var kernel = KernelDevice.Cpu.Shared(d => SpecKernel.Compile(Power, d));
        KernelDevice.Cpu.Dispose();
        KernelDevice.Default.Dispose();
        kernel.BeginLaunch().End();
        Assert.Same(kernel, KernelDevice.Cpu.Shared<SpecKernel>(_ => throw new InvalidOperationException("It is there.")));
    }

    // The number of wrong results.
    private static int Repeat(SpecKernel kernel, int t)
    {
        var device = kernel.Device;
        using var x = device.Allocate<float>(t, 7);
        using var y = device.Allocate<float>(t, 7);
        x.AsSpan().Fill(t);
        var wrong = 0;
        for (var i = 0; i < 50; i++)
        {
            y.AsSpan().Clear();
            kernel.Run(launch => launch.Const(0, (i % 3) == 0 ? null : t + i), x, y);
            wrong += y.AsSpan().ContainsAnyExcept((float)t * ((i % 3) == 0 ? 2 : t + i)) ? 1 : 0;
        }

        return wrong;
    }
}
