namespace KernelDsl.Tool.Inputs;

/// <summary>One size of an array that was given, and the expression it must equal.</summary>
/// <param name="Key">The array.</param>
/// <param name="Dimension">Which of its axes, from 0.</param>
/// <param name="AxisName">The axis's name, for messages; may be empty.</param>
/// <param name="Expression">What the size is, over extents and consts.</param>
/// <param name="Size">The size that the array has.</param>
internal sealed record SizeConstraint(string Key, int Dimension, string AxisName, BoundExpression Expression, long Size)
{
    public string Place => $"axis {AxisText} of '{Key}'";

    public string AxisText => AxisName.Length > 0 ? $"'{AxisName}'" : Dimension.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>
/// Finds extents from the shapes of arrays: bare symbols first, then expressions in which one unknown occurs once. Then all sizes are checked.
/// </summary>
internal static class ExtentSolver
{
    /// <exception cref="ToolException">Two sizes disagree.</exception>
    public static void Solve(ImmutableArray<SizeConstraint> constraints, CallSizes sizes, IEnumerable<ConstSymbol> consts)
    {
        foreach (var constraint in constraints)
        {
            if (SymbolOf(constraint.Expression) is { } symbol)
            {
                Unify(constraint, symbol, sizes);
            }
        }

        SolveInverses(constraints, sizes, allowDivision: false);
        foreach (var constant in consts.Where(constant => !sizes.Numbers.ContainsKey(constant)))
        {
            if ((constant.Default ?? (constant.Allowed.Length == 1 ? constant.Allowed[0] : (long?)null)) is { } value)
            {
                sizes.Set(constant, value, "its default");
            }
        }

        SolveInverses(constraints, sizes, allowDivision: false);
        SolveInverses(constraints, sizes, allowDivision: true);
        Verify(constraints, sizes);
    }

    private static Symbol? SymbolOf(BoundExpression expression) => expression switch
    {
        BoundExtent extent => extent.Symbol,
        BoundConst constant => constant.Symbol,
        _ => null,
    };

    private static void Unify(SizeConstraint constraint, Symbol symbol, CallSizes sizes)
    {
        if (!sizes.Numbers.TryGetValue(symbol, out var known))
        {
            sizes.Set(symbol, constraint.Size, constraint.Place);
        }
        else if (known != constraint.Size)
        {
            throw ToolException.Failure(ArgumentDiagnostics.ExtentMismatch, symbol.Name, known, sizes.Sources[symbol], constraint.Size, constraint.Place);
        }
    }

    private static void SolveInverses(ImmutableArray<SizeConstraint> constraints, CallSizes sizes, bool allowDivision)
    {
        for (var progress = true; progress;)
        {
            progress = false;
            foreach (var constraint in constraints)
            {
                if (Unknowns(constraint.Expression, sizes).ToArray() is [var unknown]
                    && Invert(constraint.Expression, unknown, constraint.Size, sizes.Evaluator, allowDivision) is { } value)
                {
                    sizes.Set(unknown, value, constraint.Place);
                    progress = true;
                }
            }
        }
    }

    /// <summary>Each occurrence of a symbol without a value.</summary>
    private static IEnumerable<Symbol> Unknowns(BoundExpression expression, CallSizes sizes) => expression switch
    {
        BoundBinary binary => Unknowns(binary.Left, sizes).Concat(Unknowns(binary.Right, sizes)),
        BoundUnary unary => Unknowns(unary.Operand, sizes),
        BoundCall call => call.Arguments.SelectMany(argument => Unknowns(argument, sizes)),
        BoundConditional c => Unknowns(c.Condition, sizes).Concat(Unknowns(c.WhenTrue, sizes)).Concat(Unknowns(c.WhenFalse, sizes)),
        _ when SymbolOf(expression) is { } symbol && !sizes.Numbers.ContainsKey(symbol) => [symbol],
        _ => [],
    };

    /// <summary>The value of the one unknown for which the expression has the target value, or null when it cannot be said.</summary>
    private static long? Invert(BoundExpression expression, Symbol unknown, long target, UniformEvaluator evaluator, bool allowDivision)
    {
        if (SymbolOf(expression) == unknown)
        {
            return target;
        }

        if (expression is not BoundBinary binary)
        {
            return expression is BoundUnary { Operator: Compiler.Syntax.UnaryOperator.Negate } negation
                ? Invert(negation.Operand, unknown, -target, evaluator, allowDivision) : null;
        }

        var left = evaluator.Integer(binary.Left);
        var right = evaluator.Integer(binary.Right);
        var (inner, known) = left is null ? (binary.Left, right) : (binary.Right, left);
        if (known is not { } other)
        {
            return null;
        }

        long? next = binary.Operator switch
        {
            Compiler.Syntax.BinaryOperator.Add => target - other,
            Compiler.Syntax.BinaryOperator.Subtract => left is null ? target + other : other - target,
            Compiler.Syntax.BinaryOperator.Multiply => other != 0 && target % other == 0 ? target / other : null,

            // The smallest of the sizes that give this quotient: the one without a remainder.
            Compiler.Syntax.BinaryOperator.Divide => allowDivision && left is null && other > 0 && target < long.MaxValue / other ? target * other : null,
            _ => null,
        };
        return next is { } value ? Invert(inner, unknown, value, evaluator, allowDivision) : null;
    }

    private static void Verify(ImmutableArray<SizeConstraint> constraints, CallSizes sizes)
    {
        foreach (var constraint in constraints)
        {
            if (sizes.Evaluator.Integer(constraint.Expression) is { } expected && expected != constraint.Size)
            {
                throw ToolException.Failure(
                    ArgumentDiagnostics.AxisSize, constraint.AxisText, constraint.Key, constraint.Size, Explain(constraint.Expression, sizes, expected));
            }
        }
    }

    /// <summary><c>K / GROUP with K = 512 (axis 'k' of 'x'), GROUP = 128 (its default) is 4</c></summary>
    private static string Explain(BoundExpression expression, CallSizes sizes, long expected)
    {
        var symbols = Symbols(expression).Distinct().Where(sizes.Numbers.ContainsKey).Select(s => $"{s.Name} = {sizes.Numbers[s]} ({sizes.Sources[s]})");
        var text = string.Join(", ", symbols);
        return text.Length == 0 ? $"it must be {expected}" : $"{UniformText.Of(expression)} with {text} is {expected}";
    }

    private static IEnumerable<Symbol> Symbols(BoundExpression expression) => expression switch
    {
        BoundBinary binary => Symbols(binary.Left).Concat(Symbols(binary.Right)),
        BoundUnary unary => Symbols(unary.Operand),
        _ => SymbolOf(expression) is { } symbol ? [symbol] : [],
    };
}
