namespace KernelDsl.Tool.Execution;

/// <summary>How far one output is from the reference.</summary>
/// <param name="Key">The output.</param>
/// <param name="MaximumError">The largest absolute error; infinite where one is NaN or infinite and the other is not the same.</param>
/// <param name="MaximumRelativeError">The largest error relative to the reference's value, where that is not 0.</param>
/// <param name="Allowed">The absolute error that is allowed.</param>
/// <param name="Description">How that came about.</param>
/// <param name="Worst">The place of the largest error.</param>
internal sealed record Comparison(string Key, double MaximumError, double MaximumRelativeError, double Allowed, string Description, string Worst)
{
    public bool IsOk => MaximumError <= Allowed;

    public static Comparison Of(string key, HostArray actual, HostArray expected, Tolerance tolerance)
    {
        var (error, relative, scale, worst) = (0.0, 0.0, 0.0, -1L);
        for (long i = 0; i < expected.Count; i++)
        {
            var (a, e) = Pair(actual, expected, i);
            var difference = Difference(a, e);
            scale = double.IsFinite(e) ? Math.Max(scale, Math.Abs(e)) : scale;
            relative = e != 0 && double.IsFinite(e) ? Math.Max(relative, difference / Math.Abs(e)) : relative;
            if (difference > error)
            {
                (error, worst) = (difference, i);
            }
        }

        var allowed = tolerance.Relative == 0 ? 0 : (tolerance.Relative * scale) + tolerance.Floor;
        var description = tolerance.Relative == 0 ? "exact" : FormattableString.Invariant($"tolerance {allowed:0.0e+00} = {tolerance.Relative:0.0e+00} x largest value {scale:0.###}");
        return new Comparison(key, error, relative, allowed, description, worst < 0 ? "" : Inputs.ArrayConversion.Position(worst, expected.Shape));
    }

    public override string ToString()
        => FormattableString.Invariant($"check {Key}: max abs error {MaximumError:0.0e+00}, max rel error {MaximumRelativeError:0.0e+00}  ")
            + (IsOk ? $"ok ({Description})" : $"FAILED ({Description}) at {Worst}");

    private static (double Actual, double Expected) Pair(HostArray actual, HostArray expected, long i)
    {
        if (expected.Element.IsFloat())
        {
            return (actual.Floats[i], expected.Floats[i]);
        }

        // Large integers would be equal as f64 when they are not.
        var (a, e) = (actual.Integers[i], expected.Integers[i]);
        return a == e ? (e, e) : (a, a == (double)e ? Math.BitIncrement((double)a) : e);
    }

    private static double Difference(double actual, double expected)
        => actual.Equals(expected) || actual == expected ? 0
            : double.IsFinite(actual) && double.IsFinite(expected) ? Math.Abs(actual - expected) : double.PositiveInfinity;
}
