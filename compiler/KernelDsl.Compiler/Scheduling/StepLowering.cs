using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>Turns ordered definitions into the steps of a program.</summary>
internal sealed class StepLowering(LoweringContext context, ImmutableArray<Definition> items, ImmutableArray<Dependency> dependencies, Func<Definition, string> nameOf)
{
    public ImmutableArray<Step> Lower(ImmutableArray<OrderNode> nodes) => Lower(nodes, []);

    private ImmutableArray<Step> Lower(ImmutableArray<OrderNode> nodes, ImmutableArray<(Axis Axis, Local Variable)> serial)
        => nodes.SelectMany(node => node switch
        {
            OrderItem item => Item(items[item.Item], serial),
            OrderLoop loop => Loop(loop, serial),
            _ => throw new InvalidOperationException("unknown node " + node.GetType().Name),
        }).ToImmutableArray();

    private ImmutableArray<Step> Loop(OrderLoop loop, ImmutableArray<(Axis Axis, Local Variable)> serial)
    {
        if (serial.IsEmpty && PointwiseItem(loop) is { } single)
        {
            return [new LaunchStep(new StageLowering(context, nameOf(single)).Recurrence(single, loop.Axis, loop.IsReversed))];
        }

        var variable = new Local(loop.Axis.Name + "_step", ScalarType.I64);
        var steps = Lower(loop.Parts, serial.Add((loop.Axis, variable)));
        return [new SerialStep(variable, context.Storage.Uniform(loop.Axis.Extent), loop.IsReversed, steps)];
    }

    /// <summary>The one definition of a recurrence that reads only its own earlier steps at the same point of all other axes: its loop can run inside a thread.</summary>
    private Definition? PointwiseItem(OrderLoop loop)
    {
        if (loop.Parts.Length != 1 || loop.Parts[0] is not OrderItem item || items[item.Item] is not { Kind: DefinitionKind.Equation } definition || definition.Targets[0].Like is not null)
        {
            return null;
        }

        var others = definition.Targets[0].Axes.Where(axis => axis != loop.Axis).ToArray();
        var own = dependencies.Where(e => e.From == item.Item && e.To == item.Item);
        return own.All(e => others.All(axis => e.Shifts.TryGetValue(axis, out var shift) && shift == 0)) ? definition : null;
    }

    private IEnumerable<Step> Item(Definition definition, ImmutableArray<(Axis Axis, Local Variable)> serial)
    {
        var stage = new StageLowering(context, nameOf(definition));
        return definition.Kind switch
        {
            DefinitionKind.Scatter => Scatter(definition, stage),
            DefinitionKind.TopK or DefinitionKind.Sort => [new LaunchStep(stage.Ranking(definition, serial))],
            _ when definition.Targets[0].Like is { } like => [new LaunchStep(stage.Stored(definition, like, serial))],
            _ => [new LaunchStep(stage.Equation(definition, serial))],
        };
    }

    /// <summary>The result starts from the identity. Types that cannot be updated atomically are gathered in wider memory and rounded once at the end.</summary>
    private IEnumerable<Step> Scatter(Definition definition, StageLowering stage)
    {
        var target = definition.Targets[0];
        var output = context.Storage.Component(target, StorageRole.Values);
        var isDirect = output.Element is ElementType.F32 or ElementType.F64 or ElementType.I64 or ElementType.I32;
        var accumulator = isDirect ? output : context.Storage.Workspace(target.Name + "__sum", output.Element.IsFloat() ? ElementType.F32 : ElementType.I64, target);
        yield return new FillStep(accumulator, Identity(definition.Operator, output.Element));
        yield return new LaunchStep(stage.Scatter(definition, accumulator));
        if (!isDirect)
        {
            yield return new LaunchStep(new StageLowering(context, nameOf(definition)).Copy(definition, accumulator, output));
        }
    }

    private static double Identity(AssignmentOperator operation, ElementType element) => operation switch
    {
        AssignmentOperator.Max => element.IsFloat() ? double.NegativeInfinity : element.IntegerRange().Minimum,
        AssignmentOperator.Min => element.IsFloat() ? double.PositiveInfinity : element.IntegerRange().Maximum,
        _ => 0,
    };
}
