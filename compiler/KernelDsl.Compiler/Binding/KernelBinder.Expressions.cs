using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Binding;

/// <summary>Where an expression over sizes stands, which decides the names it may use.</summary>
internal enum UniformContext
{
    /// <summary>Points: everything may be used.</summary>
    None,

    /// <summary>Numbers only.</summary>
    Constant,

    /// <summary>The default of a scalar: extents and consts.</summary>
    Default,

    /// <summary>The <c>where</c> of a signature: extents, consts and scalars.</summary>
    Condition,

    /// <summary>Extents and consts.</summary>
    Extent,

    /// <summary>Extents and consts; an unknown name becomes an extent.</summary>
    NewExtent,
}

/// <summary>Expressions.</summary>
internal sealed partial class KernelBinder
{
    private readonly HashSet<string> _brokenAxes = new(StringComparer.Ordinal);
    private int _depth;
    private bool _isTooDeep;
    private UniformContext _uniform;
    private Axis? _labelAxis;

    private BoundExpression BindUniform(ExpressionSyntax syntax, UniformContext context)
    {
        var (outer, scope) = (_uniform, _scope);
        _uniform = context;
        _scope = new VariableScope();
        var bound = BindExpression(syntax);
        _uniform = outer;
        _scope = scope;
        return bound;
    }

    private BoundExpression BindExpression(ExpressionSyntax syntax)
    {
        DeepStack.Guard();
        if (++_nodes > MaximumNodes)
        {
            if (_nodes == MaximumNodes + 1)
            {
                _diagnostics.Context = null;
                _diagnostics.Report(BindingDiagnostics.TooLarge, _syntax.Name.Span, _syntax.Name.Text, MaximumNodes);
            }

            return new BoundInvalid(syntax.Span);
        }

        if (_depth >= MaximumDepth)
        {
            if (!_isTooDeep)
            {
                _isTooDeep = true;
                _diagnostics.Context = null;
                _diagnostics.Report(BindingDiagnostics.TooDeep, _syntax.Name.Span, _syntax.Name.Text);
            }

            return new BoundInvalid(syntax.Span);
        }

        _depth++;
        var bound = BindNode(syntax);
        _depth--;
        return bound;
    }

    private BoundExpression BindNode(ExpressionSyntax syntax)
        => syntax switch
        {
            IntegerLiteralSyntax literal => new BoundInteger(literal.Value, literal.Span),
            FloatLiteralSyntax literal => new BoundFloat(literal.Value, literal.Span),
            BooleanLiteralSyntax literal => new BoundBoolean(literal.Value, literal.Span),
            ParenthesizedSyntax parenthesized => BindExpression(parenthesized.Value),
            NameExpressionSyntax name => BindName(name),
            SubscriptExpressionSyntax subscript => BindSubscript(subscript),
            ReductionSyntax reduction => BindReduction(reduction),
            CallSyntax call => BindCall(call),
            UnarySyntax unary => BindUnary(unary),
            BinarySyntax binary => BindBinary(binary),
            ConditionalSyntax conditional => BindConditional(conditional),
            ElseSyntax otherwise => BindElse(otherwise),
            CastSyntax cast => BindCast(cast),
            _ => new BoundInvalid(syntax.Span),
        };

    private BoundExpression BindUnary(UnarySyntax syntax)
    {
        var operand = BindExpression(syntax.Operand);
        if (operand is BoundInvalid)
        {
            return operand;
        }

        var (fits, wants) = syntax.Operator switch
        {
            UnaryOperator.Not => (operand.Kind == ValueKind.Bool, "a truth value"),
            UnaryOperator.Complement => (operand.Kind == ValueKind.Integer, "an integer"),
            _ => (operand.Kind != ValueKind.Bool, "a number"),
        };
        if (!fits)
        {
            var symbol = syntax.Operator switch { UnaryOperator.Not => "!", UnaryOperator.Complement => "~", _ => "-" };
            _diagnostics.Report(TypeDiagnostics.OperandKind, syntax.Operand.Span, symbol, wants, SourceOf(syntax.Operand.Span), Describe(operand.Kind));
            return new BoundInvalid(syntax.Span);
        }

        return new BoundUnary(syntax.Operator, operand, syntax.Span);
    }

    private BoundExpression BindBinary(BinarySyntax syntax)
    {
        var left = BindExpression(syntax.Left);
        var right = BindExpression(syntax.Right);
        if (left is BoundInvalid || right is BoundInvalid)
        {
            return new BoundInvalid(syntax.Span);
        }

        var operation = syntax.Operator;
        var isLogical = operation is BinaryOperator.And or BinaryOperator.Or;
        var isBitwise = operation >= BinaryOperator.BitAnd;
        var isEquality = operation is BinaryOperator.Equal or BinaryOperator.NotEqual;
        var bothBool = left.Kind == ValueKind.Bool && right.Kind == ValueKind.Bool;
        if (isLogical ? bothBool : isBitwise ? left.Kind == ValueKind.Integer && right.Kind == ValueKind.Integer : (isEquality && bothBool) || (left.Kind != ValueKind.Bool && right.Kind != ValueKind.Bool))
        {
            var kind = isLogical || operation is >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual ? ValueKind.Bool : Join(left.Kind, right.Kind);
            NoteDivision(operation, left, right, kind);
            return new BoundBinary(operation, left, right, kind, syntax.Span);
        }

        var wants = isLogical ? "truth values" : isBitwise ? "integers" : isEquality ? "two numbers or two truth values" : "numbers";
        var wrong = isLogical ? left.Kind != ValueKind.Bool : isBitwise ? left.Kind != ValueKind.Integer : left.Kind == ValueKind.Bool && !(isEquality && right.Kind == ValueKind.Bool);
        var (place, bound) = wrong ? (syntax.Left, left) : (syntax.Right, right);
        _diagnostics.Report(TypeDiagnostics.OperandKind, place.Span, OperatorText.Of(operation), wants, SourceOf(place.Span), Describe(bound.Kind));
        return new BoundInvalid(syntax.Span);
    }

    /// <summary>A divisor made of sizes is checked at the call, not at each point.</summary>
    private void NoteDivision(BinaryOperator operation, BoundExpression left, BoundExpression right, ValueKind kind)
    {
        if (kind == ValueKind.Integer && operation is BinaryOperator.Divide or BinaryOperator.Remainder && left.Kind == ValueKind.Integer && right.Kind == ValueKind.Integer
            && right is not BoundInteger { Value: > 0 } && DomainAnalysis.IsUniform(right))
        {
            var text = $"{SourceOf(right.Span)} >= 1";
            if (!_preconditions.Exists(p => p.Text == text))
            {
                _preconditions.Add(new Precondition(Bound.Compare(BinaryOperator.GreaterOrEqual, right, Bound.Integer(1), right.Span), text, right.Span));
            }
        }
    }

    private BoundExpression BindConditional(ConditionalSyntax syntax)
    {
        var condition = BindCondition(syntax.Condition);
        var whenTrue = BindExpression(syntax.WhenTrue);
        var whenFalse = BindExpression(syntax.WhenFalse);
        if (condition is BoundInvalid || whenTrue is BoundInvalid || whenFalse is BoundInvalid || !CanJoin(whenTrue, whenFalse, syntax.Span))
        {
            return new BoundInvalid(syntax.Span);
        }

        return new BoundConditional(condition, whenTrue, whenFalse, Join(whenTrue.Kind, whenFalse.Kind), syntax.Span);
    }

    private BoundExpression BindCondition(ExpressionSyntax syntax)
    {
        DeepStack.Guard();
        if (syntax is BinarySyntax { Operator: BinaryOperator.And } both)
        {
            // Conditions with commas between them are joined like this too; each is looked at on its own.
            var left = BindCondition(both.Left);
            var right = BindCondition(both.Right);
            return left is BoundInvalid || right is BoundInvalid ? new BoundInvalid(syntax.Span) : new BoundBinary(BinaryOperator.And, left, right, ValueKind.Bool, syntax.Span);
        }

        var condition = BindExpression(syntax);
        if (condition is not BoundInvalid && condition.Kind != ValueKind.Bool)
        {
            _diagnostics.Report(TypeDiagnostics.ConditionKind, syntax.Span, SourceOf(syntax.Span), Describe(condition.Kind));
            return new BoundInvalid(syntax.Span);
        }

        return condition;
    }

    private BoundExpression BindElse(ElseSyntax syntax)
    {
        if (_uniform != UniformContext.None)
        {
            // Sizes are always defined; what divides by 0 is refused at the call.
            _diagnostics.Report(TypeDiagnostics.ExtentValue, syntax.Span, $"'{SourceOf(syntax.Value.Span)}' always has a value here; remove the 'else'.");
            return new BoundInvalid(syntax.Span);
        }

        var value = BindExpression(syntax.Value);
        var otherwise = BindExpression(syntax.Otherwise);
        if (value is BoundInvalid || otherwise is BoundInvalid || !CanJoin(value, otherwise, syntax.Span))
        {
            return new BoundInvalid(syntax.Span);
        }

        return new BoundElse(value, otherwise, Join(value.Kind, otherwise.Kind), syntax.Span);
    }

    private bool CanJoin(BoundExpression a, BoundExpression b, TextSpan span)
    {
        if ((a.Kind == ValueKind.Bool) == (b.Kind == ValueKind.Bool))
        {
            return true;
        }

        _diagnostics.Report(TypeDiagnostics.BranchKinds, span, Describe(a.Kind), Describe(b.Kind));
        return false;
    }

    private static ValueKind Join(ValueKind a, ValueKind b) => a == ValueKind.Float || b == ValueKind.Float ? ValueKind.Float : a == ValueKind.Bool ? b : a;

    private static bool Fits(ValueKind value, ValueKind target) => value == target || (value == ValueKind.Integer && target == ValueKind.Float);

    private BoundExpression BindCast(CastSyntax syntax)
    {
        var value = BindExpression(syntax.Value);
        var type = syntax.Type.Text switch
        {
            "int" => new TypeReference(ElementType.I64, null),
            "float" => new TypeReference(ElementType.F32, null),
            _ => Type(syntax.Type),
        };
        return value is BoundInvalid ? value : new BoundCast(value, type, syntax.Span);
    }
}
