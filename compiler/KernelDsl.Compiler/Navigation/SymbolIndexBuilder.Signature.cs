using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Navigation;

/// <summary>Signatures, and the left sides of statements.</summary>
internal sealed partial class SymbolIndexBuilder
{
    private void AddSignature(KernelNames scope)
    {
        var kernel = scope.Syntax;
        Add(kernel.Name, Named(_kernels, kernel.Name));
        foreach (var parameter in kernel.GenericParameters)
        {
            Add(parameter.Name, scope.Find(parameter.Name.Text));
            foreach (var allowed in parameter is TypeParameterSyntax type ? type.Allowed : [])
            {
                AddBuiltIn(allowed, NavigationKind.ElementType, BuiltInNames.ElementTypes);
            }
        }

        foreach (var parameter in kernel.Parameters.Concat(kernel.Outputs))
        {
            Add(parameter.Name, scope.Find(parameter.Name.Text));
            AddType(parameter.Type, scope);
            AddExpression(parameter.Default, scope);
        }

        foreach (var condition in kernel.Where)
        {
            AddExpression(condition, scope);
        }
    }

    private void AddType(TypeSyntax type, KernelNames scope)
    {
        AddTypeName(type.Element, [scope]);
        foreach (var axis in type.Axes)
        {
            AddAxis(axis, scope);
        }

        if (type.Format is { } format)
        {
            AddBuiltIn(format.Name, NavigationKind.Format, BuiltInNames.Formats);
            foreach (var argument in format.Arguments)
            {
                AddExpression(argument, scope);
            }

            if (format.Like is { } like)
            {
                Add(like, scope.Find(like.Text));
            }
        }
    }

    private void AddTypeName(NameSyntax name, ImmutableArray<KernelNames> scopes)
    {
        if (BuiltInNames.ElementTypes.Contains(name.Text))
        {
            Add(name, BuiltIn(NavigationKind.ElementType, name.Text));
        }
        else
        {
            Add(name, scopes.Select(scope => scope.Find(name.Text)).Where(symbol => symbol?.Kind == NavigationKind.TypeParameter).ToArray());
        }
    }

    private void AddAxis(AxisSyntax axis, KernelNames scope)
    {
        Add(axis.Name, scope.Find(axis.Name.Text));
        switch (axis.Extent)
        {
            case ExpressionExtentSyntax expression:
                AddExpression(expression.Value, scope);
                break;
            case LabelsExtentSyntax labels:
                foreach (var label in labels.Labels)
                {
                    Add(label, scope.FindLabel(axis.Name.Text, label.Text));
                }

                break;
            case RaggedExtentSyntax ragged:
                Add(ragged.Start, scope.Find(ragged.Start.Text));
                AddAxis(ragged.Group, scope);
                break;
            case PagedExtentSyntax paged:
                Add(paged.Table, scope.Find(paged.Table.Text));
                Add(paged.Length, scope.Find(paged.Length.Text));
                foreach (var inner in paged.TableAxes.Concat(paged.LengthAxes))
                {
                    AddAxis(inner, scope);
                }

                AddExpression(paged.PageSize, scope);
                break;
        }
    }

    private void AddStatements(KernelNames scope)
    {
        foreach (var statement in scope.Syntax.Statements)
        {
            switch (statement)
            {
                case LetSyntax let:
                    foreach (var target in let.Targets)
                    {
                        Add(target, scope.Find(target.Text));
                    }

                    foreach (var axis in let.Axes)
                    {
                        AddAxis(axis, scope);
                    }

                    AddExpression(let.Value, scope);
                    AddExpression(let.Where, scope);
                    break;
                case AssignmentSyntax assignment:
                    foreach (var target in assignment.Targets)
                    {
                        Add(target.Name, scope.Find(target.Name.Text));
                        AddSubscripts(target.Name, target.Subscripts, [scope]);
                    }

                    AddExpression(assignment.Value, scope);
                    AddExpression(assignment.Where, scope);
                    break;
            }
        }
    }
}
