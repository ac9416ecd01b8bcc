using System.Diagnostics;
using KernelDsl.Runtime.Cuda;

namespace KernelDsl.VirtualGpu.Benchmarks;

/// <summary>The product of two matrices of 64 × 64 halves by <c>mma.sync</c>: four warps, <c>cp.async</c> with two buffers, <c>ldmatrix</c>.</summary>
internal static class Product
{
    private const int Size = 64;

    public static void Print()
    {
        if (!NvrtcCompiler.TryLoad(out var compiler, out var probe))
        {
            Console.WriteLine($"matrix product: {probe.Describe()}");
            return;
        }

        using var reader = new StreamReader(typeof(Product).Assembly.GetManifestResourceStream("matmul_mma.cu")!);
        var ptx = compiler.Compile(reader.ReadToEnd(), "matmul_mma.cu", "sm_80", NvrtcOutput.Ptx, "--fmad=false", "-lineinfo").Text;
        var first = Run(ptx, VirtualGpuChecks.All);
        Console.WriteLine($"64x64x64 f16 tensor-core product, all checks, first of the process, with decoding: {first.Decode * 1e3:F1} + {first.Launch * 1e3:F1} ms");
        foreach (var checks in (VirtualGpuChecks[])[VirtualGpuChecks.All, VirtualGpuChecks.None])
        {
            for (var k = 0; k < 60; k++)
            {
                _ = Run(ptx, checks);
            }

            var runs = Enumerable.Range(0, 7).Select(_ => Run(ptx, checks)).ToArray();
            var (decode, _) = Machine.Summary(runs.Select(run => run.Decode));
            var (launch, best) = Machine.Summary(runs.Select(run => run.Launch));
            Console.WriteLine($"64x64x64 f16 tensor-core product, checks {checks}: decoding {decode * 1e3:F2} ms, launch {launch * 1e3:F2} ms [{best * 1e3:F2}]");
        }
    }

    private static (double Decode, double Launch) Run(string ptx, VirtualGpuChecks checks)
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Workers = 1, Checks = checks });
        var a = Enumerable.Range(0, Size * Size).Select(i => (Half)((i * 7 % 23) - 11)).ToArray();
        var b = Enumerable.Range(0, Size * Size).Select(i => (Half)((i * 5 % 19) - 9)).ToArray();
        var start = Stopwatch.GetTimestamp();
        using var module = gpu.LoadModule(ptx);
        var kernel = module.GetKernel("matmul_mma");
        var decoded = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var (pa, pb, pc) = (gpu.Upload<Half>(a), gpu.Upload<Half>(b), gpu.Allocate(Size * Size * 4));
        start = Stopwatch.GetTimestamp();
        kernel.Launch(1, 128, 0, pa, pb, pc, Size, Size, Size);
        var launched = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var expected = Enumerable.Range(0, Size).Sum(k => (float)a[(3 * Size) + k] * (float)b[(k * Size) + 5]);
        return gpu.Download<float>(pc, Size * Size)[(3 * Size) + 5] == expected ? (decoded, launched) : throw new InvalidOperationException("The product is wrong.");
    }
}
