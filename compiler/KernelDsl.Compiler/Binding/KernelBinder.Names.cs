using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Binding;

/// <summary>Names and subscripts.</summary>
internal sealed partial class KernelBinder
{
    private readonly HashSet<TensorSymbol> _usedEarly = [];
    private readonly HashSet<Symbol> _failed = [];

    // Names on the left of equations that are no outputs.
    private readonly HashSet<string> _brokenNames = new(StringComparer.Ordinal);
    private int _strayEquations;

    private BoundExpression BindName(NameExpressionSyntax syntax)
    {
        var name = syntax.Name;
        if (name.IsMissing)
        {
            return new BoundInvalid(syntax.Span);
        }

        if (_labelAxis is { } labelled && labelled.Labels.IndexOf(name.Text) is >= 0 and var position)
        {
            return new BoundInteger(position, syntax.Span);
        }

        if (FindArgument(name.Text) is { } argument)
        {
            return BindArgument(argument);
        }

        if (_symbols.TryGetValue(name.Text, out var symbol))
        {
            return BindSymbol(symbol, syntax);
        }

        switch (name.Text)
        {
            case "inf":
                return new BoundFloat(double.PositiveInfinity, syntax.Span);
            case "nan":
                return new BoundFloat(double.NaN, syntax.Span);
            case "pi":
                return new BoundFloat(Math.PI, syntax.Span);
        }

        return BindLabelOrExtent(syntax);
    }

    private BoundExpression BindLabelOrExtent(NameExpressionSyntax syntax)
    {
        var name = syntax.Name.Text;
        if (_uniform == UniformContext.NewExtent)
        {
            var extent = new ExtentSymbol(name, syntax.Span, isImplicit: false);
            Declare(extent, syntax.Span);
            _extents.Add(extent);
            return new BoundExtent(extent, syntax.Span);
        }

        if (_uniform == UniformContext.None)
        {
            var positions = _axes.Select(axis => axis.Labels.IndexOf(name)).Where(position => position >= 0).Distinct().ToArray();
            if (positions.Length == 1)
            {
                return new BoundInteger(positions[0], syntax.Span);
            }
        }

        if (_failed.Any(s => s.Name == name) || _brokenAxes.Contains(name) || _brokenNames.Contains(name))
        {
            return new BoundInvalid(syntax.Span);
        }

        if (_labelAxis is { Kind: AxisKind.Labels } axis)
        {
            _diagnostics.Report(BindingDiagnostics.UnknownLabel, syntax.Span, axis.Name, name, Suggestion.For(name, axis.Labels), string.Join(", ", axis.Labels));
        }
        else if (_uniform is UniformContext.Extent)
        {
            _diagnostics.Report(BindingDiagnostics.UnknownExtent, syntax.Span, name, SuggestFor(name, s => s is ExtentSymbol or ConstSymbol));
        }
        else
        {
            var candidates = _symbols.Keys.Concat(_axes.SelectMany(a => a.Labels)).Concat(["inf", "nan", "pi"]);
            _diagnostics.Report(BindingDiagnostics.UnknownName, syntax.Span, name, Suggestion.For(name, candidates));
        }

        return new BoundInvalid(syntax.Span);
    }

    private BoundExpression BindSymbol(Symbol symbol, NameExpressionSyntax syntax)
    {
        if (_uniform != UniformContext.None && !IsAllowedHere(symbol))
        {
            ReportNotUniform(symbol, syntax.Span);
            return new BoundInvalid(syntax.Span);
        }

        _used.Add(symbol);
        switch (symbol)
        {
            case ExtentSymbol extent:
                return new BoundExtent(extent, syntax.Span);
            case ConstSymbol constant:
                return new BoundConst(constant, syntax.Span);
            case ScalarSymbol scalar:
                return new BoundScalar(scalar, syntax.Span);
            case Axis axis:
                if (RequirePoint(axis, syntax.Span) is { } point)
                {
                    return point;
                }

                _diagnostics.Report(BindingDiagnostics.FreeAxis, syntax.Span, $"Axis '{axis.Name}' is", axis.Name, "it", "a number instead of its name");
                return new BoundInvalid(syntax.Span);
            case TensorSymbol tensor:
                return BindRead(tensor, [], syntax.Span);
            default:
                _diagnostics.Report(BindingDiagnostics.NotAValue, syntax.Span, symbol.Name, Describe(symbol), string.Empty);
                return new BoundInvalid(syntax.Span);
        }
    }

    private bool IsAllowedHere(Symbol symbol) => symbol switch
    {
        ExtentSymbol or ConstSymbol => _uniform != UniformContext.Constant,
        ScalarSymbol => _uniform == UniformContext.Condition,
        _ => false,
    };

    private void ReportNotUniform(Symbol symbol, TextSpan span)
    {
        if (_uniform == UniformContext.Condition)
        {
            _diagnostics.Report(TypeDiagnostics.UniformCondition, span, symbol.Name);
        }
        else
        {
            var rule = _uniform == UniformContext.Constant ? "a constant is made of numbers only" : "an extent is made of extents and consts";
            _diagnostics.Report(TypeDiagnostics.ExtentValue, span, $"'{symbol.Name}' is {Describe(symbol)}; {rule}.");
        }
    }

    private BoundExpression BindSubscript(SubscriptExpressionSyntax syntax)
    {
        if (syntax.Name.IsMissing)
        {
            return new BoundInvalid(syntax.Span);
        }

        // A function's parameter may be subscripted where a tensor's name was passed; the subscripts belong to the function all the same.
        var name = syntax.Name;
        var outer = _frame;
        while (FindArgument(name.Text) is { } argument)
        {
            _frame = argument.Frame;
            if (argument.Value is NameExpressionSyntax passed)
            {
                name = passed.Name;
                continue;
            }

            _frame = outer;
            _diagnostics.Report(BindingDiagnostics.NotAValue, syntax.Name.Span, syntax.Name.Text, "not a tensor", ", so it has no subscripts");
            return new BoundInvalid(syntax.Span);
        }

        _frame = outer;
        if (!_symbols.TryGetValue(name.Text, out var symbol))
        {
            if (!_failed.Any(s => s.Name == name.Text) && !_brokenNames.Contains(name.Text))
            {
                _diagnostics.Report(BindingDiagnostics.UnknownName, name.Span, name.Text, SuggestFor(name.Text, s => s is TensorSymbol));
            }

            return new BoundInvalid(syntax.Span);
        }

        if (_uniform != UniformContext.None)
        {
            ReportNotUniform(symbol, syntax.Span);
            return new BoundInvalid(syntax.Span);
        }

        if (symbol is not TensorSymbol tensor)
        {
            _diagnostics.Report(BindingDiagnostics.NotAValue, syntax.Name.Span, symbol.Name, Describe(symbol), ", so it has no subscripts");
            return new BoundInvalid(syntax.Span);
        }

        _used.Add(tensor);
        return BindRead(tensor, syntax.Subscripts, syntax.Span);
    }

    private BoundExpression BindRead(TensorSymbol tensor, ImmutableArray<SubscriptSyntax> subscripts, TextSpan span)
    {
        if (_failed.Contains(tensor) || !KnowsAxes(tensor, span) || PlaceSubscripts(tensor, subscripts, span) is not { } placed)
        {
            return new BoundInvalid(span);
        }

        if (tensor.Role == TensorRole.Local && !_definitions.Exists(d => d.Targets.Contains(tensor)))
        {
            _usedEarly.Add(tensor);
        }

        var free = tensor.Axes.Where((axis, k) => placed[k] is null && !HasPoint(axis, span)).ToArray();
        if (free.Length > 0)
        {
            ReportFree(free, tensor, span);
            return new BoundInvalid(span);
        }

        var indices = ImmutableArray.CreateBuilder<BoundExpression>();
        for (var k = 0; k < tensor.Axes.Length; k++)
        {
            indices.Add(placed[k] is { } given ? BindIndex(given.Value, tensor.Axes[k]) : OwnPoint(tensor, tensor.Axes[k], span));
        }

        return indices.Any(index => index is BoundInvalid) ? new BoundInvalid(span) : new BoundRead(tensor, indices.ToImmutable(), span);
    }

    private bool HasPoint(Axis axis, TextSpan span) => _scope.IsInferring || PointOf(OwnAxis(axis), span) is not null;

    private void ReportFree(Axis[] axes, TensorSymbol tensor, TextSpan span)
    {
        var names = string.Join(", ", axes.Select(axis => axis.Name));
        var subject = axes.Length == 1 ? $"Axis '{names}' of '{tensor.Name}' is" : $"The axes {names} of '{tensor.Name}' are";
        _diagnostics.Report(BindingDiagnostics.FreeAxis, span, subject, names, axes.Length == 1 ? "it" : "them", $"'{tensor.Name}[{axes[0].Name}: …]'");
    }

    // The start array of a ragged axis has the group's name on its one axis.
    private Axis OwnAxis(Axis axis) => _symbols.TryGetValue(axis.Name, out var symbol) && symbol is Axis named ? named : axis;

    private BoundExpression OwnPoint(TensorSymbol tensor, Axis axis, TextSpan span)
    {
        if (RequirePoint(OwnAxis(axis), span) is { } point)
        {
            return point;
        }

        ReportFree([axis], tensor, span);
        return new BoundInvalid(span);
    }

    private BoundExpression BindIndex(ExpressionSyntax syntax, Axis axis)
    {
        var outer = _labelAxis;
        _labelAxis = axis.Kind == AxisKind.Labels ? axis : null;
        var index = BindExpression(syntax);
        _labelAxis = outer;
        if (index is not BoundInvalid && index.Kind != ValueKind.Integer)
        {
            _diagnostics.Report(TypeDiagnostics.IndexKind, syntax.Span, SourceOf(syntax.Span), Describe(index.Kind));
            return new BoundInvalid(syntax.Span);
        }

        return index;
    }

    /// <summary>The subscript of each axis, null where the axis keeps its own point; null after a report.</summary>
    private SubscriptSyntax?[]? PlaceSubscripts(TensorSymbol tensor, ImmutableArray<SubscriptSyntax> subscripts, TextSpan span)
    {
        var placed = new SubscriptSyntax?[tensor.Axes.Length];
        if (subscripts.IsEmpty)
        {
            return placed;
        }

        var named = subscripts.Count(s => s.Axis is not null);
        if (named == 0)
        {
            if (subscripts.Length != tensor.Axes.Length)
            {
                _diagnostics.Report(BindingDiagnostics.SubscriptCount, span, tensor.Name, tensor.Axes.Length == 1 ? "1 axis" : tensor.Axes.Length + " axes", AxisNames(tensor), subscripts.Length == 1 ? "is 1 subscript" : $"are {subscripts.Length} subscripts");
                return null;
            }

            return subscripts.Select(s => (SubscriptSyntax?)s).ToArray();
        }

        if (named != subscripts.Length)
        {
            _diagnostics.Report(BindingDiagnostics.SubscriptMix, span, $"Name all subscripts of '{tensor.Name}' or none; its axes are [{AxisNames(tensor)}].");
            return null;
        }

        foreach (var subscript in subscripts)
        {
            var at = tensor.Axes.IndexOf(tensor.Axes.FirstOrDefault(axis => axis.Name == subscript.Axis!.Text)!);
            if (subscript.Axis!.IsMissing)
            {
                return null;
            }

            if (at < 0)
            {
                var hint = Suggestion.For(subscript.Axis.Text, tensor.Axes.Select(axis => axis.Name));
                _diagnostics.Report(BindingDiagnostics.NoSuchAxis, subscript.Axis.Span, tensor.Name, subscript.Axis.Text, hint, AxisNames(tensor));
                return null;
            }

            if (placed[at] is not null)
            {
                _diagnostics.Report(BindingDiagnostics.SubscriptMix, subscript.Span, $"Axis '{subscript.Axis.Text}' of '{tensor.Name}' is given twice.");
                return null;
            }

            placed[at] = subscript;
        }

        return placed;
    }

    private static string AxisNames(TensorSymbol tensor) => string.Join(", ", tensor.Axes.Select(axis => axis.Name));
}
