using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Binding.Proofs;
using KernelDsl.Compiler.Equations;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>What the lowering of every definition of a kernel shares.</summary>
internal sealed record LoweringContext(
    BoundKernel Kernel, KernelInstance Instance, EquationSystem Equations, InliningPlan Inlining, DomainAnalysis Domains, PrecisionAnalysis Precision, StorageMap Storage);

/// <summary>
/// Lowers the expressions of one stage. What needs loops becomes statements of the current block before the value; the two branches of a choice get blocks
/// of their own, so that nothing is computed where it is not defined.
/// </summary>
internal sealed partial class DefinitionLowering : ExpressionLowering
{
    private readonly LoweringContext _context;
    private readonly StageBuilder _stage;
    private readonly Dictionary<IndexVariable, Value> _variables = [];
    private readonly List<(object Key, Value Result)> _computed = [];
    private Facts _facts;

    public DefinitionLowering(LoweringContext context, StageBuilder stage, Facts facts)
        : base(context.Precision)
    {
        _context = context;
        _stage = stage;
        _facts = facts;
    }

    public void Bind(IndexVariable variable, Value value) => _variables[variable] = value;

    public Value Variable(IndexVariable variable)
        => _variables.TryGetValue(variable, out var value) ? value : throw new InvalidOperationException($"index '{variable}' has no value here");

    public override Value Lower(BoundExpression expression)
    {
        DeepStack.Guard();
        var outer = _stage.Source;
        _stage.Source = expression.Span.Length > 0 ? expression.Span : outer;
        var value = LowerNode(expression);
        _stage.Source = outer;
        return value;
    }

    private Value LowerNode(BoundExpression expression)
    {
        switch (expression)
        {
            case BoundInteger literal:
                return ValueMath.Integer(literal.Value);
            case BoundFloat literal:
                return Literal(literal);
            case BoundBoolean literal:
                return new BooleanValue(literal.Value);
            case BoundExtent or BoundConst or BoundScalar:
                return _context.Storage.Uniform(expression);
            case BoundIndex index:
                return Variable(index.Variable);
            case BoundGroup group:
                return Group(group);
            case BoundRead read:
                return Read(read);
            case BoundUnary unary:
                return Operator(unary);
            case BoundBinary { Operator: BinaryOperator.And or BinaryOperator.Or } logical:
                return Logical(logical.Operator == BinaryOperator.And, logical.Left, logical.Right);
            case BoundBinary binary:
                var left = Lower(binary.Left);
                return Operator(binary, left, Lower(binary.Right));
            case BoundConditional conditional:
                return Choose(Lower(conditional.Condition), conditional.Condition, conditional.WhenTrue, conditional.WhenFalse);
            case BoundElse otherwise:
                return Otherwise(otherwise);
            case BoundCast cast:
                return Cast(Lower(cast.Value), cast.Type.Resolve(_context.Instance));
            case BoundCall call:
                return Call(call);
            case BoundReduction reduction:
                return Reduction(reduction).Result;
            case BoundNonEmpty nonEmpty:
                return Reduction(nonEmpty.Reduction, wantsFound: true).Found;
            case BoundStored stored:
                return IsStored(stored);
            case BoundDefined defined:
                return IsDefined(defined);
            default:
                throw new InvalidOperationException("unknown node " + expression.GetType().Name);
        }
    }

    /// <summary>Runs an action where a condition is known to hold.</summary>
    public void Knowing(BoundExpression condition, bool isNegated, Action action)
    {
        var outer = _facts;
        _facts = Bound.IsTrue(condition) ? outer : _context.Domains.Assume(outer, condition, isNegated);
        action();
        _facts = outer;
    }

    /// <summary>Runs an action in a block of its own; what it computed is forgotten after.</summary>
    public Block InBlock(Action action)
    {
        var known = _computed.Count;
        var block = _stage.Capture(action);
        _computed.RemoveRange(known, _computed.Count - known);
        return block;
    }

    private Value Otherwise(BoundElse otherwise)
    {
        var domain = _context.Domains.Of(otherwise.Value, _facts);
        return domain.IsEverywhere ? Lower(otherwise.Value) : Choose(Lower(domain.Condition), domain.Condition, otherwise.Value, otherwise.Otherwise, isCondition: true);
    }

    /// <summary>Evaluates one of two expressions. Where neither needs statements it is a plain selection.</summary>
    private Value Choose(Value condition, BoundExpression known, BoundExpression whenTrue, BoundExpression whenFalse, bool isCondition = false)
    {
        if (condition is BooleanValue literal)
        {
            return Lower(literal.Truth ? whenTrue : whenFalse);
        }

        Value a = ValueMath.True, b = ValueMath.True;
        var thenBlock = InBlock(() => Knowing(known, isNegated: false, () => a = Lower(whenTrue)));
        var elseBlock = InBlock(() => Knowing(known, isNegated: true, () => b = Lower(whenFalse)));
        (a, b) = Unify(whenTrue, a, whenFalse, b);
        if (thenBlock.Statements.IsEmpty && elseBlock.Statements.IsEmpty)
        {
            return new SelectValue(condition, a, b);
        }

        var local = _stage.NewLocal("choice", a.Type);
        _stage.Add(new Declare(local, null));
        _stage.Add(new If(
            condition,
            new Block(thenBlock.Statements.Add(new Assign(local, a))),
            new Block(elseBlock.Statements.Add(new Assign(local, b)))));
        return new LocalValue(local);
    }

    private Value Logical(bool isAnd, BoundExpression left, BoundExpression right)
    {
        var a = Lower(left);
        Value b = ValueMath.True;
        var block = InBlock(() => Knowing(left, isNegated: !isAnd, () => b = Lower(right)));
        if (block.Statements.IsEmpty)
        {
            return isAnd ? ValueMath.And(a, b) : ValueMath.Or(a, b);
        }

        var result = _stage.Declare("truth", a);
        var body = new Block(block.Statements.Add(new Assign(result.Local, b)));
        _stage.Add(isAnd ? new If(result, body, Block.Empty) : new If(ValueMath.Not(result), body, Block.Empty));
        return result;
    }

    /// <summary>What was computed before in this block or one around it.</summary>
    private bool TryRecall(object key, out Value value)
    {
        foreach (var entry in _computed)
        {
            if (entry.Key.Equals(key))
            {
                value = entry.Result;
                return true;
            }
        }

        value = ValueMath.True;
        return false;
    }

    private void Remember(object key, Value value) => _computed.Add((key, value));
}
