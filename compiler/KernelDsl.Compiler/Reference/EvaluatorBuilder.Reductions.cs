using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Reference;

/// <summary>Reductions: all points of the variables at which the body is defined, the last variable fastest.</summary>
internal sealed partial class EvaluatorBuilder
{
    private Evaluator Reduction(BoundReduction reduction, ImmutableArray<IndexVariable> context)
    {
        var inner = context.AddRange(reduction.Variables);
        var body = BuildAs(reduction.Body, reduction.Reduction is ReductionKind.Mean or ReductionKind.LogSumExp ? ValueKind.Float : reduction.Body.Kind, inner);
        var slots = reduction.Variables.Select(machine.SlotOf).ToArray();
        var points = Points(reduction.Variables);
        var isFloat = reduction.Body.Kind == ValueKind.Float || reduction.Reduction is ReductionKind.Mean or ReductionKind.LogSumExp;
        Evaluator evaluate = (long[] point, out Number value) =>
        {
            var accumulator = new Accumulator(reduction.Reduction, isFloat, reduction.Component);
            foreach (var _ in points(point))
            {
                if (body(point, out var item))
                {
                    accumulator.Add(item, slots, point);
                }
            }

            return accumulator.TryFinish(out value);
        };
        return Remember(evaluate, reduction, context);
    }

    /// <summary>Keeps the results of an expression that does not use all the variables around it.</summary>
    private Evaluator Remember(Evaluator evaluate, BoundExpression expression, ImmutableArray<IndexVariable> context)
    {
        var free = ExpressionWalk.FreeVariables(expression);
        if (free.Length >= context.Length)
        {
            return evaluate;
        }

        var slots = free.Select(machine.SlotOf).ToArray();
        var extents = free.Select(variable => machine.Extent(variable.Axis.Extent)).ToArray();
        var known = new Dictionary<long, (bool IsDefined, Number Value)>();
        return (long[] point, out Number value) =>
        {
            long key = 0;
            for (var k = 0; k < slots.Length; k++)
            {
                key = (key * extents[k]) + point[slots[k]];
            }

            if (!known.TryGetValue(key, out var result))
            {
                result.IsDefined = evaluate(point, out result.Value);
                known[key] = result;
            }

            value = result.Value;
            return result.IsDefined;
        };
    }

    /// <summary>Sets the variables to each of their points in turn.</summary>
    private Func<long[], IEnumerable<int>> Points(ImmutableArray<IndexVariable> variables)
    {
        var slots = variables.Select(machine.SlotOf).ToArray();
        var extents = variables.Select(variable => machine.Extent(variable.Axis.Extent)).ToArray();
        var inside = variables.Where(v => v.Lower is not null || v.Upper is not null).Select(Inside).ToArray();
        return point => Visit(point, slots, extents, inside);
    }

    private static IEnumerable<int> Visit(long[] point, int[] slots, long[] extents, Func<long[], bool>[] inside)
    {
        if (extents.Any(extent => extent <= 0))
        {
            yield break;
        }

        var index = new long[slots.Length];
        while (true)
        {
            for (var k = 0; k < slots.Length; k++)
            {
                point[slots[k]] = index[k];
            }

            if (inside.All(holds => holds(point)))
            {
                yield return 0;
            }

            var last = slots.Length - 1;
            while (last >= 0 && ++index[last] == extents[last])
            {
                index[last--] = 0;
            }

            if (last < 0)
            {
                yield break;
            }
        }
    }

    private Evaluator Normalisation(BoundNormalisation normalisation, ImmutableArray<IndexVariable> context)
    {
        var body = BuildAs(normalisation.Body, ValueKind.Float, context.AddRange(normalisation.Variables));
        var at = normalisation.At.Select(index => Build(index, context)).ToArray();
        var slots = normalisation.Variables.Select(machine.SlotOf).ToArray();
        var points = Points(normalisation.Variables);

        // The two numbers that all points share: the largest value, and the sum of the exponentials of the distances to it.
        Evaluator statistics = (long[] point, out Number value) =>
        {
            var values = new List<double>();
            foreach (var _ in points(point))
            {
                if (body(point, out var item))
                {
                    values.Add(item.Float);
                }
            }

            var largest = values.Aggregate(double.NegativeInfinity, ReferenceFunctions.Maximum);
            value = new Number(largest, BitConverter.DoubleToInt64Bits(values.Sum(v => Math.Exp(v - largest))));
            return values.Count > 0;
        };
        var shared = new BoundReduction(ReductionKind.Max, normalisation.Variables, normalisation.Body, 0, ValueKind.Float, normalisation.Span);
        statistics = Remember(statistics, shared, context);
        return (long[] point, out Number value) =>
        {
            value = default;
            if (!statistics(point, out var both))
            {
                return false;
            }

            for (var k = 0; k < slots.Length; k++)
            {
                if (!at[k](point, out var index))
                {
                    return false;
                }

                point[slots[k]] = index.Integer;
            }

            if (!body(point, out var item))
            {
                return false;
            }

            var sum = BitConverter.Int64BitsToDouble(both.Integer);
            value = Number.Of(normalisation.IsLogarithmic ? item.Float - both.Float - Math.Log(sum) : Math.Exp(item.Float - both.Float) / sum);
            return true;
        };
    }
}
