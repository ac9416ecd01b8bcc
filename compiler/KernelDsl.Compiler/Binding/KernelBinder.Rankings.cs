using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Binding;

/// <summary>topk, sort and scatter.</summary>
internal sealed partial class KernelBinder
{
    private void BindRanking(ReductionSyntax syntax, ExpressionSyntax? where, ImmutableArray<TensorSymbol> targets, bool hasAxes, TextSpan span)
    {
        var isTopK = syntax.Name.Text == "topk";
        if (targets.Length != 2)
        {
            ReportTargetCount(syntax.Span, syntax.Name.Text, "a value and a position", targets);
            return;
        }

        if (syntax.Axes.Length != (isTopK ? 2 : 1))
        {
            var form = isTopK ? "one axis and the number of values, as in 'topk[j, 8](…)'" : "one axis, as in 'sort[j](…)'";
            _diagnostics.Report(BindingDiagnostics.ReductionAxes, syntax.Span, $"'{syntax.Name.Text}' takes {form}.");
            Fail(targets.Cast<TensorSymbol?>());
            return;
        }

        if (ReductionAxes(syntax, [syntax.Axes[0]]) is not { } axes)
        {
            Fail(targets.Cast<TensorSymbol?>());
            return;
        }

        var along = axes[0];
        var count = isTopK ? BindExtent(syntax.Axes[1].Value, mayIntroduceExtents: false) : along.Extent;
        var countText = isTopK ? SourceOf(syntax.Axes[1].Span) : SourceOf(along.Extent.Span);
        if (count is BoundInvalid || !hasAxes)
        {
            if (count is not BoundInvalid)
            {
                _diagnostics.Report(BindingDiagnostics.RankAxis, syntax.Span, syntax.Name.Text, countText);
            }

            Fail(targets.Cast<TensorSymbol?>());
            return;
        }

        _scope = new VariableScope();
        var variables = EnterScope(targets[0].Axes);
        var alongVariable = EnterScope([along])[0];
        var value = BindExpression(syntax.Body);
        _scope.Pop(1);
        var condition = where is null ? null : BindCondition(where);
        _scope = new VariableScope();
        if (value is BoundInvalid || condition is BoundInvalid)
        {
            Fail(targets.Cast<TensorSymbol?>());
            return;
        }

        if (value.Kind == ValueKind.Bool)
        {
            _diagnostics.Report(TypeDiagnostics.ReductionKind, syntax.Body.Span, syntax.Name.Text, "numbers", SourceOf(syntax.Body.Span), Describe(value.Kind));
        }

        var free = ExpressionWalk.FreeVariables(value);
        var ranks = variables.Where(v => !free.Contains(v) && SameExtent(v.Axis.Extent, count)).ToArray();
        if (ranks.Length != 1)
        {
            _diagnostics.Report(BindingDiagnostics.RankAxis, syntax.Span, syntax.Name.Text, countText);
            Fail(targets.Cast<TensorSymbol?>());
            return;
        }

        SetType(targets[0], value.Kind, syntax);
        SetType(targets[1], ValueKind.Integer, syntax);
        _definitions.Add(new Definition(isTopK ? DefinitionKind.TopK : DefinitionKind.Sort, targets, variables, value, condition, span) { Rank = ranks[0], Along = alongVariable });
    }

    private void SetType(TensorSymbol target, ValueKind kind, ReductionSyntax syntax)
    {
        if (target.Role == TensorRole.Local)
        {
            target.Type = TypeOfKind(kind);
        }
        else if (!Fits(kind, target.Type.Kind))
        {
            _diagnostics.Report(TypeDiagnostics.StoreKind, syntax.Span, target.Name, Describe(target.Type.Kind), Describe(kind), target.Type.ToString());
        }
    }

    private void BindScatter(AssignmentSyntax syntax)
    {
        var target = syntax.Targets[0];
        if (FindOutput(target) is not { } output)
        {
            return;
        }

        _failed.Add(output);
        if (syntax.Targets.Length > 1 || !target.HasSubscripts)
        {
            _diagnostics.Report(BindingDiagnostics.LeftSide, target.Span, output.Name, AxisNames(output));
            return;
        }

        if (output.IsSparse || output.PagedAxis is not null || output.Like is not null)
        {
            _diagnostics.Report(BindingDiagnostics.FormatShape, target.Span, $"'{output.Name}' is not dense, and values can only be scattered into a dense output.");
            return;
        }

        if (output.Type.Kind == ValueKind.Bool)
        {
            _diagnostics.Report(TypeDiagnostics.OperandKind, target.Name.Span, OperatorText.Of(syntax.Operator), "numbers", output.Name, Describe(ValueKind.Bool));
            return;
        }

        if (PlaceSubscripts(output, target.Subscripts, target.Span) is not { } placed)
        {
            return;
        }

        // All variables are found as they are used, on the left and then on the right.
        _scope = new VariableScope { IsInferring = true };
        var subscripts = output.Axes.Select((axis, k) => placed[k] is { } given ? BindIndex(given.Value, axis) : OwnPoint(output, axis, target.Span)).ToImmutableArray();
        var value = BindExpression(syntax.Value);
        var condition = syntax.Where is null ? null : BindCondition(syntax.Where);
        var variables = _scope.Inferred.ToImmutableArray();
        _scope = new VariableScope();
        if (value is BoundInvalid || condition is BoundInvalid || subscripts.Any(s => s is BoundInvalid))
        {
            return;
        }

        if (value.Kind == ValueKind.Bool || !Fits(value.Kind, output.Type.Kind))
        {
            _diagnostics.Report(TypeDiagnostics.StoreKind, syntax.Value.Span, output.Name, Describe(output.Type.Kind), Describe(value.Kind), output.Type.ToString());
            return;
        }

        _failed.Remove(output);
        _definitions.Add(new Definition(DefinitionKind.Scatter, [output], variables, value, condition, syntax.Span) { Subscripts = subscripts, Operator = syntax.Operator });
    }
}
