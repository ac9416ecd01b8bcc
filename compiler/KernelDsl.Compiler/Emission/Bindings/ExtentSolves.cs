using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Scheduling;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Plans;

namespace KernelDsl.Compiler.Emission.Bindings;

/// <summary>
/// Finds how extents and consts follow from shapes: bare symbols first, then expressions in which one unknown occurs once; then the consts that are left
/// have their values from the call or their defaults, and may help; last, a quotient gives the smallest size, the one without a remainder.
/// What nothing gives is passed by the call, one extent at a time, as each may give others.
/// </summary>
internal sealed class ExtentSolves
{
    private readonly UniformExpressions _expressions;
    private readonly ImmutableArray<ArrayShape> _arrays;
    private readonly HashSet<Symbol> _known = [];
    private readonly ImmutableArray<SignatureSolve>.Builder _solves = ImmutableArray.CreateBuilder<SignatureSolve>();

    public ExtentSolves(UniformExpressions expressions, BoundKernel kernel, ImmutableArray<ArrayShape> arrays)
    {
        _expressions = expressions;
        _arrays = arrays;
        SolveBare();
        SolveInverses(allowDivision: false);
        _known.UnionWith(kernel.Consts);
        SolveInverses(allowDivision: false);
        SolveInverses(allowDivision: true);
        while (kernel.Extents.FirstOrDefault(extent => !_known.Contains(extent)) is { } unknown)
        {
            Given.Add(unknown);
            _known.Add(unknown);
            SolveInverses(allowDivision: false);
            SolveInverses(allowDivision: true);
        }
    }

    /// <summary>The extents that a call passes.</summary>
    public HashSet<ExtentSymbol> Given { get; } = [];

    public ImmutableArray<SignatureSolve> Solves => _solves.ToImmutable();

    private void SolveBare()
    {
        foreach (var (array, axis, extent) in Axes())
        {
            if (SymbolOf(extent) is { } symbol && _known.Add(symbol))
            {
                _solves.Add(new SignatureSolve(_expressions.Name(symbol).TrimStart('$'), array, axis, ArgumentNames.Size));
            }
        }
    }

    private void SolveInverses(bool allowDivision)
    {
        for (var progress = true; progress;)
        {
            progress = false;
            foreach (var (array, axis, extent) in Axes())
            {
                if (Unknowns(extent).Take(2).ToArray() is { Length: 1 } unknown && Invert(extent, unknown[0], ArgumentNames.Size, allowDivision) is { } value)
                {
                    _solves.Add(new SignatureSolve(_expressions.Name(unknown[0]).TrimStart('$'), array, axis, value));
                    _known.Add(unknown[0]);
                    progress = true;
                }
            }
        }
    }

    private IEnumerable<(int Array, int Axis, BoundExpression Extent)> Axes()
        => _arrays.SelectMany((array, i) => array.Axes.Select((axis, k) => (i, k, axis.Extent)));

    private static Symbol? SymbolOf(BoundExpression expression) => expression switch
    {
        BoundExtent extent => extent.Symbol,
        BoundConst constant => constant.Symbol,
        _ => null,
    };

    /// <summary>Each occurrence of a symbol without a value.</summary>
    private IEnumerable<Symbol> Unknowns(BoundExpression expression)
        => ExpressionWalk.All(expression).Select(SymbolOf).Where(symbol => symbol is not null && !_known.Contains(symbol)).Select(symbol => symbol!);

    /// <summary>The value of the one unknown for which the expression has the target value, or null when it cannot be said.</summary>
    private string? Invert(BoundExpression expression, Symbol unknown, string target, bool allowDivision)
    {
        if (SymbolOf(expression) == unknown)
        {
            return target;
        }

        if (expression is BoundUnary { Operator: UnaryOperator.Negate } negation)
        {
            return Invert(negation.Operand, unknown, $"{target} neg", allowDivision);
        }

        if (expression is not BoundBinary binary)
        {
            return null;
        }

        var isLeft = Unknowns(binary.Left).Any();
        if (_expressions.TryWrite(isLeft ? binary.Right : binary.Left) is not { } other)
        {
            return null;
        }

        var next = binary.Operator switch
        {
            BinaryOperator.Add => $"{target} {other} -",
            BinaryOperator.Subtract => isLeft ? $"{target} {other} +" : $"{other} {target} -",
            BinaryOperator.Multiply => $"{target} {other} /",
            BinaryOperator.Divide when allowDivision && isLeft => $"{target} {other} *",
            _ => null,
        };
        return next is null ? null : Invert(isLeft ? binary.Left : binary.Right, unknown, next, allowDivision);
    }
}
