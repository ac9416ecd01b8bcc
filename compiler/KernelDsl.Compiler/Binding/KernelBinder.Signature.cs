using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding;

/// <summary>Type, const, tensor and scalar parameters, outputs and the conditions of the call.</summary>
internal sealed partial class KernelBinder
{
    private readonly List<TypeParameterSymbol> _typeParameters = [];
    private readonly List<ConstSymbol> _consts = [];

    private void BindGenericParameters()
    {
        foreach (var parameter in _syntax.GenericParameters)
        {
            switch (parameter)
            {
                case TypeParameterSyntax type:
                    BindTypeParameter(type);
                    break;
                case ConstParameterSyntax constant:
                    BindConst(constant);
                    break;
            }
        }

        _kernel.TypeParameters = _typeParameters.ToImmutableArray();
        _kernel.Consts = _consts.ToImmutableArray();
    }

    private void BindTypeParameter(TypeParameterSyntax syntax)
    {
        var allowed = new List<ElementType>();
        foreach (var name in syntax.Allowed.Where(name => !name.IsMissing))
        {
            if (ElementTypes.TryParse(name.Text, out var type))
            {
                allowed.Add(type);
            }
            else
            {
                _diagnostics.Report(TypeDiagnostics.UnknownType, name.Span, name.Text, Suggestion.For(name.Text, ElementTypes.Names));
            }
        }

        var kinds = allowed.Select(TypeReference.KindOf).Distinct().ToArray();
        if (kinds.Length > 1)
        {
            var other = syntax.Allowed.First(name => ElementTypes.TryParse(name.Text, out var type) && TypeReference.KindOf(type) == kinds[1]);
            _diagnostics.Report(TypeDiagnostics.MixedTypeParameter, other.Span, syntax.Name.Text, KindName(kinds[0]), KindName(kinds[1]));
        }

        if (ElementTypes.TryParse(syntax.Name.Text, out _) || syntax.Name.Text is "int" or "float")
        {
            _diagnostics.Report(BindingDiagnostics.DuplicateName, syntax.Name.Span, syntax.Name.Text, "a type of the language");
        }

        var symbol = new TypeParameterSymbol(syntax.Name.Text, syntax.Name.Span, allowed.Count == 0 ? [ElementType.F32] : allowed.Distinct().ToImmutableArray());
        if (Declare(symbol, syntax.Name.Span))
        {
            _typeParameters.Add(symbol);
        }
    }

    private static string KindName(ValueKind kind) => kind switch
    {
        ValueKind.Bool => "truth",
        ValueKind.Integer => "integer",
        _ => "floating-point",
    };

    private void BindConst(ConstParameterSyntax syntax)
    {
        var allowed = syntax.Allowed.Select(Constant).Where(value => value is not null).Select(value => value!.Value).Distinct().ToImmutableArray();
        var defaultValue = syntax.Default is null ? null : Constant(syntax.Default);
        if (defaultValue is { } value && !allowed.IsEmpty && !allowed.Contains(value))
        {
            _diagnostics.Report(
                TypeDiagnostics.ConstValue, syntax.Default!.Span, $"The default {value} of '{syntax.Name.Text}' is not one of its values {string.Join(" | ", allowed)}.");
        }

        var symbol = new ConstSymbol(syntax.Name.Text, syntax.Name.Span, allowed, defaultValue);
        if (Declare(symbol, syntax.Name.Span))
        {
            _consts.Add(symbol);
        }
    }

    private long? Constant(ExpressionSyntax syntax)
    {
        if (syntax is MissingExpressionSyntax)
        {
            return null;
        }

        var before = _diagnostics.Count;
        var bound = BindUniform(syntax, UniformContext.Constant);
        if (_diagnostics.Count > before)
        {
            return null;
        }

        var value = UniformEvaluator.EvaluateInteger(bound, _ => null);
        if (value is null or < 0 || bound.Kind != ValueKind.Integer)
        {
            _diagnostics.Report(TypeDiagnostics.ConstValue, syntax.Span, $"'{SourceOf(syntax.Span)}' is not an integer constant of at least 0.");
            return null;
        }

        return value;
    }

    private void DeclareParameters()
    {
        var tensors = _syntax.Parameters.Concat(_syntax.Outputs).Where(p => p.Type.HasAxes).ToArray();
        foreach (var axis in tensors.SelectMany(p => p.Type.Axes))
        {
            IntroduceAxis(axis, mayIntroduceExtents: true);
        }

        foreach (var parameter in _syntax.Parameters)
        {
            if (parameter.Type.HasAxes)
            {
                DeclareTensor(parameter, TensorRole.Parameter);
            }
            else
            {
                DeclareScalar(parameter);
            }
        }

        foreach (var output in _syntax.Outputs)
        {
            if (output.Type.HasAxes)
            {
                DeclareTensor(output, TensorRole.Output);
            }
            else
            {
                // A scalar output is a tensor without axes.
                DeclareTensor(output, TensorRole.Output);
            }
        }

        foreach (var parameter in _syntax.Parameters.Concat(_syntax.Outputs))
        {
            BindFormat(parameter);
        }

        foreach (var tensor in _parameters.Concat(_outputs))
        {
            tensor.Components = StorageLayout.Of(tensor, ImplicitExtent);
        }
    }

    private void DeclareScalar(ParameterSyntax syntax)
    {
        var type = ScalarType(syntax.Type.Element);
        BoundExpression? defaultValue = null;
        if (syntax.Default is { } given)
        {
            defaultValue = BindUniform(given, UniformContext.Default);
            if (defaultValue is not BoundInvalid && !Fits(defaultValue.Kind, type.Kind))
            {
                _diagnostics.Report(TypeDiagnostics.StoreKind, given.Span, syntax.Name.Text, Describe(type.Kind), Describe(defaultValue.Kind), type.ToString());
            }
        }

        if (syntax.Type.Format is { } format)
        {
            _diagnostics.Report(BindingDiagnostics.FormatShape, format.Span, $"'{syntax.Name.Text}' is a scalar, and a format belongs to a tensor.");
        }

        var symbol = new ScalarSymbol(syntax.Name.Text, syntax.Name.Span, type, defaultValue);
        if (Declare(symbol, syntax.Name.Span))
        {
            _scalars.Add(symbol);
        }
    }

    private TypeReference ScalarType(NameSyntax name)
    {
        switch (name.Text)
        {
            case "int":
                return new TypeReference(ElementType.I64, null);
            case "float":
                return new TypeReference(ElementType.F32, null);
            default:
                var type = Type(name);
                if (type.Parameter is null && type.Element.Bits() <= 8 && type.Element != ElementType.Bool)
                {
                    _diagnostics.Report(TypeDiagnostics.ScalarType, name.Span, $"'{name.Text}' is a type for tensors; a scalar is int, float, bool, or an element type of at least 16 bits.");
                }

                return type;
        }
    }

    private TypeReference Type(NameSyntax name)
    {
        if (_symbols.TryGetValue(name.Text, out var symbol) && symbol is TypeParameterSymbol parameter)
        {
            _used.Add(parameter);
            return new TypeReference(parameter.Allowed[0], parameter);
        }

        if (ElementTypes.TryParse(name.Text, out var type))
        {
            return new TypeReference(type, null);
        }

        if (name.Text is "int" or "float")
        {
            _diagnostics.Report(TypeDiagnostics.ScalarType, name.Span, $"'{name.Text}' is a type for scalars; name the element type of the tensor, such as {(name.Text == "int" ? "i32" : "f32")}.");
        }
        else if (!name.IsMissing)
        {
            var names = ElementTypes.Names.Concat(_typeParameters.Select(t => t.Name)).Append("int").Append("float");
            _diagnostics.Report(TypeDiagnostics.UnknownType, name.Span, name.Text, Suggestion.For(name.Text, names));
        }

        return new TypeReference(name.Text == "int" ? ElementType.I32 : ElementType.F32, null);
    }

    private void DeclareTensor(ParameterSyntax syntax, TensorRole role)
    {
        if (syntax.Default is { } given)
        {
            _diagnostics.Report(TypeDiagnostics.ScalarType, given.Span, $"'{syntax.Name.Text}' is a tensor and cannot have a default.");
        }

        var type = syntax.Type.HasAxes || role == TensorRole.Output ? Type(syntax.Type.Element) : ScalarType(syntax.Type.Element);
        var axes = syntax.Type.Axes.Select(UseAxis).Where(axis => axis is not null).Select(axis => axis!).ToImmutableArray();
        ReportRepeated(axes, syntax);
        var symbol = new TensorSymbol(syntax.Name.Text, syntax.Name.Span, role, type, axes);
        if (Declare(symbol, syntax.Name.Span))
        {
            (role == TensorRole.Parameter ? _parameters : _outputs).Add(symbol);
            foreach (var axis in axes)
            {
                AddBroughtTensors(axis);
            }
        }
    }

    private void ReportRepeated(ImmutableArray<Axis> axes, ParameterSyntax syntax)
    {
        var repeated = axes.GroupBy(axis => axis).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (repeated is not null)
        {
            var place = syntax.Type.Axes.Last(axis => axis.Name.Text == repeated.Name);
            _diagnostics.Report(
                BindingDiagnostics.DuplicateName, place.Span, repeated.Name, $"an axis of '{syntax.Name.Text}'; a second axis of the same extent has its own name, as in 'j: {SourceOf(ExtentSpan(repeated))}'");
        }
    }

    private static Text.TextSpan ExtentSpan(Axis axis) => axis.Extent.Span;

    private void BindConditions()
    {
        foreach (var syntax in _syntax.Where)
        {
            var condition = BindUniform(syntax, UniformContext.Condition);
            if (condition is BoundInvalid)
            {
                continue;
            }

            if (condition.Kind != ValueKind.Bool)
            {
                _diagnostics.Report(TypeDiagnostics.ConditionKind, syntax.Span, SourceOf(syntax.Span), Describe(condition.Kind));
                continue;
            }

            _preconditions.Add(new Precondition(condition, SourceOf(syntax.Span), syntax.Span));
        }
    }
}
