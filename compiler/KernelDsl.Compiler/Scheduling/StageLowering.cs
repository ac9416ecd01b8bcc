using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Binding.Proofs;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>Builds one stage.</summary>
internal sealed class StageLowering(LoweringContext context, string name)
{
    private readonly StageBuilder _stage = new();

    /// <summary>A thread for each point.</summary>
    public Stage Equation(Definition definition, ImmutableArray<(Axis Axis, Local Variable)> serial)
    {
        var lowering = Begin(definition);
        var grid = BindGrid(lowering, definition.Variables, serial);
        StorePoint(lowering, definition);
        return Finish(grid, serial);
    }

    /// <summary>A thread for each point of the other axes, which runs through the recurrence.</summary>
    public Stage Recurrence(Definition definition, Axis axis, bool isReversed)
    {
        var lowering = Begin(definition);
        var along = definition.Variables.First(v => v.Axis == axis);
        var grid = BindGrid(lowering, definition.Variables.Remove(along), []);
        _stage.For(axis.Name, ValueMath.Integer(0), context.Storage.Uniform(axis.Extent), step =>
        {
            lowering.Bind(along, step);
            lowering.InScope(() => StorePoint(lowering, definition));
        }, isReversed);
        return Finish(grid, []);
    }

    /// <summary>A thread for each row (column) of the pattern, which runs over its stored points.</summary>
    public Stage Stored(Definition definition, TensorSymbol pattern, ImmutableArray<(Axis Axis, Local Variable)> serial)
    {
        var lowering = Begin(definition);
        var isRowMajor = SparseAccess.IsRowMajor(pattern);
        var (major, minor) = isRowMajor ? (definition.Variables[0], definition.Variables[1]) : (definition.Variables[1], definition.Variables[0]);
        var grid = BindGrid(lowering, [major], serial);
        new SparseAccess(context.Storage, _stage, pattern).Visit(lowering.Variable(major), (other, place) =>
        {
            lowering.Bind(minor, other);
            lowering.AtStored(pattern, lowering.Variable(definition.Variables[0]), lowering.Variable(definition.Variables[1]), place, () =>
                _stage.Add(new Store(context.Storage.Component(definition.Targets[0], StorageRole.Values), place, ToTarget(lowering.Lower(definition.Value), definition.Targets[0]))));
        });
        return Finish(grid, serial);
    }

    /// <summary>A thread for each row, which picks the values one rank after the other: the best that stands after the one before.</summary>
    public Stage Ranking(Definition definition, ImmutableArray<(Axis Axis, Local Variable)> serial)
    {
        var lowering = Begin(definition);
        var grid = BindGrid(lowering, definition.Variables.Remove(definition.Rank!), serial);
        new RankingLowering(context, _stage, lowering, definition).Lower();
        return Finish(grid, serial);
    }

    /// <summary>A thread for each value; where the kernel is deterministic, for each place that no other thread writes.</summary>
    public Stage Scatter(Definition definition, ProgramBuffer accumulator)
    {
        var lowering = Begin(definition);
        var own = definition.Variables.Where(v => definition.Subscripts.Any(s => s is BoundIndex index && index.Variable == v)).ToImmutableArray();
        var parallel = context.Kernel.IsDeterministic ? own : definition.Variables;
        var grid = BindGrid(lowering, parallel, []);
        var target = definition.Targets[0];
        var probe = new BoundRead(target, definition.Subscripts, definition.Span);
        lowering.ForEach(definition.Variables.RemoveRange(parallel), definition.Variables, definition.Where, probe, definition.Value, () =>
        {
            var place = lowering.Linear(target, definition.Subscripts.Select(lowering.Lower).ToImmutableArray());
            var value = ValueMath.Convert(lowering.Lower(definition.Value), LoadValue.Widened(accumulator.Element));
            var operation = definition.Operator switch
            {
                AssignmentOperator.Max => BinaryOperation.Maximum,
                AssignmentOperator.Min => BinaryOperation.Minimum,
                _ => BinaryOperation.Add,
            };
            _stage.Add(new Update(accumulator, place, operation, value));
        });
        return Finish(grid, []);
    }

    /// <summary>Rounds what was gathered.</summary>
    public Stage Copy(Definition definition, ProgramBuffer from, ProgramBuffer to)
    {
        _stage.Source = definition.Span;
        var place = new Local("place", ScalarType.I64);
        var value = new LoadValue(from, new LocalValue(place));
        _stage.Add(new Store(to, new LocalValue(place), ToTarget(value, definition.Targets[0])));
        return Finish([new GridAxis(place, from.Length)], []);
    }

    private DefinitionLowering Begin(Definition definition)
    {
        _stage.Source = definition.Span;
        return new(context, _stage, context.Domains.FactsOf(definition));
    }

    private Stage Finish(ImmutableArray<GridAxis> grid, ImmutableArray<(Axis Axis, Local Variable)> serial)
        => new(name, serial.Select(s => s.Variable).ToImmutableArray(), grid, _stage.Finish()) { Source = _stage.Source };

    private ImmutableArray<GridAxis> BindGrid(DefinitionLowering lowering, ImmutableArray<IndexVariable> variables, ImmutableArray<(Axis Axis, Local Variable)> serial)
    {
        var grid = ImmutableArray.CreateBuilder<GridAxis>();
        var taken = new HashSet<Local>();
        foreach (var variable in variables)
        {
            var step = serial.FirstOrDefault(s => s.Axis == variable.Axis && !taken.Contains(s.Variable)).Variable;
            if (step is not null)
            {
                taken.Add(step);
                lowering.Bind(variable, new LocalValue(step));
                continue;
            }

            var coordinate = _stage.NewLocal(variable.Axis.Name, ScalarType.I64);
            grid.Add(new GridAxis(coordinate, context.Storage.Uniform(variable.Axis.Extent)));
            lowering.Bind(variable, new LocalValue(coordinate));
        }

        return grid.ToImmutable();
    }

    private void StorePoint(DefinitionLowering lowering, Definition definition)
    {
        var target = definition.Targets[0];
        var isLocal = target.Role == TensorRole.Local;
        var buffer = isLocal ? context.Storage.Local(target) : context.Storage.Component(target, StorageRole.Values);
        var place = lowering.Linear(target, definition.Variables.Select(lowering.Variable).ToImmutableArray());
        var domain = context.Domains.OfDefinition(definition);
        if (domain.IsEverywhere)
        {
            _stage.Add(new Store(buffer, place, ToTarget(lowering.Lower(definition.Value), target)));
            return;
        }

        // The domain is found without what the definition itself assumes.
        var outside = new DefinitionLowering(context, _stage, context.Domains.KernelFacts);
        foreach (var variable in definition.Variables)
        {
            outside.Bind(variable, lowering.Variable(variable));
        }

        var needsMask = isLocal && (context.Storage.HasMask(target) || !context.Domains.IsCheap(domain.Condition) || context.Domains.IsDynamic(target));
        var holds = _stage.Declare("defined", outside.Lower(domain.Condition));
        if (needsMask)
        {
            _stage.Add(new Store(context.Storage.Mask(target), place, holds));
        }

        _stage.Add(new If(
            holds,
            lowering.InBlock(() => lowering.Knowing(domain.Condition, isNegated: false, () =>
                _stage.Add(new Store(buffer, place, ToTarget(lowering.Lower(definition.Value), target))))),
            Block.Empty));
    }

    private Value ToTarget(Value value, TensorSymbol target)
    {
        var element = target.Role == TensorRole.Local ? context.Precision.ElementOf(target) : target.Type.Resolve(context.Instance);
        return ValueMath.Convert(value, LoadValue.Widened(element));
    }
}
