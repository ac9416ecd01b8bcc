namespace KernelDsl.VirtualGpu.Tests.Programs;

/// <summary>The smallest programs: if these fail, look here first.</summary>
public sealed class FirstTests
{
    [SkippableFact]
    public void Saxpy_runs()
    {
        using var gpu = new VirtualGpu();
        var kernel = Cuda.Load(gpu, "extern \"C\" __global__ void f(float* y, const float* x, float a, int n) { int i = blockIdx.x * blockDim.x + threadIdx.x; if (i < n) y[i] = a * x[i] + y[i]; }");
        var x = Enumerable.Range(0, 1000).Select(i => i * 0.5f).ToArray();
        var y = Enumerable.Range(0, 1000).Select(i => i * 0.25f).ToArray();
        var (dy, dx) = (gpu.Upload<float>(y), gpu.Upload<float>(x));
        kernel.Launch(4, 256, 0, dy, dx, 3f, 1000);
        Assert.Equal(x.Zip(y, (a, b) => (3f * a) + b), gpu.Download<float>(dy, 1000));
    }

    [SkippableFact]
    public void Block_reduction_runs()
    {
        using var gpu = new VirtualGpu();
        var kernel = Cuda.Load(gpu, """
            extern "C" __global__ void f(int* y, const int* x, int n) {
                __shared__ int s[256];
                int i = blockIdx.x * blockDim.x + threadIdx.x;
                s[threadIdx.x] = i < n ? x[i] : 0;
                __syncthreads();
                for (int k = 128; k > 0; k >>= 1) { if (threadIdx.x < k) s[threadIdx.x] += s[threadIdx.x + k]; __syncthreads(); }
                if (threadIdx.x == 0) atomicAdd(y, s[0]);
            }
            """);
        var x = Enumerable.Range(0, 5000).ToArray();
        var (dy, dx) = (gpu.Upload<int>([0]), gpu.Upload<int>(x));
        kernel.Launch(20, 256, 0, dy, dx, 5000);
        Assert.Equal(x.Sum(), gpu.Download<int>(dy, 1)[0]);
    }
}
