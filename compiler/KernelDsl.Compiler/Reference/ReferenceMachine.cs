using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Reference;

/// <summary>The values of all tensors of one run. Locals and outputs are computed point by point when first asked for, recurrences step by step.</summary>
internal sealed class ReferenceMachine
{
    private readonly BoundKernel _kernel;
    private readonly KernelInstance _instance;
    private readonly ReferenceData _data;
    private readonly bool _roundOutputs;
    private readonly Dictionary<TensorSymbol, ComputedTensor> _computed = [];
    private readonly Dictionary<IndexVariable, int> _slots = [];
    private readonly Dictionary<TensorSymbol, OrderLoop> _loops = [];
    private readonly HashSet<OrderLoop> _started = [];
    private readonly EvaluatorBuilder _builder;

    public ReferenceMachine(BoundKernel kernel, KernelInstance instance, ReferenceData data, bool roundOutputs)
    {
        _kernel = kernel;
        _instance = instance;
        _data = data;
        _roundOutputs = roundOutputs;
        _builder = new EvaluatorBuilder(this);
        foreach (var loop in DefinitionOrder.Of(kernel).Nodes.OfType<OrderLoop>())
        {
            foreach (var item in Items(loop))
            {
                foreach (var target in kernel.Definitions[item].Targets)
                {
                    _loops[target] = loop;
                }
            }
        }
    }

    public KernelInstance Instance => _instance;

    public ReferenceData Data => _data;

    public int SlotOf(IndexVariable variable)
    {
        if (!_slots.TryGetValue(variable, out var slot))
        {
            _slots[variable] = slot = _slots.Count;
        }

        return slot;
    }

    public long Extent(BoundExpression extent) => UniformEvaluator.EvaluateInteger(extent, SizeOf) ?? throw new InvalidOperationException("an extent has no value");

    public long? SizeOf(string name)
        => _data.Extents.TryGetValue(name, out var extent) ? extent
            : _instance.Consts.TryGetValue(name, out var constant) ? constant
            : _data.IntegerScalars.TryGetValue(name, out var scalar) ? scalar : null;

    /// <summary>Computes all points of an output and writes them to the data.</summary>
    public void Complete(TensorSymbol output)
    {
        var tensor = Computed(output);
        foreach (var index in tensor.Points())
        {
            Fetch(output, index, out _);
        }

        var key = output.Components[0].Key;
        if (output.Type.Kind == ValueKind.Float)
        {
            _data.Floats[key] = tensor.Values.Select(value => value.Float).ToArray();
        }
        else
        {
            _data.Integers[key] = tensor.Values.Select(value => value.Integer).ToArray();
        }
    }

    /// <summary>The value of a local or output at a point inside its extents.</summary>
    public bool Fetch(TensorSymbol tensor, long[] index, out Number value)
    {
        var computed = Computed(tensor);
        var position = computed.PositionOf(index);
        if (position < 0)
        {
            value = default;
            return false;
        }

        if (computed.States[position] == PointState.Unknown)
        {
            if (_loops.TryGetValue(tensor, out var loop) && _started.Add(loop))
            {
                RunLoop(loop, ImmutableDictionary<Axis, long>.Empty);
            }

            if (computed.States[position] == PointState.Unknown)
            {
                Compute(computed.Definition, index);
            }
        }

        value = computed.Values[position];
        return computed.States[position] == PointState.Defined;
    }

    private static IEnumerable<int> Items(OrderNode node) => node switch
    {
        OrderItem item => [item.Item],
        OrderLoop loop => loop.Parts.SelectMany(Items),
        _ => [],
    };

    private ComputedTensor Computed(TensorSymbol tensor)
    {
        if (!_computed.TryGetValue(tensor, out var computed))
        {
            var definition = _kernel.DefinitionOf(tensor) ?? throw new InvalidOperationException($"'{tensor.Name}' has no definition");
            var extents = tensor.Axes.Select(axis => Extent(axis.Extent)).ToArray();
            computed = tensor.Like is { } like
                ? new ComputedTensor(definition, extents, SparseStorage.Of(like, _data, _instance, Extent))
                : new ComputedTensor(definition, extents, null);
            _computed[tensor] = computed;
            if (definition.Kind == DefinitionKind.Scatter)
            {
                Scatter(definition, computed);
            }
        }

        return computed;
    }

    /// <summary>Runs a recurrence from its first step to its last, all points of all its values at each step.</summary>
    private void RunLoop(OrderLoop loop, ImmutableDictionary<Axis, long> at)
    {
        var extent = Extent(loop.Axis.Extent);
        for (long step = 0; step < extent; step++)
        {
            var here = at.SetItem(loop.Axis, loop.IsReversed ? extent - 1 - step : step);
            foreach (var part in loop.Parts)
            {
                if (part is OrderLoop inner)
                {
                    RunLoop(inner, here);
                }
                else
                {
                    ComputeSlice(_kernel.Definitions[((OrderItem)part).Item], here);
                }
            }
        }
    }

    private void ComputeSlice(Definition definition, ImmutableDictionary<Axis, long> at)
    {
        var target = definition.Targets[0];
        var places = target.Axes.Select(axis => at.TryGetValue(axis, out var place) ? place : -1).ToArray();
        foreach (var index in Computed(target).PointsAt(places))
        {
            Fetch(target, index, out _);
        }
    }

    private void Compute(Definition definition, long[] index)
    {
        if (definition.Kind is DefinitionKind.TopK or DefinitionKind.Sort)
        {
            new RankingEvaluation(this, _builder, definition).Compute(index, Store);
            return;
        }

        var program = _builder.Of(definition);
        var point = new long[program.SlotCount];
        for (var k = 0; k < index.Length; k++)
        {
            point[SlotOf(definition.Variables[k])] = index[k];
        }

        var isDefined = program.TryEvaluate(point, out var value);
        Store(definition.Targets[0], index, isDefined, value);
    }

    private void Store(TensorSymbol tensor, long[] index, bool isDefined, Number value)
    {
        var computed = Computed(tensor);
        var position = computed.PositionOf(index);
        if (position >= 0)
        {
            computed.States[position] = isDefined ? PointState.Defined : PointState.Undefined;
            computed.Values[position] = isDefined ? Rounded(tensor, value) : default;
        }
    }

    private Number Rounded(TensorSymbol tensor, Number value)
    {
        if (tensor.Role != TensorRole.Output)
        {
            return value;
        }

        var element = tensor.Type.Resolve(_instance);
        return tensor.Type.Kind == ValueKind.Float
            ? Number.Of(_roundOutputs ? ElementRounding.Round(value.Float, element) : value.Float)
            : Number.Of(ElementRounding.Wrap(value.Integer, element));
    }

    private void Scatter(Definition definition, ComputedTensor target)
    {
        var evaluation = new ScatterEvaluation(this, _builder, definition);
        evaluation.Run(target, definition.Targets[0].Type.Resolve(_instance));
        for (var i = 0; i < target.Values.Length; i++)
        {
            target.Values[i] = Rounded(definition.Targets[0], target.Values[i]);
            target.States[i] = PointState.Defined;
        }
    }

    public int SlotCount => _slots.Count;
}
