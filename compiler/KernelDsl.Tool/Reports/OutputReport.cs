using KernelDsl.Tool.Execution;

namespace KernelDsl.Tool.Reports;

/// <summary>One line for each output: its shape, type and a few numbers.</summary>
internal static class OutputReport
{
    public static string Line(string key, HostArray array)
    {
        var (minimum, maximum, sum, count, nans) = (double.PositiveInfinity, double.NegativeInfinity, 0.0, 0L, 0L);
        for (long i = 0; i < array.Count; i++)
        {
            var value = array.Element.IsFloat() ? array.Floats[i] : array.Integers[i];
            if (double.IsNaN(value))
            {
                nans++;
                continue;
            }

            (minimum, maximum, sum, count) = (Math.Min(minimum, value), Math.Max(maximum, value), sum + value, count + 1);
        }

        var head = $"output {key}: {array.Element.Name()}[{string.Join(", ", array.Shape)}]";
        return count == 0
            ? $"{head} {(array.Count == 0 ? "empty" : "all NaN")}, NaN {nans}"
            : FormattableString.Invariant($"{head} min {minimum:G6}, mean {sum / count:G6}, max {maximum:G6}, NaN {nans}");
    }
}
