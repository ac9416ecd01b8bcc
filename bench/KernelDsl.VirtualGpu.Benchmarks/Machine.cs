using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelDsl.VirtualGpu.Benchmarks;

/// <summary>Where the figures come from.</summary>
internal static class Machine
{
    public static void Print()
    {
        const string file = "/proc/cpuinfo";
        var model = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() : null;
        Console.WriteLine($"{model ?? "unknown processor"}, {Environment.ProcessorCount} cores, vectors of {(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)} bits, "
            + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {DateTime.UtcNow:yyyy-MM-dd}");
        Console.WriteLine("One worker each, medians of 7 runs; the best run in brackets. Rates by processor time, products by the clock.");
    }

    /// <summary>The median and the least of some numbers.</summary>
    public static (double Median, double Best) Summary(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[sorted.Length / 2], sorted[0]);
    }
}
