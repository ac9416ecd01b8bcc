using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Reference;

/// <summary>Gathers the values of a reduction, one after the other.</summary>
internal sealed class Accumulator(ReductionKind kind, bool isFloat, int component)
{
    private readonly List<double> _floats = [];
    private long _count;
    private double _float = kind == ReductionKind.Product ? 1 : 0;
    private long _integer = kind is ReductionKind.Product or ReductionKind.All ? 1 : 0;
    private long _position;

    public void Add(Number item, int[] slots, long[] point)
    {
        var isFirst = _count++ == 0;
        switch (kind)
        {
            case ReductionKind.Sum or ReductionKind.Mean:
                _float += item.Float;
                _integer = unchecked(_integer + item.Integer);
                break;
            case ReductionKind.Product:
                _float *= item.Float;
                _integer = unchecked(_integer * item.Integer);
                break;
            case ReductionKind.Any:
                _integer |= item.Integer;
                break;
            case ReductionKind.All:
                _integer &= item.Integer;
                break;
            case ReductionKind.LogSumExp:
                _floats.Add(item.Float);
                break;
            default:
                if (isFirst || IsBetter(item))
                {
                    (_float, _integer) = (item.Float, item.Integer);
                    _position = point[slots[component]];
                }

                break;
        }
    }

    public bool TryFinish(out Number value)
    {
        value = kind switch
        {
            ReductionKind.ArgMax or ReductionKind.ArgMin => Number.Of(_position),
            ReductionKind.Mean => Number.Of(_float / _count),
            ReductionKind.LogSumExp => Number.Of(LogSumExp()),
            _ => isFloat ? Number.Of(_float) : Number.Of(_integer),
        };
        return _count > 0 || kind is ReductionKind.Sum or ReductionKind.Product or ReductionKind.Any or ReductionKind.All;
    }

    /// <summary>NaN beats every number and the first of equals stays.</summary>
    private bool IsBetter(Number item)
    {
        var wantsLarger = kind is ReductionKind.Max or ReductionKind.ArgMax;
        if (!isFloat)
        {
            return wantsLarger ? item.Integer > _integer : item.Integer < _integer;
        }

        return !double.IsNaN(_float) && (double.IsNaN(item.Float) || (wantsLarger ? item.Float > _float : item.Float < _float));
    }

    private double LogSumExp()
    {
        var largest = _floats.Aggregate(double.NegativeInfinity, ReferenceFunctions.Maximum);
        var shift = double.IsInfinity(largest) ? 0 : largest;
        return Math.Log(_floats.Sum(value => Math.Exp(value - shift))) + shift;
    }
}
