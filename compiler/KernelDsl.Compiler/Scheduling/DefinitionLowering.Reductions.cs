using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>Reductions as serial loops of the thread.</summary>
internal sealed partial class DefinitionLowering
{
    public bool HasValue(IndexVariable variable) => _variables.ContainsKey(variable);

    /// <summary>The value of a reduction and whether it had any point. The latter is only counted where it is asked for or cannot be proved.</summary>
    private (Value Result, Value Found) Reduction(BoundReduction reduction, bool wantsFound = false)
    {
        if (TryRecall((reduction, 0), out var known) && (!wantsFound || TryRecall((reduction, 1), out _)))
        {
            return (known, TryRecall((reduction, 1), out var found) ? found : ValueMath.True);
        }

        var domain = _context.Domains.Of(reduction.Body, _facts);
        var loop = new ReductionLoop(this, reduction, domain.Condition);
        var (result, any) = reduction.Reduction switch
        {
            ReductionKind.LogSumExp => loop.LogSumExp(wantsFound),
            ReductionKind.ArgMax or ReductionKind.ArgMin => loop.Position(),
            ReductionKind.Mean => loop.Mean(),
            _ => loop.Fold(wantsFound),
        };
        Remember((reduction, 0), result);
        if (any is not null)
        {
            Remember((reduction, 1), any);
        }

        return (result, any ?? ValueMath.True);
    }

    /// <summary>The loops of one reduction.</summary>
    private sealed class ReductionLoop(DefinitionLowering lowering, BoundReduction reduction, BoundExpression condition)
    {
        private readonly StageBuilder _stage = lowering._stage;

        private ScalarType BodyType => reduction.Body.Kind switch
        {
            ValueKind.Bool => ScalarType.Bool,
            ValueKind.Integer => ScalarType.I64,
            _ => FloatType,
        };

        private ScalarType FloatType => lowering._context.Precision.IsDouble(reduction.Body) ? ScalarType.F64 : ScalarType.F32;

        public (Value Result, Value? Found) Fold(bool wantsFound)
        {
            var type = BodyType;
            var (start, operation) = reduction.Reduction switch
            {
                ReductionKind.Sum => (Number(0, type), BinaryOperation.Add),
                ReductionKind.Product => (Number(1, type), BinaryOperation.Multiply),
                ReductionKind.Max => (type == ScalarType.I64 ? ValueMath.Integer(long.MinValue) : Number(double.NegativeInfinity, type), BinaryOperation.Maximum),
                ReductionKind.Min => (type == ScalarType.I64 ? ValueMath.Integer(long.MaxValue) : Number(double.PositiveInfinity, type), BinaryOperation.Minimum),
                ReductionKind.Any => (new BooleanValue(false), BinaryOperation.Or),
                _ => (ValueMath.True, BinaryOperation.And),
            };
            var total = _stage.Declare(ReductionNames.Of(reduction.Reduction), start);
            var found = wantsFound ? _stage.Declare("found", new BooleanValue(false)) : null;
            ForEach(body =>
            {
                _stage.Assign(total, new BinaryValue(operation, total, ValueMath.Convert(body, type)));
                MarkFound(found);
            });
            return (total, found);
        }

        public (Value Result, Value? Found) Mean()
        {
            var total = _stage.Declare("sum", Number(0, FloatType));
            var count = _stage.Declare("count", ValueMath.Integer(0));
            ForEach(body =>
            {
                _stage.Assign(total, ValueMath.Add(total, ValueMath.Convert(body, FloatType)));
                _stage.Assign(count, ValueMath.Add(count, ValueMath.Integer(1)));
            });
            var found = _stage.Declare("found", ValueMath.Compare(BinaryOperation.Greater, count, ValueMath.Integer(0)));
            return (_stage.Declare("mean", new BinaryValue(BinaryOperation.Divide, total, ValueMath.Convert(count, FloatType))), found);
        }

        /// <summary>The largest value first, so that no exponential overflows; where that is infinite, nothing is subtracted.</summary>
        public (Value Result, Value? Found) LogSumExp(bool wantsFound)
        {
            var type = FloatType;
            var largest = _stage.Declare("largest", Number(double.NegativeInfinity, type));
            var found = wantsFound ? _stage.Declare("found", new BooleanValue(false)) : null;
            ForEach(body =>
            {
                _stage.Assign(largest, new BinaryValue(BinaryOperation.Maximum, largest, ValueMath.Convert(body, type)));
                MarkFound(found);
            });
            var isInfinite = ValueMath.Compare(BinaryOperation.Equal, new CallValue(MathFunction.Abs, [largest], type), Number(double.PositiveInfinity, type));
            var shift = _stage.Declare("shift", new SelectValue(isInfinite, Number(0, type), largest));
            var sum = _stage.Declare("sum", Number(0, type));
            ForEach(body => _stage.Assign(sum, ValueMath.Add(sum, new CallValue(MathFunction.Exp, [ValueMath.Subtract(ValueMath.Convert(body, type), shift)], type))));
            return (_stage.Declare("logsumexp", ValueMath.Add(new CallValue(MathFunction.Log, [sum], type), shift)), found);
        }

        public (Value Result, Value? Found) Position()
        {
            var type = BodyType;
            var best = _stage.Declare("best", Number(0, type));
            var at = reduction.Variables.Select(v => _stage.Declare(v.Axis.Name + "_at", ValueMath.Integer(0))).ToArray();
            var found = _stage.Declare("found", new BooleanValue(false));
            var isMax = reduction.Reduction == ReductionKind.ArgMax;
            ForEach(body =>
            {
                var value = _stage.Declare("value", ValueMath.Convert(body, type));
                _stage.If(ValueMath.Or(ValueMath.Not(found), RankOrder.IsBefore(value, best, isMax, nanFirst: true)), () =>
                {
                    _stage.Assign(best, value);
                    for (var k = 0; k < at.Length; k++)
                    {
                        _stage.Assign(at[k], lowering.Variable(reduction.Variables[k]));
                    }

                    _stage.Assign(found, ValueMath.True);
                });
            });
            return (at[reduction.Component], found);
        }

        private static Value Number(double number, ScalarType type) => type switch
        {
            ScalarType.Bool => new BooleanValue(number != 0),
            ScalarType.I64 => ValueMath.Integer((long)number),
            _ => new FloatValue(number, type),
        };

        private void ForEach(Action<Value> use) => lowering.ForEachPoint(reduction.Variables, condition, () => _stage.At(reduction.Body.Span, () =>
        {
            use(lowering.Lower(reduction.Body));
            return true;
        }));

        private void MarkFound(LocalValue? found)
        {
            if (found is not null)
            {
                _stage.Assign(found, ValueMath.True);
            }
        }
    }
}

/// <summary>The order of values in argmax, topk and sort.</summary>
internal static class RankOrder
{
    /// <summary>Whether a value stands strictly before another: it is larger (smaller), or the one of them that is NaN where NaN comes first, or the one that is not where it comes last.</summary>
    public static Value IsBefore(Value a, Value b, bool largestFirst, bool nanFirst)
    {
        var order = ValueMath.Compare(largestFirst ? BinaryOperation.Greater : BinaryOperation.Less, a, b);
        if (a.Type is not (ScalarType.F32 or ScalarType.F64))
        {
            return order;
        }

        Value IsNan(Value value) => new CallValue(MathFunction.IsNan, [value], ScalarType.Bool);
        var nan = nanFirst ? ValueMath.And(IsNan(a), ValueMath.Not(IsNan(b))) : ValueMath.And(IsNan(b), ValueMath.Not(IsNan(a)));
        return ValueMath.Or(order, nan);
    }
}
