using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding;

/// <summary>Lets and equations.</summary>
internal sealed partial class KernelBinder
{
    /// <summary>Names of lets are known in the whole kernel, so that a recurrence may go through a let below it.</summary>
    private void DeclareLocals()
    {
        foreach (var let in _syntax.Statements.OfType<LetSyntax>())
        {
            foreach (var axis in let.Axes)
            {
                IntroduceAxis(axis, mayIntroduceExtents: false);
                if (axis.Extent is not null && !axis.Name.IsMissing && !(_symbols.TryGetValue(axis.Name.Text, out var known) && known is Axis))
                {
                    _brokenAxes.Add(axis.Name.Text);
                }
            }

            foreach (var brought in _brought.Keys.ToArray())
            {
                _brought.Remove(brought);
                _diagnostics.Report(BindingDiagnostics.RaggedAxis, brought.Span, $"Axis '{brought.Name}' is ragged or paged, and only a parameter or an output can introduce such an axis.");
            }
        }

        foreach (var let in _syntax.Statements.OfType<LetSyntax>())
        {
            var axes = let.Axes.Select(UseAxis).ToArray();
            foreach (var target in let.Targets.Where(target => !target.IsMissing))
            {
                var type = TypeOfKind(AssumedKind(target.Text));
                var symbol = new TensorSymbol(target.Text, target.Span, TensorRole.Local, type, axes.Where(a => a is not null).Select(a => a!).ToImmutableArray());
                if (_symbols.TryGetValue(target.Text, out var known) && known is TensorSymbol { Role: TensorRole.Output })
                {
                    _diagnostics.Report(BindingDiagnostics.DuplicateName, target.Span, new DiagnosticNote(known.Span, $"'{known.Name}' is introduced here."), target.Text, "an output, which is defined without 'let'");
                    _failed.Add(known);
                }
                else if (Declare(symbol, target.Span))
                {
                    _locals.Add(symbol);
                    if (axes.Any(a => a is null))
                    {
                        _failed.Add(symbol);
                    }
                    else if (!let.HasAxes)
                    {
                        _axesUnknown.Add(symbol);
                    }
                }
            }

            var repeated = axes.Where(a => a is not null).GroupBy(a => a).FirstOrDefault(g => g.Count() > 1)?.Key;
            if (repeated is not null)
            {
                _diagnostics.Report(BindingDiagnostics.DuplicateName, let.Axes.Last(a => a.Name.Text == repeated.Name).Span, repeated.Name, "an axis of this let");
            }
        }
    }

    private readonly HashSet<TensorSymbol> _axesUnknown = [];
    private readonly HashSet<Text.TextSpan> _begunLets = [];

    /// <summary>A let whose axes follow from its right side is bound before the first read of it; false where it reads itself or is broken.</summary>
    private bool KnowsAxes(TensorSymbol tensor, Text.TextSpan span)
    {
        if (!_axesUnknown.Contains(tensor))
        {
            return true;
        }

        var let = _syntax.Statements.OfType<LetSyntax>().First(l => l.Targets.Any(target => target.Span.Equals(tensor.Span)));
        if (_begunLets.Contains(let.Span))
        {
            _diagnostics.Report(BindingDiagnostics.Cycle, span, tensor.Name, $"{tensor.Name} → {tensor.Name}");
            return false;
        }

        var (scope, uniform, labels, frame) = (_scope, _uniform, _labelAxis, _frame);
        (_uniform, _labelAxis, _frame) = (UniformContext.None, null, null);
        BindStatement(let);
        (_scope, _uniform, _labelAxis, _frame) = (scope, uniform, labels, frame);
        return !_failed.Contains(tensor);
    }

    private static TypeReference TypeOfKind(ValueKind kind)
        => new(kind switch { ValueKind.Bool => ElementType.Bool, ValueKind.Integer => ElementType.I64, _ => ElementType.F32 }, null);

    private void BindStatement(StatementSyntax statement)
    {
        switch (statement)
        {
            case LetSyntax let when _begunLets.Add(let.Span):
                var locals = let.Targets.Select(target => _locals.Find(local => local.Span.Equals(target.Span))).ToArray();
                if (locals.All(local => local is not null && !_failed.Contains(local)))
                {
                    BindDefinition(let, locals.Select(local => local!).ToImmutableArray());
                }
                else
                {
                    Fail(locals);
                }

                break;
            case AssignmentSyntax { Operator: AssignmentOperator.Define } equation:
                BindEquation(equation);
                break;
            case AssignmentSyntax scatter:
                BindScatter(scatter);
                break;
        }
    }

    private void Fail(IEnumerable<TensorSymbol?> targets)
    {
        foreach (var target in targets.Where(target => target is not null))
        {
            _failed.Add(target!);
        }
    }

    private void BindEquation(AssignmentSyntax syntax)
    {
        var targets = syntax.Targets.Select(FindOutput).ToArray();
        if (targets.Any(target => target is null))
        {
            Fail(targets);

            // The right side is looked at all the same, among the axes that are known, so that its own mistakes are not hidden.
            return;
        }

        var outputs = targets.Select(target => target!).ToImmutableArray();
        foreach (var (target, output) in syntax.Targets.Zip(outputs, (target, output) => (target, output)))
        {
            if (target.HasSubscripts && !IsOwnAxes(target, output))
            {
                _diagnostics.Report(BindingDiagnostics.LeftSide, target.Span, output.Name, AxisNames(output));
                Fail(outputs);
                return;
            }
        }

        if (outputs.Skip(1).Any(output => !output.Axes.SequenceEqual(outputs[0].Axes)))
        {
            _diagnostics.Report(BindingDiagnostics.TargetCount, syntax.Targets[0].Span, "One equation", "its values on one set of axes", "are different axes");
            Fail(outputs);
            return;
        }

        if (syntax.Where is { } where)
        {
            _diagnostics.Report(BindingDiagnostics.OutputDomain, where.Span, outputs[0].Name);
            Fail(outputs);
            return;
        }

        BindDefinition(syntax.Value, null, outputs, hasAxes: true, syntax.Span);
    }

    private TensorSymbol? FindOutput(AssignmentTargetSyntax target)
    {
        if (target.Name.IsMissing)
        {
            return null;
        }

        if (_brokenNames.Contains(target.Name.Text))
        {
            return null;
        }

        if (!_symbols.TryGetValue(target.Name.Text, out var symbol))
        {
            var hint = SuggestFor(target.Name.Text, s => s is TensorSymbol { Role: TensorRole.Output });
            _diagnostics.Report(BindingDiagnostics.NotAnOutput, target.Name.Span, target.Name.Text, "no output of this kernel", hint);
            _brokenNames.Add(target.Name.Text);
            _strayEquations++;
            return null;
        }

        if (symbol is not TensorSymbol { Role: TensorRole.Output } output)
        {
            _diagnostics.Report(BindingDiagnostics.NotAnOutput, target.Name.Span, target.Name.Text, Describe(symbol), string.Empty);
            _strayEquations++;
            return null;
        }

        if (_definitions.Exists(d => d.Targets.Contains(output)) || _failed.Contains(output))
        {
            if (!_failed.Contains(output) || _definitions.Exists(d => d.Targets.Contains(output)))
            {
                _diagnostics.Report(BindingDiagnostics.DefinedTwice, target.Span, output.Name);
            }

            return null;
        }

        return output;
    }

    private static bool IsOwnAxes(AssignmentTargetSyntax target, TensorSymbol output)
        => target.Subscripts.Length == output.Axes.Length
            && target.Subscripts.Zip(output.Axes, (s, axis) => s.Axis is null && s.Value is NameExpressionSyntax name && name.Name.Text == axis.Name).All(same => same);

    private void BindDefinition(LetSyntax let, ImmutableArray<TensorSymbol> locals) => BindDefinition(let.Value, let.Where, locals, let.HasAxes, let.Span);

    private void BindDefinition(ExpressionSyntax value, ExpressionSyntax? where, ImmutableArray<TensorSymbol> targets, bool hasAxes, Text.TextSpan span)
    {
        if (targets.IsEmpty)
        {
            return;
        }

        var unwrapped = value;
        while (unwrapped is ParenthesizedSyntax parenthesized)
        {
            unwrapped = parenthesized.Value;
        }

        if (unwrapped is ReductionSyntax { Name.Text: "topk" or "sort" } ranking)
        {
            BindRanking(ranking, where, targets, hasAxes, span);
            return;
        }

        if (targets.Length > 1)
        {
            BindComponents(unwrapped, where, targets, hasAxes, span);
            return;
        }

        BindOne(() => BindExpression(value), where, targets[0], hasAxes, span);
    }

    private void BindComponents(ExpressionSyntax value, ExpressionSyntax? where, ImmutableArray<TensorSymbol> targets, bool hasAxes, Text.TextSpan span)
    {
        if (value is ReductionSyntax { Name.Text: "argmax" or "argmin" } reduction && ReductionNames.TryFind(reduction.Name.Text, out var kind))
        {
            if (reduction.Axes.Length != targets.Length)
            {
                ReportTargetCount(reduction.Span, reduction.Name.Text, reduction.Axes.Length == 1 ? "1 position" : reduction.Axes.Length + " positions", targets);
                return;
            }

            for (var i = 0; i < targets.Length; i++)
            {
                var component = i;
                BindOne(() => BindReductionComponent(reduction, kind, component), where, targets[i], hasAxes, span);
                if (_failed.Contains(targets[i]))
                {
                    Fail(targets.Cast<TensorSymbol?>());
                    return;
                }
            }

            return;
        }

        if (value is not MissingExpressionSyntax)
        {
            ReportTargetCount(value.Span, SourceOf(value.Span), "1 value", targets);
        }

        Fail(targets.Cast<TensorSymbol?>());
    }

    private void ReportTargetCount(Text.TextSpan span, string what, string gives, ImmutableArray<TensorSymbol> targets)
    {
        _diagnostics.Report(BindingDiagnostics.TargetCount, span, what, gives, targets.Length == 1 ? "is 1 name" : $"are {targets.Length} names");
        Fail(targets.Cast<TensorSymbol?>());
    }

    private void BindOne(Func<BoundExpression> bindValue, ExpressionSyntax? where, TensorSymbol target, bool hasAxes, Text.TextSpan span)
    {
        _scope = new VariableScope { IsInferring = !hasAxes };
        var variables = hasAxes ? EnterScope(target.Axes) : [];
        var value = bindValue();
        var condition = where is null ? null : BindCondition(where);
        if (!hasAxes)
        {
            variables = _scope.Inferred.ToImmutableArray();
            target.Axes = variables.Select(v => v.Axis).ToImmutableArray();
            _axesUnknown.Remove(target);
        }

        _scope = new VariableScope();
        if (value is BoundInvalid || condition is BoundInvalid)
        {
            _failed.Add(target);
            return;
        }

        if (target.Role == TensorRole.Local)
        {
            target.Type = TypeOfKind(value.Kind);
        }
        else if (!Fits(value.Kind, target.Type.Kind))
        {
            _diagnostics.Report(TypeDiagnostics.StoreKind, value.Span, target.Name, Describe(target.Type.Kind), Describe(value.Kind), target.Type.ToString());
        }

        _definitions.Add(new Definition(DefinitionKind.Equation, [target], variables, value, condition, span));
    }
}
