using System.Globalization;
using KernelDsl.Profiling.Counting;
using KernelDsl.Profiling.Gpus;

namespace KernelDsl.Profiling.Pages;

/// <summary>The drawings of the page. Each has a description, and its numbers stand in a table too.</summary>
internal static class PageDrawings
{
    private const int Width = 720;

    public static void Mix(HtmlWriter page, string name, IReadOnlyDictionary<InstructionClass, long> counts)
    {
        var total = counts.Values.Sum();
        if (total == 0)
        {
            return;
        }

        page.Open("figure").Open("svg", ("viewBox", $"0 0 {Width} 34"), ("width", $"{Width}"), ("role", "img"), ("aria-label", $"Instruction mix of {name}"));
        var x = 0.0;
        foreach (var (kind, count) in counts.OrderByDescending(item => item.Value))
        {
            var width = (double)Width * count / total;
            page.Open("rect", ("x", F(x)), ("y", "2"), ("width", F(width)), ("height", "30"), ("class", $"k{(int)kind % 7}"));
            page.Element("title", $"{ReportTables.ClassName(kind)}: {Numbers.Percent((double)count / total)}").Close();
            x += width;
        }

        var largest = counts.OrderByDescending(item => item.Value).Take(4).Select(item => $"{ReportTables.ClassName(item.Key)} {Numbers.Percent((double)item.Value / total)}");
        page.Close().Element("figcaption", $"{name}: {string.Join(", ", largest)}").Close();
    }

    /// <summary>Operations per second over operations per byte of memory, both logarithmic; the point lies where the bound would put the kernel.</summary>
    public static void Roofline(HtmlWriter page, GpuProfile gpu)
    {
        var flops = gpu.Flops;
        if (flops == 0 || gpu.Bound is null || gpu.Traffic is not { DramBytes: > 0 } traffic)
        {
            return;
        }

        var perSecond = 2 * gpu.Gpu.Sms * gpu.Gpu.MaxClockMhz * 1e6;
        (string Name, double Peak)[] roofs = [("tensor cores, f16", perSecond * gpu.Gpu.TensorHalf), ("f32", perSecond * gpu.Gpu.Fma)];
        var bandwidth = gpu.Gpu.DramGbs * 1e9;
        var intensity = flops / traffic.DramBytes;
        var reached = flops / gpu.Bound.Binding.Seconds;
        var chart = new LogChart(Width, 300, Math.Min(0.1, intensity / 2), Math.Max(10000, intensity * 2), Math.Min(bandwidth / 10, reached / 2), roofs[0].Peak * 2);
        var label = $"Roofline of {gpu.Gpu.Name}: {Numbers.Of(intensity)} operations per byte, at the bound {Numbers.Flops(reached)}";
        page.Open("figure").Open("svg", ("viewBox", $"0 0 {Width} 300"), ("width", $"{Width}"), ("role", "img"), ("aria-label", label)).Element("title", label);
        page.Void("path", ("class", "axis"), ("fill", "none"), ("d", $"M40 10V270H{Width - 10}"));
        foreach (var (name, peak) in roofs)
        {
            var knee = peak / bandwidth;
            page.Void("path", ("class", "roof"), ("d",
                $"M{F(chart.X(chart.Left))} {F(chart.Y(chart.Left * bandwidth))}L{F(chart.X(knee))} {F(chart.Y(peak))}L{F(chart.X(chart.Right))} {F(chart.Y(peak))}"));
            page.Element("text", $"{name}: {Numbers.Flops(peak)}", ("x", F(Width - 14)), ("y", F(chart.Y(peak) - 5)), ("text-anchor", "end"));
        }

        page.Void("circle", ("class", "point"), ("cx", F(chart.X(intensity))), ("cy", F(chart.Y(reached))), ("r", "6"));
        page.Element("text", $"bound: {Numbers.Flops(reached)}", ("x", F(chart.X(intensity) + 10)), ("y", F(chart.Y(reached) + 16)));
        page.Element("text", "operations per byte of DRAM", ("x", $"{Width - 14}"), ("y", "290"), ("text-anchor", "end"));
        page.Close().Element("figcaption", label + ".").Close();
    }

    private static string F(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A chart with logarithmic axes; what lies outside is drawn at its edge.</summary>
    private sealed record LogChart(double Width, double Height, double Left, double Right, double Bottom, double Top)
    {
        public double X(double value) => 40 + (Width - 50) * Share(value, Left, Right);

        public double Y(double value) => Height - 30 - (Height - 40) * Share(value, Bottom, Top);

        private static double Share(double value, double low, double high) => Math.Clamp(Math.Log(value / low) / Math.Log(high / low), 0, 1);
    }
}
