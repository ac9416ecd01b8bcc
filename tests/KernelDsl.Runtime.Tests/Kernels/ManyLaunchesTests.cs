namespace KernelDsl.Runtime.Tests.Kernels;

/// <summary>Runs alone: it counts what the process allocates.</summary>
[Collection("alone")]
public sealed class ManyLaunchesTests
{
    private const int Threads = 8;
    private const int Launches = 1000;
    private const string Spec = "kernel rows(x: f32[i: M, k: K], w: f32[k]) -> y: f32[i] { let s[i, k] = x * w; y = sum[k](exp(s - max[k](s))) + max[k](s); }";

    private static KernelDevice Device => KernelDevice.Cpu;

    [Theory]
    [InlineData(3, 5)]
    [InlineData(200, 64)]
    public void Launches_of_eight_threads_are_right_and_allocate_nothing(int rows, int columns)
    {
        using var kernel = SpecKernel.Compile(Spec);
        var work = Enumerable.Range(0, Threads).Select(t => new Work(kernel, rows, columns, t)).ToArray();
        kernel.BeginTogether(Threads);
        Together(work, w => w.Repeat(Launches));
        var (mine, process) = (0L, long.MaxValue);
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            mine += Together(work, w => w.Repeat(Launches));
            process = Math.Min(process, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        // Nothing for a launch. Where a thread has to wait for another for the first time, the runtime makes the object it waits on: a few hundred bytes, once.
        // The queue of the thread pool may grow in an early round; the process has its threads to start in every one.
        Assert.InRange(mine, 0, 4096);
        Assert.InRange(process, 0, 16 * 1024);
        foreach (var w in work)
        {
            w.Check();
            w.Dispose();
        }
    }

    [Fact]
    public void Launches_of_one_thread_allocate_nothing()
    {
        using var kernel = SpecKernel.Compile(Spec);
        using var work = new Work(kernel, 40, 16, 1);
        work.Repeat(Launches);
        var before = GC.GetAllocatedBytesForCurrentThread();
        work.Repeat(Launches);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        work.Check();
    }

    [Fact]
    public void Forgotten_tensors_do_not_fill_the_memory()
    {
        var before = Environment.WorkingSet;
        var most = 0L;
        for (var i = 0; i < 2000; i++)
        {
            Device.Allocate<byte>(1 << 21);
            most = Math.Max(most, i % 50 == 0 ? Environment.WorkingSet - before : 0);
        }

        // 4 GiB in all. When the collector comes is its own affair, and finalizers wait for a processor: half of it says that they were freed on the way.
        Assert.InRange(most, 0, 1L << 31);
    }

    // Bytes that the launching threads allocated inside the action.
    private static long Together(Work[] work, Action<Work> action)
    {
        long bytes = 0;
        using var start = new Barrier(work.Length);
        var threads = work.Select(w => new Thread(() =>
        {
            start.SignalAndWait();
            var before = GC.GetAllocatedBytesForCurrentThread();
            action(w);
            Interlocked.Add(ref bytes, GC.GetAllocatedBytesForCurrentThread() - before);
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        return bytes;
    }

    private sealed class Work : IDisposable
    {
        private readonly SpecKernel _kernel;
        private readonly DeviceTensor<float> _x;
        private readonly DeviceTensor<float> _w;
        private readonly DeviceTensor<float> _y;
        private readonly float[] _expected;

        public Work(SpecKernel kernel, int rows, int columns, int seed)
        {
            var random = new Random(seed);
            var x = Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle()).ToArray();
            var w = Enumerable.Range(0, columns).Select(_ => random.NextSingle()).ToArray();
            _kernel = kernel;
            _x = Device.Upload(x, rows, columns);
            _w = Device.Upload(w);
            _y = Device.Allocate<float>(rows);
            _expected = Enumerable.Range(0, rows).Select(i =>
            {
                var s = Enumerable.Range(0, columns).Select(k => (double)(x[(i * columns) + k] * w[k])).ToArray();
                return (float)(s.Sum(v => Math.Exp(v - s.Max())) + s.Max());
            }).ToArray();
        }

        public void Repeat(int count)
        {
            for (var i = 0; i < count; i++)
            {
                _kernel.Launch(_x, _w, _y);
            }
        }

        public void Check()
        {
            // Rounding of the sum: one unit for each term, of a value below 64 + 1.
            var tolerance = (_x.Shape[1] + 8) * 66 * 1.2e-7f;
            Assert.All(_expected.Zip(_y.ToArray()), pair => Assert.InRange(pair.Second, pair.First - tolerance, pair.First + tolerance));
        }

        public void Dispose()
        {
            _x.Dispose();
            _w.Dispose();
            _y.Dispose();
        }
    }
}

[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneCollection;
