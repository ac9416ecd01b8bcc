using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Equations;

/// <summary>
/// Which floats are computed in f64: those that an f64 operand takes part in. Literals and what is made of literals and integers alone have no precision of
/// their own: they take that of the operand they meet, and by themselves f64 in a kernel that has f64 tensors or scalars, otherwise f32.
/// </summary>
internal sealed class PrecisionAnalysis
{
    private readonly KernelInstance _instance;
    private readonly HashSet<TensorSymbol> _double = [];
    private readonly HashSet<TensorSymbol> _weakLocals = [];
    private readonly Dictionary<BoundExpression, bool> _isWeak = [];

    public PrecisionAnalysis(BoundKernel kernel, EquationSystem equations, KernelInstance instance)
    {
        _instance = instance;
        var types = kernel.Parameters.Concat(kernel.Outputs).Select(t => t.Type).Concat(kernel.Scalars.Select(s => s.Type));
        Weak = types.Any(type => type.Resolve(instance) == ElementType.F64) ? ElementType.F64 : ElementType.F32;
        FindWeakLocals(equations);
        bool changed;
        do
        {
            changed = false;
            foreach (var definition in equations.Definitions.Where(d => d.Targets[0].Role == TensorRole.Local && IsDouble(d.Value)))
            {
                changed |= _double.Add(definition.Targets[0]);
            }
        }
        while (changed);
    }

    /// <summary>All locals are taken as weak until something in them is not, so that a recurrence over literals stays weak.</summary>
    private void FindWeakLocals(EquationSystem equations)
    {
        var locals = equations.Definitions.Where(d => d.Targets[0].Role == TensorRole.Local).ToArray();
        _weakLocals.UnionWith(locals.Select(d => d.Targets[0]));
        while (locals.Where(d => _weakLocals.Contains(d.Targets[0]) && !IsWeak(d.Value)).ToArray() is { Length: > 0 } strong)
        {
            _weakLocals.ExceptWith(strong.Select(d => d.Targets[0]));
            _isWeak.Clear();
        }
    }

    /// <summary>The precision of literals that meet no operand with one.</summary>
    public ElementType Weak { get; }

    /// <summary>The element type of the memory of a local.</summary>
    public ElementType ElementOf(TensorSymbol local) => local.Type.Kind switch
    {
        ValueKind.Bool => ElementType.Bool,
        ValueKind.Integer => ElementType.I64,
        _ => _double.Contains(local) ? ElementType.F64 : ElementType.F32,
    };

    public bool IsDouble(BoundExpression expression) => expression.Kind == ValueKind.Float && (IsWeak(expression) ? Weak == ElementType.F64 : expression switch
    {
        BoundRead read => read.Tensor.Role == TensorRole.Local ? _double.Contains(read.Tensor) : read.Tensor.Type.Resolve(_instance) == ElementType.F64,
        BoundScalar scalar => scalar.Symbol.Type.Resolve(_instance) == ElementType.F64,
        BoundCast cast => cast.Type.Resolve(_instance) == ElementType.F64,
        BoundReduction reduction => IsDouble(reduction.Body),
        BoundNormalisation normalisation => IsDouble(normalisation.Body),
        _ => Operands(expression).Any(child => !IsWeak(child) && IsDouble(child)),
    });

    /// <summary>Whether a float is made of literals and integers alone.</summary>
    public bool IsWeak(BoundExpression expression)
    {
        DeepStack.Guard();
        if (expression.Kind != ValueKind.Float)
        {
            return true;
        }

        if (!_isWeak.TryGetValue(expression, out var isWeak))
        {
            _isWeak[expression] = isWeak = expression switch
            {
                BoundFloat => true,
                BoundRead read => _weakLocals.Contains(read.Tensor),
                BoundScalar or BoundCast => false,
                BoundCall { Function: BuiltInFunction.Random } => false,
                BoundReduction reduction => IsWeak(reduction.Body),
                _ => Operands(expression).All(IsWeak),
            };
        }

        return isWeak;
    }

    private static IEnumerable<BoundExpression> Operands(BoundExpression expression) => expression switch
    {
        BoundConditional conditional => [conditional.WhenTrue, conditional.WhenFalse],
        _ => ExpressionWalk.Children(expression),
    };
}
