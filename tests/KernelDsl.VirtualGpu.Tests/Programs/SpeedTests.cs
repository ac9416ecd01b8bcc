using System.Diagnostics;
using Xunit.Abstractions;

namespace KernelDsl.VirtualGpu.Tests.Programs;

/// <summary>A floor under the speed of arithmetic, far below what is measured, so that only a broken path fails; prints the rates.</summary>
public sealed class SpeedTests(ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData("float arithmetic", "float v = t, u = 1.5f; for (int k = 0; k < n; k++) { v = v * u + 1.0f; u = u * 0.5f + v; } y[i] = v + u;", 200000)]
    [InlineData("integer arithmetic", "unsigned v = t, u = 7; for (int k = 0; k < n; k++) { v = v * 5 + u; u = u ^ (v << 3); } y[i] = v + u;", 200000)]
    [InlineData("global loads and stores", "float v = 0; for (int k = 0; k < n; k++) { v += y[i]; y[i] = v; __threadfence_block(); }", 5000)]
    [InlineData("global without race checks", "float v = 0; for (int k = 0; k < n; k++) { v += y[i]; y[i] = v; __threadfence_block(); }", 5000, VirtualGpuChecks.Initialisation)]
    [InlineData("shared loads and stores", "__shared__ float s[128]; s[t] = t; float v = 0; for (int k = 0; k < n; k++) { v += s[t]; s[t] = v; __threadfence_block(); } y[i] = v;", 2000)]
    [InlineData("shared without race checks", "__shared__ float s[128]; s[t] = t; float v = 0; for (int k = 0; k < n; k++) { v += s[t]; s[t] = v; __threadfence_block(); } y[i] = v;", 2000, VirtualGpuChecks.Initialisation)]
    public void Rate_is_not_absurd(string name, string body, int n, VirtualGpuChecks checks = VirtualGpuChecks.All)
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Workers = 1, Checks = checks });
        var kernel = Cuda.Load(gpu, $"extern \"C\" __global__ void f(float* y, int n) {{ int t = threadIdx.x, i = blockIdx.x * 128 + t; {body} }}");
        var y = gpu.Upload<float>(new float[1024]);
        kernel.Launch(1, 128, 0, y, 100);
        using var counting = new VirtualGpu(new VirtualGpuOptions { Workers = 1, CountEvents = true });
        var counted = Cuda.Load(counting, $"extern \"C\" __global__ void f(float* y, int n) {{ int t = threadIdx.x, i = blockIdx.x * 128 + t; {body} }}");
        counted.Launch(8, 128, 0, counting.Upload<float>(new float[1024]), n / 10);
        var perIteration = counting.LastProfile!.Counters.WarpInstructions * 10.0;

        // Processor time, because machines that build and test are shared; it includes what runs beside.
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        kernel.Launch(8, 128, 0, y, n);
        process.Refresh();
        var seconds = Math.Max((process.TotalProcessorTime - before).TotalSeconds, 1e-6);
        var rate = perIteration * 32 / seconds;
        output.WriteLine($"{name}: {rate / 1e6:F0} M lane operations/s, {seconds / perIteration * 1e9:F1} ns for an instruction of a warp");
        Assert.True(rate > 5e6);
    }
}
