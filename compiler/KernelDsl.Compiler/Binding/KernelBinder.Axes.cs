using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Binding;

/// <summary>Axes and their extents, and the tensors that ragged and paged axes bring.</summary>
internal sealed partial class KernelBinder
{
    private readonly Dictionary<Axis, List<TensorSymbol>> _brought = [];

    private ExtentSymbol ImplicitExtent(string name, TextSpan span)
    {
        if (_extents.Find(extent => extent.Name == name) is { } known)
        {
            return known;
        }

        var symbol = new ExtentSymbol(name, span, isImplicit: true);
        _extents.Add(symbol);
        return symbol;
    }

    /// <summary>Introduces the axis if it has an extent and is not known yet; reports another extent of a known axis.</summary>
    private void IntroduceAxis(AxisSyntax syntax, bool mayIntroduceExtents)
    {
        if (syntax.Extent is null || syntax.Name.IsMissing)
        {
            return;
        }

        if (_symbols.TryGetValue(syntax.Name.Text, out var known) && known is Axis axis)
        {
            CheckSameExtent(axis, syntax, mayIntroduceExtents);
            return;
        }

        switch (syntax.Extent)
        {
            case LabelsExtentSyntax labels:
                IntroduceLabels(syntax, labels);
                break;
            case RaggedExtentSyntax ragged:
                IntroduceRagged(syntax, ragged, mayIntroduceExtents);
                break;
            case PagedExtentSyntax paged:
                IntroducePaged(syntax, paged, mayIntroduceExtents);
                break;
            case ExpressionExtentSyntax expression:
                AddAxis(new Axis(syntax.Name.Text, syntax.Name.Span, AxisKind.Plain, BindExtent(expression.Value, mayIntroduceExtents)));
                break;
        }

        if (!_symbols.ContainsKey(syntax.Name.Text))
        {
            _brokenAxes.Add(syntax.Name.Text);
        }
    }

    private bool AddAxis(Axis axis)
    {
        if (!Declare(axis, axis.Span))
        {
            return false;
        }

        _axes.Add(axis);
        if (axis.Kind == AxisKind.Plain && UniformEvaluator.EvaluateInteger(axis.Extent, _ => null) is < 1 and var size)
        {
            _diagnostics.Report(BindingDiagnostics.EmptyAxis, axis.Extent.Span, axis.Name, size);
        }
        else if (axis.Kind == AxisKind.Plain && axis.Extent is not (BoundExtent or BoundInteger or BoundInvalid))
        {
            var condition = Bound.Compare(BinaryOperator.GreaterOrEqual, axis.Extent, Bound.Integer(1), axis.Extent.Span);
            _preconditions.Add(new Precondition(condition, $"{SourceOf(axis.Extent.Span)} >= 1", axis.Extent.Span));
        }

        return true;
    }

    private BoundExpression BindExtent(ExpressionSyntax syntax, bool mayIntroduceExtents)
    {
        var extent = BindUniform(syntax, mayIntroduceExtents ? UniformContext.NewExtent : UniformContext.Extent);
        if (extent is not BoundInvalid && extent.Kind != ValueKind.Integer)
        {
            _diagnostics.Report(TypeDiagnostics.ExtentValue, syntax.Span, $"An extent is an integer, and '{SourceOf(syntax.Span)}' is {Describe(extent.Kind)}.");
            return new BoundInvalid(syntax.Span);
        }

        return extent;
    }

    private void CheckSameExtent(Axis axis, AxisSyntax syntax, bool mayIntroduceExtents)
    {
        if (syntax.Extent is ExpressionExtentSyntax expression)
        {
            var before = axis.Kind == AxisKind.Plain ? axis.Extent : null;
            var now = BindExtent(expression.Value, mayIntroduceExtents);
            if (now is BoundInvalid || (before is not null && SameExtent(before, now)))
            {
                return;
            }
        }
        else if (SourceOf(axis.Span) == syntax.Name.Text && Introduction(axis) is { } first && SourceOf(first.Span) == SourceOf(syntax.Extent!.Span))
        {
            return;
        }

        var old = Introduction(axis) is { } extent ? SourceOf(extent.Span) : SourceOf(axis.Extent.Span);
        _diagnostics.Report(BindingDiagnostics.AxisRedefined, syntax.Span, new DiagnosticNote(axis.Span, $"'{axis.Name}' is introduced here."), axis.Name, old, SourceOf(syntax.Extent!.Span));
    }

    private AxisExtentSyntax? Introduction(Axis axis)
        => _syntax.Parameters.Concat(_syntax.Outputs).SelectMany(p => p.Type.Axes).FirstOrDefault(a => a.Name.Span.Equals(axis.Span))?.Extent;

    private static bool SameExtent(BoundExpression a, BoundExpression b)
    {
        var builder = new Proofs.PolynomialBuilder(new Proofs.AtomTable(), _ => null);
        try
        {
            return builder.Of(a).Key() == builder.Of(b).Key();
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private void IntroduceLabels(AxisSyntax syntax, LabelsExtentSyntax labels)
    {
        var axis = new Axis(syntax.Name.Text, syntax.Name.Span, AxisKind.Labels, new BoundInteger(Math.Max(1, labels.Labels.Length), labels.Span));
        var names = new List<string>();
        foreach (var label in labels.Labels.Where(label => !label.IsMissing))
        {
            if (names.Contains(label.Text))
            {
                _diagnostics.Report(BindingDiagnostics.DuplicateName, label.Span, label.Text, $"a label of axis '{axis.Name}'");
            }

            names.Add(label.Text);
        }

        axis.Labels = names.ToImmutableArray();
        AddAxis(axis);
    }

    private void IntroduceRagged(AxisSyntax syntax, RaggedExtentSyntax ragged, bool mayIntroduceExtents)
    {
        IntroduceAxis(ragged.Group, mayIntroduceExtents);
        if (UseAxis(ragged.Group) is not { } group)
        {
            return;
        }

        if (group.Kind is not (AxisKind.Plain or AxisKind.Labels))
        {
            _diagnostics.Report(BindingDiagnostics.RaggedAxis, ragged.Group.Span, $"The groups of ragged axis '{syntax.Name.Text}' must be a plain axis, and '{group.Name}' is {group.Kind.ToString().ToLowerInvariant()} itself.");
            return;
        }

        var total = new BoundExtent(ImplicitExtent(syntax.Name.Text + ".total", syntax.Name.Span), syntax.Span);
        var axis = new Axis(syntax.Name.Text, syntax.Name.Span, AxisKind.Ragged, total);
        var points = new Axis(group.Name, ragged.Start.Span, AxisKind.Plain, Bound.Arithmetic(BinaryOperator.Add, group.Extent, Bound.Integer(1)));
        if (BringTensor(ragged.Start, [points], axis, group) is { } start && AddAxis(axis))
        {
            axis.Ragged = new RaggedInfo(start, group);
        }
    }

    private void IntroducePaged(AxisSyntax syntax, PagedExtentSyntax paged, bool mayIntroduceExtents)
    {
        foreach (var inner in paged.TableAxes.Concat(paged.LengthAxes))
        {
            IntroduceAxis(inner, mayIntroduceExtents);
        }

        var table = paged.TableAxes.Select(UseAxis).ToArray();
        var rows = paged.LengthAxes.Select(UseAxis).ToArray();
        var size = BindExtent(paged.PageSize, mayIntroduceExtents: false);
        if (table.Any(a => a is null) || rows.Any(a => a is null) || size is BoundInvalid)
        {
            return;
        }

        if (table.Length != rows.Length + 1 || !table.Take(rows.Length).SequenceEqual(rows))
        {
            _diagnostics.Report(BindingDiagnostics.RaggedAxis, paged.Span, $"The table of paged axis '{syntax.Name.Text}' must have the axes of its lengths and then the axis of pages, as in 'paged(table[b, page: P], len[b], 16)'.");
            return;
        }

        var page = table[table.Length - 1]!;
        var axis = new Axis(syntax.Name.Text, syntax.Name.Span, AxisKind.Paged, Bound.Arithmetic(BinaryOperator.Multiply, page.Extent, size));
        var tableTensor = BringTensor(paged.Table, table.Select(a => a!).ToImmutableArray(), axis, null);
        var lengthTensor = BringTensor(paged.Length, rows.Select(a => a!).ToImmutableArray(), axis, null);
        if (tableTensor is not null && lengthTensor is not null && AddAxis(axis))
        {
            axis.Paging = new PagingInfo(tableTensor, rows.Select(a => a!).ToImmutableArray(), page, lengthTensor, size);
        }
    }

    /// <summary>The i32 parameter that a ragged or paged axis brings; ragged axes over one group may share it.</summary>
    private TensorSymbol? BringTensor(NameSyntax name, ImmutableArray<Axis> axes, Axis bringer, Axis? group)
    {
        var shared = group is null ? null : _axes.Find(axis => axis.Ragged is { } ragged && ragged.Group == group && ragged.Start.Name == name.Text)?.Ragged!.Start;
        if (shared is not null)
        {
            return shared;
        }

        var tensor = new TensorSymbol(name.Text, name.Span, TensorRole.Parameter, new TypeReference(ElementType.I32, null), axes);
        if (!Declare(tensor, name.Span))
        {
            return null;
        }

        _used.Add(tensor);
        if (!_brought.TryGetValue(bringer, out var list))
        {
            _brought[bringer] = list = [];
        }

        list.Add(tensor);
        return tensor;
    }

    private void AddBroughtTensors(Axis axis)
    {
        if (_brought.TryGetValue(axis, out var tensors))
        {
            _brought.Remove(axis);
            _parameters.AddRange(tensors);
        }
    }

    /// <summary>The axis that a name means, or null after a report.</summary>
    private Axis? UseAxis(AxisSyntax syntax) => FindAxis(syntax.Name);

    private Axis? FindAxis(NameSyntax name)
    {
        if (name.IsMissing)
        {
            return null;
        }

        if (_symbols.TryGetValue(name.Text, out var symbol))
        {
            if (symbol is Axis axis)
            {
                return axis;
            }

            _diagnostics.Report(BindingDiagnostics.NotAValue, name.Span, name.Text, Describe(symbol), ", where an axis belongs");
            return null;
        }

        if (!_brokenAxes.Contains(name.Text))
        {
            _diagnostics.Report(BindingDiagnostics.UnknownAxis, name.Span, name.Text, SuggestFor(name.Text, s => s is Axis));
        }

        return null;
    }
}
