using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Binding;

/// <summary>Reductions and normalisations.</summary>
internal sealed partial class KernelBinder
{
    private BoundExpression BindReduction(ReductionSyntax syntax)
    {
        var name = syntax.Name.Text;
        if (syntax.Name.IsMissing)
        {
            return new BoundInvalid(syntax.Span);
        }

        if (_uniform != UniformContext.None)
        {
            if (_uniform == UniformContext.Condition)
            {
                _diagnostics.Report(TypeDiagnostics.UniformCondition, syntax.Span, SourceOf(syntax.Span));
            }
            else
            {
                _diagnostics.Report(TypeDiagnostics.ExtentValue, syntax.Span, $"A reduction such as '{name}' cannot stand in an extent or constant.");
            }

            return new BoundInvalid(syntax.Span);
        }

        if (name is "softmax" or "log_softmax")
        {
            return BindNormalisation(syntax, isLogarithmic: name == "log_softmax");
        }

        if (name is "topk" or "sort")
        {
            _diagnostics.Report(BindingDiagnostics.SeveralValues, syntax.Span, name);
            return new BoundInvalid(syntax.Span);
        }

        if (!ReductionNames.TryFind(name, out var kind))
        {
            ReportUnknownReduction(syntax);
            return new BoundInvalid(syntax.Span);
        }

        if (kind is ReductionKind.ArgMax or ReductionKind.ArgMin && syntax.Axes.Length > 1)
        {
            _diagnostics.Report(BindingDiagnostics.SeveralValues, syntax.Span, name);
            return new BoundInvalid(syntax.Span);
        }

        return BindReductionComponent(syntax, kind, 0);
    }

    private void ReportUnknownReduction(ReductionSyntax syntax)
    {
        if (_symbols.TryGetValue(syntax.Name.Text, out var symbol))
        {
            _diagnostics.Report(BindingDiagnostics.NotAValue, syntax.Name.Span, symbol.Name, Describe(symbol), ", so it cannot be called");
            return;
        }

        _diagnostics.Report(BindingDiagnostics.UnknownReduction, syntax.Name.Span, syntax.Name.Text, Suggestion.For(syntax.Name.Text, ReductionNames.All));
    }

    private BoundExpression BindReductionComponent(ReductionSyntax syntax, ReductionKind kind, int component)
    {
        if (ReductionAxes(syntax, syntax.Axes) is not { } axes)
        {
            return new BoundInvalid(syntax.Span);
        }

        var (variables, body) = BindReduced(axes, syntax.Body);
        if (body is BoundInvalid)
        {
            return body;
        }

        var wantsBool = kind is ReductionKind.Any or ReductionKind.All;
        if (wantsBool != (body.Kind == ValueKind.Bool))
        {
            var wants = wantsBool ? "truth values" : "numbers";
            _diagnostics.Report(TypeDiagnostics.ReductionKind, syntax.Body.Span, syntax.Name.Text, wants, SourceOf(syntax.Body.Span), Describe(body.Kind));
            return new BoundInvalid(syntax.Span);
        }

        var result = kind switch
        {
            ReductionKind.Any or ReductionKind.All => ValueKind.Bool,
            ReductionKind.ArgMax or ReductionKind.ArgMin => ValueKind.Integer,
            ReductionKind.Mean or ReductionKind.LogSumExp => ValueKind.Float,
            _ => body.Kind,
        };
        ReportHidden(syntax, variables, body);
        return new BoundReduction(kind, variables, body, component, result, syntax.Span);
    }

    /// <summary><c>sum[j](sum[j](x))</c>: the outer reduction sees one value again and again, which is hardly meant.</summary>
    private void ReportHidden(ReductionSyntax syntax, ImmutableArray<IndexVariable> variables, BoundExpression body)
    {
        var inner = ExpressionWalk.All(body).SelectMany(node => node is BoundReduction reduction ? reduction.Variables : []).Select(v => v.Axis).ToImmutableHashSet();
        if (inner.IsEmpty)
        {
            return;
        }

        var free = ExpressionWalk.FreeVariables(body);
        foreach (var hidden in variables.Where(v => inner.Contains(v.Axis) && !free.Contains(v)))
        {
            _diagnostics.Report(TypeDiagnostics.HiddenAxis, syntax.Span, syntax.Name.Text, hidden.Axis.Name);
        }
    }

    private BoundExpression BindNormalisation(ReductionSyntax syntax, bool isLogarithmic)
    {
        if (ReductionAxes(syntax, syntax.Axes) is not { } axes)
        {
            return new BoundInvalid(syntax.Span);
        }

        var at = ImmutableArray.CreateBuilder<BoundExpression>();
        foreach (var axis in axes)
        {
            if (RequirePoint(axis, syntax.Span) is not { } point)
            {
                _diagnostics.Report(BindingDiagnostics.FreeAxis, syntax.Span, $"'{syntax.Name.Text}' keeps its axis '{axis.Name}', which is", axis.Name, "it", "an axis that is there");
                return new BoundInvalid(syntax.Span);
            }

            at.Add(point);
        }

        var (variables, body) = BindReduced(axes, syntax.Body);
        if (body is BoundInvalid)
        {
            return body;
        }

        if (body.Kind == ValueKind.Bool)
        {
            _diagnostics.Report(TypeDiagnostics.ReductionKind, syntax.Body.Span, syntax.Name.Text, "numbers", SourceOf(syntax.Body.Span), Describe(body.Kind));
            return new BoundInvalid(syntax.Span);
        }

        return new BoundNormalisation(isLogarithmic, variables, body, at.ToImmutable(), syntax.Span);
    }

    private (ImmutableArray<IndexVariable> Variables, BoundExpression Body) BindReduced(ImmutableArray<Axis> axes, ExpressionSyntax body)
    {
        var variables = EnterScope(axes);
        var bound = BindExpression(body);
        _scope.Pop(axes.Length);
        return (variables, bound);
    }

    /// <summary>The axes in a reduction's brackets, or null after a report.</summary>
    private ImmutableArray<Axis>? ReductionAxes(ReductionSyntax syntax, ImmutableArray<SubscriptSyntax> subscripts)
    {
        var axes = ImmutableArray.CreateBuilder<Axis>();
        foreach (var subscript in subscripts)
        {
            if (subscript.Axis is not null || subscript.Value is not NameExpressionSyntax name)
            {
                if (subscript.Value is not MissingExpressionSyntax)
                {
                    _diagnostics.Report(BindingDiagnostics.ReductionAxes, subscript.Span, $"'{syntax.Name.Text}' takes names of axes in its brackets, and '{SourceOf(subscript.Span)}' is none.");
                }

                return null;
            }

            if (FindAxis(name.Name) is not { } axis)
            {
                return null;
            }

            if (axes.Contains(axis))
            {
                _diagnostics.Report(BindingDiagnostics.ReductionAxes, subscript.Span, $"Axis '{axis.Name}' is reduced twice.");
                return null;
            }

            _used.Add(axis);
            axes.Add(axis);
        }

        return axes.ToImmutable();
    }
}
