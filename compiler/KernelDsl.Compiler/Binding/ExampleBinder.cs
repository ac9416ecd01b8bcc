using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding;

/// <summary>Checks examples against their kernels.</summary>
internal sealed class ExampleBinder(BoundKernel kernel, ExampleSyntax syntax, DiagnosticBag diagnostics)
{
    private readonly Dictionary<string, ElementType> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);
    private bool _isValid = true;

    public static ImmutableArray<BoundExample> Bind(ModuleSyntax syntax, List<BoundKernel> kernels, DiagnosticBag diagnostics)
    {
        var examples = new List<BoundExample>();
        foreach (var example in syntax.Items.OfType<ExampleSyntax>())
        {
            if (Binder.FindKernel(example.Kernel, kernels, diagnostics) is not { } kernel || example.Name.IsMissing)
            {
                continue;
            }

            if (examples.Exists(known => known.KernelName == kernel.Name && known.Name == example.Name.Text))
            {
                diagnostics.Report(TypeDiagnostics.DuplicateSchedule, example.Name.Span, $"Kernel '{kernel.Name}' already has an example named '{example.Name.Text}'.");
            }
            else if (kernel.IsValid && new ExampleBinder(kernel, example, diagnostics).Bind() is { } bound)
            {
                examples.Add(bound);
            }
        }

        return examples.ToImmutableArray();
    }

    private BoundExample? Bind()
    {
        foreach (var entry in syntax.Entries.Where(entry => !entry.Name.IsMissing))
        {
            BindEntry(entry);
        }

        AddDefaults();
        if (_isValid)
        {
            CheckConditions();
        }

        return _isValid ? new BoundExample(syntax.Name.Text, kernel.Name, _types.ToImmutableDictionary(), _values.ToImmutableDictionary(), syntax.Span) : null;
    }

    private void BindEntry(ExampleEntrySyntax entry)
    {
        var name = entry.Name.Text;
        if (_types.ContainsKey(name) || _values.ContainsKey(name))
        {
            Report(TypeDiagnostics.DuplicateSchedule, entry.Span, $"'{name}' is given twice.");
        }
        else if (kernel.TypeParameters.FirstOrDefault(t => t.Name == name) is { } type)
        {
            BindType(entry, type);
        }
        else if (Target(name) is not { } target)
        {
            var names = kernel.TypeParameters.Select(t => t.Name).Concat(kernel.Consts.Select(c => c.Name)).Concat(kernel.Extents.Select(e => e.Name)).Concat(kernel.Scalars.Select(s => s.Name));
            Report(TypeDiagnostics.ExampleName, entry.Name.Span, kernel.Name, name, Suggestion.For(name, names));
        }
        else if (entry.Value is not MissingExpressionSyntax)
        {
            BindValue(entry, target);
        }
        else
        {
            _isValid = false;
        }
    }

    private Symbol? Target(string name)
        => (Symbol?)kernel.Consts.FirstOrDefault(c => c.Name == name)
            ?? (Symbol?)kernel.Scalars.FirstOrDefault(s => s.Name == name)
            ?? (Symbol?)kernel.Extents.FirstOrDefault(e => e.Name == name)
            ?? kernel.Extents.FirstOrDefault(e => e.IsImplicit && (e.Name == name + ".total" || e.Name == name + ".nnz" || e.Name == name + ".pages"));

    private void BindType(ExampleEntrySyntax entry, TypeParameterSymbol type)
    {
        if (entry.Value is NameExpressionSyntax name && ElementTypes.TryParse(name.Name.Text, out var element) && type.Allowed.Contains(element))
        {
            _types[type.Name] = element;
            return;
        }

        var allowed = string.Join(" | ", type.Allowed.Select(t => t.Name()));
        Report(TypeDiagnostics.ExampleValue, entry.Value.Span, $"'{diagnostics.Source.ToString(entry.Value.Span)}' is not a type that '{type.Name}' allows: {allowed}.");
    }

    private void BindValue(ExampleEntrySyntax entry, Symbol target)
    {
        var text = diagnostics.Source.ToString(entry.Value.Span);
        if (LiteralValue.Of(entry.Value) is not { } value)
        {
            Report(TypeDiagnostics.ExampleValue, entry.Value.Span, $"'{text}' is not a number.");
            return;
        }

        var isWhole = value == Math.Floor(value) && !double.IsInfinity(value);
        var problem = target switch
        {
            ConstSymbol constant when !isWhole || value < 0 => $"'{constant.Name}' is an integer of at least 0, and '{text}' is not.",
            ConstSymbol { Allowed.Length: > 0 } constant when !constant.Allowed.Contains((long)value) => $"{text} is not a value that '{constant.Name}' allows: {string.Join(" | ", constant.Allowed)}.",
            ExtentSymbol extent when !isWhole || value < (extent.IsImplicit ? 0 : 1) => $"Extent '{extent.Name}' is an integer of at least {(extent.IsImplicit ? 0 : 1)}, and '{text}' is not.",
            ScalarSymbol scalar when scalar.Type.Kind != ValueKind.Float && !isWhole => $"'{scalar.Name}' is {(scalar.Type.Kind == ValueKind.Bool ? "true or false" : "an integer")}, and '{text}' is not.",
            _ => null,
        };
        if (problem is not null)
        {
            Report(TypeDiagnostics.ExampleValue, entry.Value.Span, problem);
            return;
        }

        _values[target.Name] = value;
    }

    private void AddDefaults()
    {
        foreach (var type in kernel.TypeParameters.Where(type => !_types.ContainsKey(type.Name)))
        {
            Missing(type.Name);
        }

        foreach (var constant in kernel.Consts.Where(constant => !_values.ContainsKey(constant.Name)))
        {
            if (constant.Default is { } value)
            {
                _values[constant.Name] = value;
            }
            else
            {
                Missing(constant.Name);
            }
        }

        foreach (var extent in kernel.Extents.Where(extent => !extent.IsImplicit && !_values.ContainsKey(extent.Name)))
        {
            Missing(extent.Name);
        }

        foreach (var scalar in kernel.Scalars.Where(scalar => !_values.ContainsKey(scalar.Name)))
        {
            if (scalar.Default is { } given && UniformEvaluator.Evaluate(given, Value) is { } value)
            {
                _values[scalar.Name] = value;
            }
            else
            {
                Missing(scalar.Name);
            }
        }
    }

    private void Missing(string name)
    {
        if (!syntax.Entries.Any(entry => entry.Name.Text == name))
        {
            Report(TypeDiagnostics.ExampleMissing, syntax.Name.Span, syntax.Name.Text, name);
        }
    }

    private void CheckConditions()
    {
        foreach (var condition in kernel.Preconditions)
        {
            if (UniformEvaluator.Evaluate(condition.Condition, Value) is not { } holds || holds == 0)
            {
                var names = ExpressionWalk.All(condition.Condition).Select(NameOf).Where(name => name is not null).Distinct().ToArray();
                var values = names.Length == 0 ? string.Empty : ": " + string.Join(", ", names.Select(name => $"{name} = {Value(name!)}"));
                Report(TypeDiagnostics.ExampleCondition, syntax.Name.Span, syntax.Name.Text, condition.Text, values);
                return;
            }
        }
    }

    private static string? NameOf(BoundExpression expression) => expression switch
    {
        BoundExtent extent => extent.Symbol.Name,
        BoundConst constant => constant.Symbol.Name,
        BoundScalar scalar => scalar.Symbol.Name,
        _ => null,
    };

    private double? Value(string name) => _values.TryGetValue(name, out var value) ? value : null;

    private void Report(DiagnosticDescriptor descriptor, Text.TextSpan span, params object?[] arguments)
    {
        _isValid = false;
        diagnostics.Report(descriptor, span, arguments);
    }
}

/// <summary>The value of a number in an example.</summary>
internal static class LiteralValue
{
    public static double? Of(ExpressionSyntax syntax) => syntax switch
    {
        IntegerLiteralSyntax literal => literal.Value,
        FloatLiteralSyntax literal => literal.Value,
        BooleanLiteralSyntax literal => literal.Value ? 1 : 0,
        UnarySyntax { Operator: UnaryOperator.Negate } negation => -Of(negation.Operand),
        ParenthesizedSyntax parenthesized => Of(parenthesized.Value),
        NameExpressionSyntax { Name.Text: "inf" } => double.PositiveInfinity,
        NameExpressionSyntax { Name.Text: "nan" } => double.NaN,
        _ => null,
    };
}
