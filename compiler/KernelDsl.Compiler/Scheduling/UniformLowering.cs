using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Equations;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>Expressions over extents, consts and scalars.</summary>
internal sealed class UniformLowering(StorageMap storage, KernelInstance instance, PrecisionAnalysis precision) : ExpressionLowering(precision)
{
    public override Value Lower(BoundExpression expression)
    {
        DeepStack.Guard();
        return LowerNode(expression);
    }

    private Value LowerNode(BoundExpression expression) => expression switch
    {
        BoundInteger literal => ValueMath.Integer(literal.Value),
        BoundFloat literal => Literal(literal),
        BoundBoolean literal => new BooleanValue(literal.Value),
        BoundExtent extent => storage.Argument(extent.Symbol.Name),
        BoundConst constant => instance.Consts.TryGetValue(constant.Symbol.Name, out var value) ? ValueMath.Integer(value) : storage.Argument(constant.Symbol.Name),
        BoundScalar scalar => storage.Argument(scalar.Symbol.Name),
        BoundUnary unary => Operator(unary),
        BoundBinary binary => Operator(binary, Lower(binary.Left), Lower(binary.Right)),
        BoundConditional conditional => Conditional(conditional),
        BoundCast cast => Cast(Lower(cast.Value), cast.Type.Resolve(instance)),
        BoundCall call => Call(call),
        _ => throw new InvalidOperationException("not uniform: " + expression.GetType().Name),
    };

    private Value Conditional(BoundConditional conditional)
    {
        var (whenTrue, whenFalse) = Unify(conditional.WhenTrue, Lower(conditional.WhenTrue), conditional.WhenFalse, Lower(conditional.WhenFalse));
        return new SelectValue(Lower(conditional.Condition), whenTrue, whenFalse);
    }
}
