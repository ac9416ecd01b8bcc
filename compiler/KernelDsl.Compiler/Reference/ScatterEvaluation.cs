using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Reference;

/// <summary>Scatter: every point of the variables sends its value to the place that the subscripts give, if that is inside.</summary>
internal sealed class ScatterEvaluation(ReferenceMachine machine, EvaluatorBuilder builder, Definition definition)
{
    public void Run(ComputedTensor target, ElementType element)
    {
        var isFloat = element.IsFloat();
        for (var i = 0; i < target.Values.Length; i++)
        {
            target.Values[i] = Identity(element);
        }

        var program = builder.Of(definition);
        var subscripts = definition.Subscripts.Select(subscript => builder.Build(subscript, definition.Variables)).ToArray();
        var axes = definition.Targets[0].Axes.Select(axis => machine.Extent(axis.Extent)).ToArray();
        var slots = definition.Variables.Select(machine.SlotOf).ToArray();
        var point = new long[machine.SlotCount];
        foreach (var index in PointSequence.Of(definition.Variables.Select(variable => machine.Extent(variable.Axis.Extent)).ToArray()))
        {
            for (var k = 0; k < slots.Length; k++)
            {
                point[slots[k]] = index[k];
            }

            var place = new long[subscripts.Length];
            var isInside = true;
            for (var k = 0; k < subscripts.Length && isInside; k++)
            {
                isInside = subscripts[k](point, out var at) && at.Integer >= 0 && at.Integer < axes[k];
                place[k] = at.Integer;
            }

            if (isInside && program.TryEvaluate(point, out var value))
            {
                var given = definition.Value.Kind == ValueKind.Integer && isFloat ? Number.Of((double)value.Integer) : value;
                var position = target.PositionOf(place);
                target.Values[position] = isFloat
                    ? Number.Of(Combine(target.Values[position].Float, given.Float))
                    : Number.Of(Combine(target.Values[position].Integer, given.Integer));
            }
        }
    }

    private Number Identity(ElementType element) => definition.Operator switch
    {
        AssignmentOperator.Max => element.IsFloat() ? Number.Of(double.NegativeInfinity) : Number.Of(element.IntegerRange().Minimum),
        AssignmentOperator.Min => element.IsFloat() ? Number.Of(double.PositiveInfinity) : Number.Of(element.IntegerRange().Maximum),
        _ => default,
    };

    private double Combine(double a, double b) => definition.Operator switch
    {
        AssignmentOperator.Max => ReferenceFunctions.Maximum(a, b),
        AssignmentOperator.Min => ReferenceFunctions.Minimum(a, b),
        _ => a + b,
    };

    private long Combine(long a, long b) => definition.Operator switch
    {
        AssignmentOperator.Max => Math.Max(a, b),
        AssignmentOperator.Min => Math.Min(a, b),
        _ => unchecked(a + b),
    };
}
