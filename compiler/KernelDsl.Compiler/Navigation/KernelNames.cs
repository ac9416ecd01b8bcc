using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Navigation;

/// <summary>The names of one kernel. They are declared in the binder's order, so that of two equal names the same one wins.</summary>
internal sealed class KernelNames
{
    private readonly Dictionary<string, NavigationSymbol> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<NavigationSymbol>> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<string>> _axes = new(StringComparer.Ordinal);

    public KernelNames(KernelSyntax syntax, BoundKernel? bound)
    {
        Syntax = syntax;
        foreach (var parameter in syntax.GenericParameters)
        {
            Declare(parameter is TypeParameterSyntax ? NavigationKind.TypeParameter : NavigationKind.Const, parameter.Name, parameter);
        }

        foreach (var axis in syntax.Parameters.Concat(syntax.Outputs).SelectMany(p => p.Type.Axes))
        {
            DeclareAxis(axis, mayIntroduceExtents: true);
        }

        foreach (var parameter in syntax.Parameters)
        {
            Declare(parameter.Type.HasAxes ? NavigationKind.Tensor : NavigationKind.Scalar, parameter.Name, parameter);
            SetAxes(parameter.Name, parameter.Type.Axes);
        }

        foreach (var output in syntax.Outputs)
        {
            Declare(NavigationKind.Output, output.Name, output);
            SetAxes(output.Name, output.Type.Axes);
        }

        DeclareLets(syntax.Statements.OfType<LetSyntax>().ToArray(), bound);
    }

    public KernelSyntax Syntax { get; }

    /// <summary>All but labels, in the order of the binder.</summary>
    public IEnumerable<NavigationSymbol> All => _names.Values.OrderBy(symbol => symbol.Definition!.Value.Start);

    public IEnumerable<NavigationSymbol> Labels => _labels.Values.SelectMany(labels => labels);

    public NavigationSymbol? Find(string name) => _names.TryGetValue(name, out var symbol) ? symbol : null;

    public NavigationSymbol? FindAxis(string name) => Find(name) is { Kind: NavigationKind.Axis } axis ? axis : null;

    public NavigationSymbol? FindLabel(string axis, string name) => LabelsOf(axis).FirstOrDefault(label => label.Name == name);

    /// <summary>A label by itself means something where all axes that have it agree on its place.</summary>
    public NavigationSymbol? FindLabel(string name)
    {
        var found = _labels.Values.Select(labels => (Place: labels.ToList().FindIndex(l => l.Name == name), Labels: labels)).Where(f => f.Place >= 0).ToArray();
        return found.Length > 0 && found.All(f => f.Place == found[0].Place) ? found[0].Labels[found[0].Place] : null;
    }

    public ImmutableArray<NavigationSymbol> LabelsOf(string axis) => _labels.TryGetValue(axis, out var labels) ? labels : [];

    /// <summary>The names of the axes of a tensor; null where they are not known.</summary>
    public ImmutableArray<string>? AxesOf(string tensor) => _axes.TryGetValue(tensor, out var axes) ? axes : null;

    private void Declare(NavigationKind kind, NameSyntax name, SyntaxNode declaration)
    {
        if (!name.IsMissing && !_names.ContainsKey(name.Text))
        {
            _names.Add(name.Text, new NavigationSymbol(kind, name.Text, name.Span, declaration, Syntax));
        }
    }

    private void SetAxes(NameSyntax tensor, IEnumerable<AxisSyntax> axes)
    {
        if (!_axes.ContainsKey(tensor.Text))
        {
            _axes.Add(tensor.Text, axes.Select(axis => axis.Name.Text).ToImmutableArray());
        }
    }

    private void DeclareAxis(AxisSyntax axis, bool mayIntroduceExtents)
    {
        switch (axis.Extent)
        {
            case null:
                return;
            case ExpressionExtentSyntax expression when mayIntroduceExtents:
                DeclareExtents(expression.Value, axis);
                break;
            case LabelsExtentSyntax labels when !axis.Name.IsMissing && !_names.ContainsKey(axis.Name.Text):
                _labels[axis.Name.Text] = labels.Labels.Where(label => !label.IsMissing).GroupBy(label => label.Text)
                    .Select(label => new NavigationSymbol(NavigationKind.Label, label.Key, label.First().Span, axis, Syntax)).ToImmutableArray();
                break;
            case RaggedExtentSyntax ragged:
                DeclareAxis(ragged.Group, mayIntroduceExtents);
                Declare(NavigationKind.Tensor, ragged.Start, axis);
                SetAxes(ragged.Start, [ragged.Group]);
                break;
            case PagedExtentSyntax paged:
                foreach (var inner in paged.TableAxes.Concat(paged.LengthAxes))
                {
                    DeclareAxis(inner, mayIntroduceExtents);
                }

                Declare(NavigationKind.Tensor, paged.Table, axis);
                Declare(NavigationKind.Tensor, paged.Length, axis);
                SetAxes(paged.Table, paged.TableAxes);
                SetAxes(paged.Length, paged.LengthAxes);
                break;
        }

        Declare(NavigationKind.Axis, axis.Name, axis);
    }

    private void DeclareExtents(ExpressionSyntax value, AxisSyntax axis)
    {
        foreach (var name in SyntaxChildren.SelfAndDescendants(value).OfType<NameExpressionSyntax>())
        {
            Declare(NavigationKind.Extent, name.Name, axis);
        }
    }

    private void DeclareLets(LetSyntax[] lets, BoundKernel? bound)
    {
        foreach (var axis in lets.SelectMany(let => let.Axes))
        {
            DeclareAxis(axis, mayIntroduceExtents: false);
        }

        foreach (var let in lets)
        {
            foreach (var target in let.Targets)
            {
                Declare(NavigationKind.Let, target, let);
                if (let.HasAxes)
                {
                    SetAxes(target, let.Axes);
                }
                else if (bound?.Locals.FirstOrDefault(local => local.Span.Equals(target.Span)) is { } local && !_axes.ContainsKey(target.Text))
                {
                    _axes.Add(target.Text, local.Axes.Select(axis => axis.Name).ToImmutableArray());
                }
            }
        }
    }
}
