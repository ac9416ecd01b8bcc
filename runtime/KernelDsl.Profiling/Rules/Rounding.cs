namespace KernelDsl.Profiling.Rules;

/// <summary>Rounding of counts to the units of hardware.</summary>
internal static class Rounding
{
    public static int DivideUp(int value, int unit) => (value + unit - 1) / unit;

    public static long DivideUp(long value, long unit) => (value + unit - 1) / unit;

    public static int Up(int value, int unit) => DivideUp(value, unit) * unit;

    public static int Down(int value, int unit) => value / unit * unit;
}
