using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>Expressions over extents, consts and scalars.</summary>
internal sealed class UniformLowering(StorageMap storage, KernelInstance instance) : ExpressionLowering
{
    public override Value Lower(BoundExpression expression) => expression switch
    {
        BoundInteger literal => ValueMath.Integer(literal.Value),
        BoundFloat literal => new FloatValue(literal.Value, ScalarType.F32),
        BoundBoolean literal => new BooleanValue(literal.Value),
        BoundExtent extent => storage.Argument(extent.Symbol.Name),
        BoundConst constant => ValueMath.Integer(instance.Consts[constant.Symbol.Name]),
        BoundScalar scalar => storage.Argument(scalar.Symbol.Name),
        BoundUnary unary => Operator(unary),
        BoundBinary binary => Operator(binary.Operator, Lower(binary.Left), Lower(binary.Right)),
        BoundConditional conditional => Conditional(conditional),
        BoundCast cast => Cast(Lower(cast.Value), cast.Type.Resolve(instance)),
        BoundCall call => Call(call),
        _ => throw new InvalidOperationException("not uniform: " + expression.GetType().Name),
    };

    private Value Conditional(BoundConditional conditional)
    {
        var (whenTrue, whenFalse) = ValueMath.Unify(Lower(conditional.WhenTrue), Lower(conditional.WhenFalse));
        return new SelectValue(Lower(conditional.Condition), whenTrue, whenFalse);
    }
}
