using System.Globalization;

namespace KernelDsl.Profiling.Pages;

/// <summary>Numbers as pages and tables write them, the same in every culture.</summary>
internal static class Numbers
{
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Of(double value, int digits = 2) => value.ToString("F" + digits, CultureInfo.InvariantCulture);

    public static string Percent(double share) => (share * 100).ToString("F1", CultureInfo.InvariantCulture) + " %";

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => Of(bytes / (double)(1L << 30)) + " GiB",
        >= 1L << 20 => Of(bytes / (double)(1L << 20)) + " MiB",
        >= 1L << 10 => Of(bytes / (double)(1L << 10)) + " KiB",
        _ => Count(bytes) + " B",
    };

    public static string Time(double seconds) => seconds switch
    {
        >= 1 => Of(seconds, 3) + " s",
        >= 1e-3 => Of(seconds * 1e3, 3) + " ms",
        >= 1e-6 => Of(seconds * 1e6, 3) + " µs",
        _ => Of(seconds * 1e9, 1) + " ns",
    };

    public static string Flops(double perSecond) => perSecond >= 1e12 ? Of(perSecond / 1e12, 1) + " TFLOP/s" : Of(perSecond / 1e9, 1) + " GFLOP/s";
}
