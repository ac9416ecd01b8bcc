using System.Globalization;

namespace KernelDsl.Tool.Inputs;

/// <summary>A value that is the same for the whole call: an integer, a float or a truth value.</summary>
internal readonly record struct UniformValue(ValueKind Kind, long Integer, double Float)
{
    public static UniformValue Of(long value) => new(ValueKind.Integer, value, value);

    public static UniformValue Of(double value) => new(ValueKind.Float, 0, value);

    public static UniformValue Of(bool value) => new(ValueKind.Bool, value ? 1 : 0, value ? 1 : 0);

    public bool IsTrue => Integer != 0;

    /// <summary>As a number of either kind.</summary>
    public double Number => Kind == ValueKind.Float ? Float : Integer;

    public override string ToString() => Kind switch
    {
        ValueKind.Bool => Integer != 0 ? "true" : "false",
        ValueKind.Integer => Integer.ToString(CultureInfo.InvariantCulture),
        _ => Float.ToString("R", CultureInfo.InvariantCulture),
    };
}
