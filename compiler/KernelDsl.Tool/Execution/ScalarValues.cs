namespace KernelDsl.Tool.Execution;

/// <summary>Scalars in the two dictionaries that devices take; floats are rounded to their type, so that all devices see one value.</summary>
internal static class ScalarValues
{
    public static void Fill(KernelCase work, IDictionary<string, long> integers, IDictionary<string, double> floats)
    {
        foreach (var (scalar, value) in work.Sizes.Scalars)
        {
            if (value.Kind == ValueKind.Float)
            {
                floats[scalar.Name] = FloatFormat.Of(scalar.Type.Resolve(work.Instance))?.Round(value.Float) ?? value.Float;
            }
            else
            {
                integers[scalar.Name] = value.Integer;
            }
        }
    }
}
