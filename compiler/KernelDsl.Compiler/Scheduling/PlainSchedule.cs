using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Equations;
using KernelDsl.Compiler.Text;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>One thread per output point, reductions serial, recurrences outermost: works for every kernel.</summary>
internal sealed class PlainSchedule
{
    private readonly BoundKernel _kernel;
    private readonly LoweringContext _context;
    private readonly ImmutableArray<Definition> _items;
    private readonly List<string> _names = [];

    private PlainSchedule(Preparation prepared, KernelInstance instance)
    {
        _kernel = prepared.Kernel;
        var precision = new PrecisionAnalysis(_kernel, prepared.Equations, instance);
        var storage = new StorageMap(_kernel, instance, precision);
        _context = new LoweringContext(_kernel, instance, prepared.Equations, prepared.Inlining, prepared.Domains, precision, storage);
        _items = prepared.Equations.Definitions.Where(d => !prepared.Inlining.IsInlined(d.Targets[0])).ToImmutableArray();
    }

    /// <summary>
    /// Lowers a valid kernel. Arguments are named as <see cref="ArgumentNames"/> says, buffers <see cref="StorageComponent.BufferName"/>. Consts that the instance
    /// gives are folded in; the others are arguments, whose values are checked.
    /// </summary>
    public static LoopProgram Lower(BoundKernel kernel, KernelInstance instance) => LowerAll(kernel, [instance])[0];

    /// <summary>Lowers a valid kernel for several instances; what does not depend on them, all proofs among it, is done once.</summary>
    public static ImmutableArray<LoopProgram> LowerAll(BoundKernel kernel, ImmutableArray<KernelInstance> instances) => DeepStack.Run(() =>
    {
        // Made anew when the work is repeated: an analysis that was interrupted is of no use.
        var prepared = new Preparation(kernel);
        return instances.Select(instance => new PlainSchedule(prepared, instance).Lower()).ToImmutableArray();
    });

    private LoopProgram Lower()
    {
        var needed = Needed();
        var items = Enumerable.Range(0, _items.Length).Where(needed.Contains).ToArray();
        var position = items.Select((item, at) => (item, at)).ToDictionary(pair => pair.item, pair => pair.at);
        var edges = items.SelectMany(item => Dependencies(item).Select(e => new Dependency(position[item], position[e.To], e.Shifts))).ToImmutableArray();
        var order = new DependencyOrder(items.Length, edges);
        var nodes = order.Compute();
        if (order.Cycles.Count > 0)
        {
            throw new InvalidOperationException("the equations cannot be ordered");
        }

        var steps = new StepLowering(_context, items.Select(item => _items[item]).ToImmutableArray(), edges, NameOf).Lower(nodes);
        return new LoopProgram(_kernel.Name, _context.Storage.Arguments, _context.Storage.Buffers, Checks(), steps);
    }

    /// <summary>What the outputs need, directly or through others.</summary>
    private HashSet<int> Needed()
    {
        var needed = new HashSet<int>();
        var pending = new Stack<int>(Enumerable.Range(0, _items.Length).Where(i => _items[i].Targets[0].Role == TensorRole.Output));
        while (pending.Count > 0)
        {
            var item = pending.Pop();
            if (needed.Add(item))
            {
                foreach (var edge in Dependencies(item))
                {
                    pending.Push(edge.To);
                }
            }
        }

        return needed;
    }

    private IEnumerable<Dependency> Dependencies(int item)
    {
        var definition = _items[item];
        var roots = ExpressionWalk.Roots(definition).SelectMany(_context.Inlining.Expand);
        return DependencyFinder.Of(item, definition.Variables, roots, ItemOf);
    }

    private int ItemOf(TensorSymbol tensor)
    {
        for (var i = 0; i < _items.Length; i++)
        {
            if (_items[i].Targets.Contains(tensor))
            {
                return i;
            }
        }

        return -1;
    }

    private ImmutableArray<ArgumentCheck> Checks()
    {
        var checks = ImmutableArray.CreateBuilder<ArgumentCheck>();
        foreach (var constant in _kernel.Consts.Where(constant => !_context.Instance.Consts.ContainsKey(constant.Name)))
        {
            checks.Add(Check(constant, _context.Storage.Argument(constant.Name)));
        }

        foreach (var extent in _kernel.Extents.Where(extent => !extent.IsImplicit))
        {
            var condition = ValueMath.Compare(BinaryOperation.GreaterOrEqual, _context.Storage.Argument(extent.Name), ValueMath.Integer(1));
            checks.Add(new ArgumentCheck(condition, $"extent {extent.Name} must be at least 1"));
        }

        foreach (var precondition in _kernel.Preconditions)
        {
            checks.Add(new ArgumentCheck(_context.Storage.Uniform(precondition.Condition), $"'{precondition.Text}' does not hold"));
        }

        return checks.ToImmutable();
    }

    private static ArgumentCheck Check(ConstSymbol constant, Value value)
    {
        if (constant.Allowed.IsEmpty)
        {
            return new ArgumentCheck(ValueMath.Compare(BinaryOperation.GreaterOrEqual, value, ValueMath.Integer(0)), $"const {constant.Name} must be at least 0");
        }

        var isOne = constant.Allowed.Select(allowed => ValueMath.Compare(BinaryOperation.Equal, value, ValueMath.Integer(allowed))).Aggregate(ValueMath.Or);
        return new ArgumentCheck(isOne, $"const {constant.Name} must be {string.Join(" or ", constant.Allowed)}");
    }

    private string NameOf(Definition definition)
    {
        var name = definition.Targets[0].Name;
        var count = _names.Count(known => known == name);
        _names.Add(name);
        return count == 0 ? name : name + "__" + (count + 1);
    }

    private sealed class Preparation
    {
        public Preparation(BoundKernel kernel)
        {
            Kernel = kernel;
            Equations = EquationSystem.Of(kernel);
            Inlining = new InliningPlan(Equations);
            Domains = new DomainAnalysis(new SourceText(string.Empty, string.Empty), Equations.DefinitionOf, kernel.Preconditions, Equations.AssumedDefined);
        }

        public BoundKernel Kernel { get; }

        public EquationSystem Equations { get; }

        public InliningPlan Inlining { get; }

        public DomainAnalysis Domains { get; }
    }
}
