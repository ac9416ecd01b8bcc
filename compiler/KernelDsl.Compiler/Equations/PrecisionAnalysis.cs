using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Equations;

/// <summary>Which floats are computed in f64: those that an f64 operand takes part in. All others are f32.</summary>
internal sealed class PrecisionAnalysis
{
    private readonly KernelInstance _instance;
    private readonly HashSet<TensorSymbol> _double = [];

    public PrecisionAnalysis(EquationSystem equations, KernelInstance instance)
    {
        _instance = instance;
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

    /// <summary>The element type of the memory of a local.</summary>
    public ElementType ElementOf(TensorSymbol local) => local.Type.Kind switch
    {
        ValueKind.Bool => ElementType.Bool,
        ValueKind.Integer => ElementType.I64,
        _ => _double.Contains(local) ? ElementType.F64 : ElementType.F32,
    };

    public bool IsDouble(BoundExpression expression) => expression.Kind == ValueKind.Float && expression switch
    {
        BoundRead read => read.Tensor.Role == TensorRole.Local ? _double.Contains(read.Tensor) : read.Tensor.Type.Resolve(_instance) == ElementType.F64,
        BoundScalar scalar => scalar.Symbol.Type.Resolve(_instance) == ElementType.F64,
        BoundCast cast => cast.Type.Resolve(_instance) == ElementType.F64,
        BoundReduction reduction => IsDouble(reduction.Body),
        BoundConditional conditional => IsDouble(conditional.WhenTrue) || IsDouble(conditional.WhenFalse),
        BoundNormalisation normalisation => IsDouble(normalisation.Body),
        _ => ExpressionWalk.Children(expression).Any(IsDouble),
    };
}
