using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Reference;

/// <summary>topk and sort: all ranks of one row at once.</summary>
internal sealed class RankingEvaluation(ReferenceMachine machine, EvaluatorBuilder builder, Definition definition)
{
    public void Compute(long[] index, Action<TensorSymbol, long[], bool, Number> store)
    {
        var program = builder.Of(definition);
        var along = definition.Along!;
        var inside = builder.Inside(along);
        var alongSlot = machine.SlotOf(along);
        var point = new long[Math.Max(program.SlotCount, machine.SlotCount)];
        var rank = definition.Variables.IndexOf(definition.Rank!);
        for (var k = 0; k < index.Length; k++)
        {
            point[machine.SlotOf(definition.Variables[k])] = index[k];
        }

        var found = new List<(Number Value, long Position)>();
        var extent = machine.Extent(along.Axis.Extent);
        for (long j = 0; j < extent; j++)
        {
            point[alongSlot] = j;
            if (inside(point) && program.TryEvaluate(point, out var value))
            {
                found.Add((value, j));
            }
        }

        var ordered = found.OrderBy(item => item, Comparer<(Number Value, long Position)>.Create(Compare)).ToArray();
        var ranks = machine.Extent(definition.Rank!.Axis.Extent);
        for (long r = 0; r < ranks; r++)
        {
            var at = (long[])index.Clone();
            at[rank] = r;
            var isDefined = r < ordered.Length;
            store(definition.Targets[0], at, isDefined, isDefined ? AsTarget(ordered[r].Value) : default);
            store(definition.Targets[1], at, isDefined, isDefined ? Number.Of(ordered[r].Position) : default);
        }
    }

    private Number AsTarget(Number value)
        => definition.Value.Kind == ValueKind.Integer && definition.Targets[0].Type.Kind == ValueKind.Float ? Number.Of((double)value.Integer) : value;

    /// <summary>topk puts the largest first and NaN before it, sort the smallest first and NaN last; equals stay in their order.</summary>
    private int Compare((Number Value, long Position) a, (Number Value, long Position) b)
    {
        var order = definition.Value.Kind == ValueKind.Float ? CompareFloats(a.Value.Float, b.Value.Float) : a.Value.Integer.CompareTo(b.Value.Integer);
        order = definition.Kind == DefinitionKind.TopK ? -order : order;
        return order != 0 ? order : a.Position.CompareTo(b.Position);
    }

    private static int CompareFloats(double a, double b)
        => double.IsNaN(a) || double.IsNaN(b) ? double.IsNaN(a).CompareTo(double.IsNaN(b)) : a < b ? -1 : a > b ? 1 : 0;
}
