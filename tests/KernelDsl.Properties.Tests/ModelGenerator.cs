using FsCheck;
using FsCheck.Fluent;

namespace KernelDsl.Properties.Tests;

/// <summary>Random well-typed models, and smaller ones near a given one.</summary>
internal static class ModelGenerator
{
    public static Arbitrary<ModelKernel> Kernels { get; } = Arb.From(Gen.Choose(0, int.MaxValue - 1).Select(seed => new Builder(seed).Kernel()), Shrinker.Of);

    private sealed class Builder(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<ModelLet> _lets = [];

        public ModelKernel Kernel()
        {
            var extents = ModelTensors.Axes.ToImmutableDictionary(axis => axis, _ => _random.Next(1, 5));
            var count = _random.Next(1, 5);
            for (var i = 0; i < count; i++)
            {
                _lets.Add(Let("l" + i));
            }

            var axes = SomeAxes(1, 2);
            // The output uses the last let, and that mostly uses those before it, so that most of what is written counts.
            var output = new Arithmetic("+", ReducedLet(_lets[^1], axes), Node(axes, 3, null));
            return new ModelKernel(_random.Next(3) > 0, extents, _lets.ToImmutableArray(), axes, output, seed);
        }

        private ModelLet Let(string name)
        {
            var axes = SomeAxes(1, 2);
            var step = axes.Contains("t") && _random.Next(2) == 0 ? (_random.Next(2) == 0 ? -1 : 1) : 0;
            var shell = new ModelLet(name, axes, new Literal(0), null, step);
            var value = Node(axes, 3, shell);
            if (step != 0 && !Contains(value))
            {
                value = new Arithmetic("+", new Self(new Literal(0.5)), new Arithmetic("*", new Literal(0.5), value));
            }

            return shell with { Value = value, Where = _random.Next(3) > 0 ? Condition(axes, 2) : null };
        }

        private static bool Contains(Node node) => node is Self || Shrinker.Children(node).Any(Contains);

        private ImmutableArray<string> SomeAxes(int least, int most)
            => ModelTensors.Axes.OrderBy(_ => _random.Next()).Take(_random.Next(least, most + 1)).ToImmutableArray();

        private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

        private Node Node(ImmutableArray<string> scope, int depth, ModelLet? let)
        {
            if (depth == 0)
            {
                return Leaf(scope, let);
            }

            if (_lets.Count > 0 && _random.Next(4) == 0)
            {
                return ReducedLet(Pick(_lets), scope);
            }

            switch (_random.Next(12))
            {
                case 0:
                    return Leaf(scope, let);
                case 1 or 2:
                    return new Arithmetic(Pick(["+", "-", "*", "min", "max"]), Node(scope, depth - 1, let), Node(scope, depth - 1, let));
                case 3:
                    return new Function(Pick(["-", "abs", "tanh", "sigmoid"]), Node(scope, depth - 1, let));
                case 4:
                    return new Choice(Condition(scope, 2), Node(scope, depth - 1, let), Node(scope, depth - 1, let));
                case 5:
                    return new Otherwise(Node(scope, depth - 1, let), Node(scope, depth - 1, let));
                case 6:
                    return new Softmax(Pick(scope), Node(scope, depth - 1, null));
                case 7:
                    var along = Pick(ModelTensors.Axes);
                    return new Position(Pick(["argmax", "argmin"]), along, Input(With(scope, along)));
                default:
                    var axis = Pick(ModelTensors.Axes.Where(a => !scope.Contains(a)).DefaultIfEmpty("i").ToArray());
                    return new Reduction(Pick(["sum", "sum", "max", "min", "mean", "prod", "logsumexp"]), axis, Node(With(scope, axis), depth - 1, scope.Contains(axis) || let is { Step: not 0 } ? null : let));
            }
        }

        private static ImmutableArray<string> With(ImmutableArray<string> scope, string axis) => scope.Contains(axis) ? scope : scope.Add(axis);

        /// <summary>A let at its own axes, reduced over those that are not in scope: its domain becomes the bounds of the loops.</summary>
        private Node ReducedLet(ModelLet target, ImmutableArray<string> scope)
        {
            Node node = new LetRead(target.Name, target.Axes.Select(axis => (Index)new Shifted(axis, 1, 0)).ToImmutableArray());
            foreach (var axis in target.Axes.Where(axis => !scope.Contains(axis)))
            {
                node = new Reduction(Pick(["sum", "max", "min", "mean", "prod", "logsumexp"]), axis, node);
            }

            return node;
        }

        private Node Leaf(ImmutableArray<string> scope, ModelLet? let)
        {
            switch (_random.Next(8))
            {
                case 0:
                    return new Literal(_random.Next(-8, 9) / 8.0);
                case 1:
                    return new Coordinate(Pick(scope));
                case 2 or 4 or 5 when _lets.Count > 0:
                    var target = Pick(_lets);
                    return new LetRead(target.Name, target.Axes.Select(axis => Index(axis, scope)).ToImmutableArray());
                case 3 when let is { Step: not 0 }:
                    return new Self(new Literal(_random.Next(-8, 9) / 8.0));
                default:
                    return Input(scope);
            }
        }

        private Read Input(ImmutableArray<string> scope)
        {
            var (name, axes) = Pick(ModelTensors.Floats.OrderBy(t => t.Key).ToArray());
            return new Read(name, axes.Select(axis => Index(axis.ToString(), scope)).ToImmutableArray());
        }

        private Index Index(string axis, ImmutableArray<string> scope)
        {
            var own = scope.Contains(axis) ? axis : Pick(scope);
            return _random.Next(16) switch
            {
                0 => new Shifted(own, 1, _random.Next(-2, 3)),
                1 => new Shifted(Pick(scope), _random.Next(1, 3), _random.Next(-2, 2)),
                2 => new Halved(Pick(scope)),
                3 => new Fixed(_random.Next(0, 4)),
                4 => Gather(scope),
                _ => new Shifted(own, 1, 0),
            };
        }

        /// <summary>What windows, bands and triangles are made of.</summary>
        private Index Affine(ImmutableArray<string> scope) => _random.Next(4) == 0 ? new Fixed(_random.Next(0, 3)) : new Shifted(Pick(scope), 1, _random.Next(-2, 3));

        private Gathered Gather(ImmutableArray<string> scope)
        {
            var (name, axes) = Pick(ModelTensors.Integers.OrderBy(t => t.Key).ToArray());
            return new Gathered(name, scope.Contains(axes) ? new Shifted(axes, 1, 0) : new Shifted(Pick(scope), 1, 0));
        }

        private Condition Condition(ImmutableArray<string> scope, int depth) => _random.Next(depth == 0 ? 4 : 8) switch
        {
            0 => new Mask([Index("i", scope), Index("j", scope)]),
            1 => new CompareInput(Input(scope), Pick(["<", "<=", ">", ">="]), _random.Next(-4, 5) / 8.0),
            4 => new Logical(_random.Next(2) == 0, Condition(scope, depth - 1), Condition(scope, depth - 1)),
            5 => new Not(Condition(scope, depth - 1)),
            2 => new CompareIndices(Pick(["<", "<=", ">", ">=", "==", "!="]), Index(Pick(scope), scope), Index(Pick(scope), scope)),
            _ => new CompareIndices(Pick(["<", "<=", ">", ">=", "=="]), Affine(scope), Affine(scope)),
        };
    }
}
