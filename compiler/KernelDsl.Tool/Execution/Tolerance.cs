namespace KernelDsl.Tool.Execution;

/// <summary>
/// How far an output may be from the reference. The classic bound of a sum of n terms is (n - 1) u Σ|terms| (Higham, "Accuracy and Stability of
/// Numerical Algorithms", 4.2); the terms are not known here, so that the largest result stands for them. On top comes a constant for the functions in a
/// body, and the rounding of the output: two neighbouring values when the results fall on different sides of a tie, more when outputs are read again.
/// Integers and truth values must be equal.
/// </summary>
internal sealed record Tolerance(double Relative, double Floor)
{
    private const double OperationsInBody = 64;

    public static Tolerance Of(KernelCase work, ElementType output)
    {
        if (!output.IsFloat())
        {
            return new Tolerance(0, 0);
        }

        var format = FloatFormat.Of(output);
        var compute = output == ElementType.F64 && work.Inputs.Values.All(array => array.Element is ElementType.F64 || !array.Element.IsFloat())
            ? Math.ScaleB(1, -53) : FloatFormat.F32.UnitRoundoff;
        var store = format?.UnitRoundoff ?? Math.ScaleB(1, -53);
        var roundings = ReadsOutputs(work.Kernel) ? 16 : 2;
        return new Tolerance(((LongestReduction(work) + OperationsInBody) * compute) + (roundings * store), format?.SmallestSubnormal ?? double.Epsilon);
    }

    internal static bool ReadsOutputs(BoundKernel kernel)
        => kernel.Definitions.SelectMany(ExpressionWalk.Roots).SelectMany(ExpressionWalk.All).OfType<BoundRead>().Any(read => read.Tensor.Role == TensorRole.Output);

    /// <summary>The most terms that one result can go through: reductions one after the other, and the steps of recurrences.</summary>
    private static double LongestReduction(KernelCase work)
    {
        double Extent(IndexVariable variable) => work.Sizes.Evaluator.Integer(variable.Axis.Extent) ?? 1;

        var longest = 0.0;
        foreach (var definition in work.Kernel.Definitions)
        {
            var nodes = ExpressionWalk.Roots(definition).SelectMany(ExpressionWalk.All).ToArray();
            longest += nodes.OfType<BoundReduction>().Select(reduction => reduction.Variables.Aggregate(1.0, (n, v) => n * Extent(v))).DefaultIfEmpty(0).Max();
            longest += nodes.OfType<BoundNormalisation>().Select(n => n.Variables.Aggregate(1.0, (count, v) => count * Extent(v))).DefaultIfEmpty(0).Max();
            var isRecurrence = nodes.OfType<BoundRead>().Any(read => definition.Targets.Contains(read.Tensor));
            if (isRecurrence || definition.Kind == DefinitionKind.Scatter)
            {
                longest += definition.Variables.Select(Extent).DefaultIfEmpty(0).Max();
            }
        }

        return longest;
    }
}
