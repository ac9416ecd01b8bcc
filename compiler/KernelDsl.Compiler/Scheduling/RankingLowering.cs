using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>topk and sort without memory of their own: each rank is found by one pass over the row.</summary>
internal sealed class RankingLowering(LoweringContext context, StageBuilder stage, DefinitionLowering lowering, Definition definition)
{
    private readonly bool _isTopK = definition.Kind == DefinitionKind.TopK;

    public void Lower()
    {
        var type = definition.Value.Kind == ValueKind.Integer ? ScalarType.I64 : context.Precision.IsDouble(definition.Value) ? ScalarType.F64 : ScalarType.F32;
        var zero = type == ScalarType.I64 ? ValueMath.Integer(0) : new FloatValue(0, type);
        var previous = stage.Declare("previous", zero);
        var previousAt = stage.Declare("previous_at", ValueMath.Integer(-1));
        var isTotal = context.Domains.OfDefinition(definition).IsEverywhere;
        stage.For("rank", ValueMath.Integer(0), context.Storage.Uniform(definition.Rank!.Axis.Extent), rank =>
        {
            lowering.Bind(definition.Rank, rank);
            lowering.InScope(() =>
            {
                var best = stage.Declare("best", zero);
                var bestAt = stage.Declare("best_at", ValueMath.Integer(-1));
                lowering.ForEach([definition.Along!], definition.Variables.Add(definition.Along!), definition.Where, null, definition.Value, () =>
                {
                    var value = stage.Declare("value", ValueMath.Convert(lowering.Lower(definition.Value), type));
                    var at = lowering.Variable(definition.Along!);
                    var isLeft = ValueMath.Or(ValueMath.Compare(BinaryOperation.Less, previousAt, ValueMath.Integer(0)), IsAfter(value, at, previous, previousAt));
                    var isBetter = ValueMath.Or(ValueMath.Compare(BinaryOperation.Less, bestAt, ValueMath.Integer(0)), IsBefore(value, best));
                    stage.If(ValueMath.And(isLeft, isBetter), () =>
                    {
                        stage.Assign(best, value);
                        stage.Assign(bestAt, at);
                    });
                });
                var isFound = ValueMath.Compare(BinaryOperation.GreaterOrEqual, bestAt, ValueMath.Integer(0));
                StoreRank(best, bestAt, isFound, isTotal);
                stage.Add(new If(ValueMath.Not(isFound), stage.Capture(() => stage.Assign(previousAt, new IntegerValue(long.MaxValue))), Block.Empty));
                stage.If(isFound, () =>
                {
                    stage.Assign(previous, best);
                    stage.Assign(previousAt, bestAt);
                });
            });
        });
    }

    private Value IsBefore(Value a, Value b) => RankOrder.IsBefore(a, b, largestFirst: _isTopK, nanFirst: _isTopK);

    /// <summary>Whether a value comes after the previous one: it is worse, or as good and further along. Nothing comes after a rank that found nothing.</summary>
    private Value IsAfter(Value value, Value at, Value previous, Value previousAt)
    {
        var isWorse = ValueMath.And(IsBefore(previous, value), ValueMath.Compare(BinaryOperation.Less, previousAt, new IntegerValue(long.MaxValue)));
        var isEqual = ValueMath.Not(ValueMath.Or(IsBefore(value, previous), IsBefore(previous, value)));
        return ValueMath.Or(isWorse, ValueMath.And(isEqual, ValueMath.Compare(BinaryOperation.Greater, at, previousAt)));
    }

    private void StoreRank(Value best, Value bestAt, Value isFound, bool isTotal)
    {
        var place = lowering.Linear(definition.Targets[0], definition.Variables.Select(lowering.Variable).ToImmutableArray());
        foreach (var (target, value) in new[] { (definition.Targets[0], best), (definition.Targets[1], bestAt) })
        {
            var isLocal = target.Role == TensorRole.Local;
            var buffer = isLocal ? context.Storage.Local(target) : context.Storage.Component(target, StorageRole.Values);
            stage.Add(new Store(buffer, place, ValueMath.Convert(value, LoadValue.Widened(buffer.Element))) { Source = definition.Span });
            if (isLocal && !isTotal)
            {
                stage.Add(new Store(context.Storage.Mask(target), place, isFound));
            }
        }
    }
}
