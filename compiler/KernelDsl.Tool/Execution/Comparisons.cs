namespace KernelDsl.Tool.Execution;

internal static class Comparisons
{
    /// <summary>All outputs of a run against those of the reference.</summary>
    public static IEnumerable<Comparison> Of(KernelCase work, RunResult actual, RunResult expected)
        => from output in work.Outputs()
           let key = output.Component.Key
           select Comparison.Of(key, actual.Outputs[key], expected.Outputs[key], Tolerance.Of(work, output.Element));
}
