namespace KernelDsl.VirtualGpu.Tests.Programs;

/// <summary>Counters of kernels that are small enough to count by hand.</summary>
public sealed class CounterTests
{
    [SkippableTheory]
    [InlineData("y[t] = x[t];", "ld.global", 4)] // 32 floats in a row: 128 bytes, 4 sectors.
    [InlineData("y[t] = x[t + 1];", "ld.global", 5)] // One word further: a fifth sector.
    [InlineData("y[t] = x[t * 8];", "ld.global", 32)] // A sector for each lane.
    [InlineData("y[t] = x[0];", "ld.global", 1)]
    [InlineData("y[t] = x[t * 2];", "ld.global", 8)]
    [InlineData("((float4*)y)[t] = ((const float4*)x)[t];", "ld.global", 16)]
    [InlineData("if (t < 8) y[t] = x[t];", "ld.global", 1)]
    [InlineData("__shared__ volatile float s[1024]; s[t] = t; y[t] = 0;", "st.shared", 1)]
    [InlineData("__shared__ volatile float s[1024]; s[t * 2] = t; y[t] = 0;", "st.shared", 2)] // Every second bank, two words each.
    [InlineData("__shared__ volatile float s[1024]; s[t * 32] = t; y[t] = 0;", "st.shared", 32)]
    [InlineData("__shared__ volatile float s[1056]; s[t * 33] = t; y[t] = 0;", "st.shared", 1)]
    [InlineData("__shared__ float4 s[32]; s[t] = make_float4(t, t, t, t); __syncwarp(); y[t] = s[t ^ 1].x + s[t ^ 1].w;", "st.shared", 4)]
    public void Memory_request_takes_the_pieces_that_the_rules_say(string body, string instruction, long pieces)
    {
        var (counters, _) = Run(body);
        var memory = counters.Instructions.Where(i => i.Instruction.StartsWith(instruction[..2], StringComparison.Ordinal) && i.Instruction.Contains(instruction[2..], StringComparison.Ordinal) && i.Requests > 0).ToArray();
        Assert.Equal(pieces, Assert.Single(memory).Pieces);
        Assert.Equal(1, memory[0].Requests);
    }

    [SkippableFact]
    public void Efficiency_is_the_share_of_active_threads()
    {
        var (whole, _) = Run("y[t] = x[t];");
        Assert.Equal(1, whole.ThreadEfficiency);
        var (part, _) = Run("if (t < 8) { float v = x[t]; for (int k = 0; k < 100; k++) v = v * x[k] + 1; y[t] = v; }");
        Assert.InRange(part.ThreadEfficiency, 0.25, 0.3);
    }

    [SkippableFact]
    public void Classes_add_up()
    {
        var (counters, _) = Run("float v = x[t]; v = v * v; v = v + 2; y[t] = v;");
        Assert.Equal(2, counters.ByClass["Single"]);
        Assert.Equal(1, counters.ByClass["Store"]);
        Assert.Equal(counters.Executed, counters.ByClass.Values.Sum());
    }

    private static (LaunchCounters Counters, float[] Y) Run(string body)
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { CountEvents = true });
        var kernel = Cuda.Load(gpu, $"extern \"C\" __global__ void f(float* y, const float* x) {{ int t = threadIdx.x; {body} }}");
        var y = gpu.Upload<float>(new float[128]);
        kernel.Launch(1, 32, 0, y, gpu.Upload<float>(new float[512]));
        return (gpu.LastCounters!, gpu.Download<float>(y, 128));
    }
}
