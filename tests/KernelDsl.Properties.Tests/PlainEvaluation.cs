namespace KernelDsl.Properties.Tests;

/// <summary>A value and a bound on how far arithmetic of a given unit roundoff may be from it.</summary>
internal readonly record struct Bounded(double Value, double Error);

/// <summary>Evaluates a model straight from its tree: every point anew, no memory, no order. Null is "undefined".</summary>
internal sealed class PlainEvaluation(ModelKernel kernel, ModelData data, double unit)
{
    private readonly Dictionary<string, Bounded?> _lets = [];

    public Bounded Output(Dictionary<string, int> point)
    {
        var value = Evaluate(kernel.Output, point, null) ?? new Bounded(0.25, 0);
        return Rounded(value.Value, value.Error);
    }

    private Bounded? Evaluate(Node node, Dictionary<string, int> at, ModelLet? let)
    {
        switch (node)
        {
            case Literal literal:
                return new Bounded(literal.Value, 0);
            case Coordinate coordinate:
                return new Bounded(at[coordinate.Axis] * 0.125, 0);
            case Read read:
                return Place(read.Indices, at, ModelTensors.Floats[read.Tensor]) is { } place ? new Bounded(data.Floats[read.Tensor][place], 0) : null;
            case LetRead read:
                var target = kernel.Lets.First(l => l.Name == read.Let);
                var indices = read.Indices.Select(index => Evaluate(index, at)).ToArray();
                return indices.Any(i => i is null) ? null : Let(target, indices.Select(i => i!.Value).ToArray());
            case Self self:
                var index = let!.Axes.Select(axis => at[axis] + (axis == "t" ? let.Step : 0)).ToArray();
                return Let(let, index) ?? Evaluate(self.First, at, let);
            case Arithmetic arithmetic:
                return Evaluate(arithmetic.Left, at, let) is { } a && Evaluate(arithmetic.Right, at, let) is { } b ? Apply(arithmetic.Operator, a, b) : null;
            case Function function:
                return Evaluate(function.Operand, at, let) is { } x ? Apply(function.Name, x) : null;
            case Choice choice:
                return Evaluate(choice.Condition, at) is not { } holds ? null : Evaluate(holds ? choice.WhenTrue : choice.WhenFalse, at, let);
            case Otherwise otherwise:
                return Evaluate(otherwise.Value, at, let) ?? Evaluate(otherwise.Other, at, let);
            case Reduction reduction:
                return Reduce(reduction.Name, Range(reduction.Axis, at).Select(p => Evaluate(reduction.Body, p, let)).Where(v => v is not null).Select(v => v!.Value).ToArray());
            case Position position:
                return Best(position, at);
            case Softmax softmax:
                return Normalise(softmax, at, let);
            default:
                throw new InvalidOperationException(node.GetType().Name);
        }
    }

    private Bounded? Let(ModelLet let, int[] index)
    {
        if (let.Axes.Where((axis, k) => index[k] < 0 || index[k] >= kernel.Extents[axis]).Any())
        {
            return null;
        }

        var key = let.Name + string.Join(",", index);
        if (!_lets.TryGetValue(key, out var value))
        {
            var at = let.Axes.Select((axis, k) => (axis, k)).ToDictionary(pair => pair.axis, pair => index[pair.k]);
            value = let.Where is null || Evaluate(let.Where, at) == true ? Evaluate(let.Value, at, let) : null;
            _lets[key] = value;
        }

        return value;
    }

    private IEnumerable<Dictionary<string, int>> Range(string axis, Dictionary<string, int> at)
        => Enumerable.Range(0, kernel.Extents[axis]).Select(i => new Dictionary<string, int>(at) { [axis] = i });

    private int? Place(ImmutableArray<Index> indices, Dictionary<string, int> at, string axes)
    {
        var place = 0;
        for (var k = 0; k < axes.Length; k++)
        {
            var extent = kernel.Extents[axes[k].ToString()];
            if (Evaluate(indices[k], at) is not { } index || index < 0 || index >= extent)
            {
                return null;
            }

            place = (place * extent) + index;
        }

        return place;
    }

    private int? Evaluate(Index index, Dictionary<string, int> at) => index switch
    {
        Shifted shifted => (shifted.Factor * at[shifted.Axis]) + shifted.Offset,
        Halved halved => at[halved.Axis] / 2,
        Fixed fixedAt => fixedAt.At,
        Gathered gathered => Place([gathered.At], at, ModelTensors.Integers[gathered.Tensor]) is { } place ? data.Integers[gathered.Tensor][place] : null,
        _ => throw new InvalidOperationException(index.GetType().Name),
    };

    private bool? Evaluate(Condition condition, Dictionary<string, int> at)
    {
        switch (condition)
        {
            case CompareIndices compare:
                return Evaluate(compare.Left, at) is { } a && Evaluate(compare.Right, at) is { } b ? Compare(compare.Operator, a, b) : null;
            case Mask mask:
                return Place(mask.Indices, at, ModelTensors.MaskAxes) is { } place ? data.Mask[place] : null;
            case CompareInput compare:
                return Evaluate(compare.Input, at, null) is { } x ? Compare(compare.Operator, x.Value, compare.Limit) : null;
            case Logical logical:
                var left = Evaluate(logical.Left, at);
                return left is null || left != logical.IsAnd ? left : Evaluate(logical.Right, at);
            case Not not:
                return !Evaluate(not.Operand, at);
            default:
                throw new InvalidOperationException(condition.GetType().Name);
        }
    }

    private static bool Compare(string operation, double a, double b) => operation switch
    {
        "<" => a < b,
        "<=" => a <= b,
        ">" => a > b,
        ">=" => a >= b,
        "==" => a == b,
        _ => a != b,
    };

    private Bounded Rounded(double value, double error) => new(value, error + (unit * Math.Abs(value)));

    private Bounded Apply(string operation, Bounded a, Bounded b) => operation switch
    {
        "+" => Rounded(a.Value + b.Value, a.Error + b.Error),
        "-" => Rounded(a.Value - b.Value, a.Error + b.Error),
        "*" => Rounded(a.Value * b.Value, (Math.Abs(a.Value) * b.Error) + (Math.Abs(b.Value) * a.Error) + (a.Error * b.Error)),
        "min" => new Bounded(Math.Min(a.Value, b.Value), Math.Max(a.Error, b.Error)),
        _ => new Bounded(Math.Max(a.Value, b.Value), Math.Max(a.Error, b.Error)),
    };

    private Bounded Apply(string function, Bounded x) => function switch
    {
        "-" => x with { Value = -x.Value },
        "abs" => x with { Value = Math.Abs(x.Value) },
        "tanh" => new Bounded(Math.Tanh(x.Value), x.Error + (4 * unit)),
        _ => new Bounded(1 / (1 + Math.Exp(-x.Value)), (x.Error / 4) + (4 * unit)),
    };

    private Bounded? Reduce(string name, Bounded[] values)
    {
        switch (name)
        {
            case "sum":
                return values.Aggregate(new Bounded(0, 0), (total, value) => Apply("+", total, value));
            case "prod":
                return values.Aggregate(new Bounded(1, 0), (total, value) => Apply("*", total, value));
        }

        if (values.Length == 0)
        {
            return null;
        }

        var error = values.Max(v => v.Error);
        switch (name)
        {
            case "max":
                return new Bounded(values.Max(v => v.Value), error);
            case "min":
                return new Bounded(values.Min(v => v.Value), error);
            case "mean":
                var sum = values.Aggregate(new Bounded(0, 0), (total, value) => Apply("+", total, value));
                return Rounded(sum.Value / values.Length, sum.Error / values.Length);
            default:
                var largest = values.Max(v => v.Value);
                var logarithm = Math.Log(values.Sum(v => Math.Exp(v.Value - largest))) + largest;
                return Rounded(logarithm, error + (unit * (8 + (2 * values.Length) + (2 * values.Max(v => Math.Abs(v.Value))))));
        }
    }

    private Bounded? Best(Position position, Dictionary<string, int> at)
    {
        var best = -1;
        var value = 0.0;
        foreach (var point in Range(position.Axis, at))
        {
            if (Evaluate(position.Body, point, null) is { } x && (best < 0 || (position.Name == "argmax" ? x.Value > value : x.Value < value)))
            {
                (best, value) = (point[position.Axis], x.Value);
            }
        }

        return best < 0 ? null : new Bounded(best * 0.125, 0);
    }

    private Bounded? Normalise(Softmax softmax, Dictionary<string, int> at, ModelLet? let)
    {
        if (Evaluate(softmax.Body, at, let) is not { } own)
        {
            return null;
        }

        var values = Range(softmax.Axis, at).Select(p => Evaluate(softmax.Body, p, let)).Where(v => v is not null).Select(v => v!.Value).ToArray();
        var largest = values.Max(v => v.Value);
        var share = Math.Exp(own.Value - largest) / values.Sum(v => Math.Exp(v.Value - largest));
        var relative = (4 * values.Max(v => v.Error)) + (unit * (12 + (2 * values.Length) + (4 * values.Max(v => Math.Abs(v.Value)))));
        return new Bounded(share, share * relative);
    }
}
