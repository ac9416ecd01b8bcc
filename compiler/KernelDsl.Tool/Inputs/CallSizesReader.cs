using System.Globalization;

namespace KernelDsl.Tool.Inputs;

/// <summary>Puts the named values of a command line or example into their places.</summary>
internal static class CallSizesReader
{
    /// <summary>Reads types, consts, extents and scalars.</summary>
    /// <exception cref="ToolException">A name is not the kernel's, or a value is not one for it.</exception>
    public static CallSizes Read(BoundKernel kernel, NamedValues values)
    {
        var sizes = new CallSizes();
        foreach (var name in values.Names)
        {
            values.TryGet(name, out var text, out var source);
            Place(kernel, sizes, name, text, source);
        }

        return sizes;
    }

    /// <summary>Types that were not given: the only one, that of an array that was given, f32, or the first allowed.</summary>
    public static void CompleteTypes(BoundKernel kernel, CallSizes sizes, Func<TypeParameterSymbol, ElementType?> fromArrays)
    {
        foreach (var type in kernel.TypeParameters.Where(type => !sizes.Types.ContainsKey(type.Name)))
        {
            sizes.Types[type.Name] = fromArrays(type) is { } found && type.Allowed.Contains(found) ? found
                : type.Allowed.Contains(ElementType.F32) ? ElementType.F32 : type.Allowed[0];
        }
    }

    /// <summary>Checks consts and extents, fills scalars, and checks the conditions of the signature.</summary>
    public static void Complete(BoundKernel kernel, CallSizes sizes)
    {
        CheckConsts(kernel, sizes);
        foreach (var extent in kernel.Extents)
        {
            if (!sizes.Numbers.TryGetValue(extent, out var value))
            {
                throw MissingExtent(kernel, extent);
            }

            if (value < (extent.IsImplicit ? 0 : 1))
            {
                throw ToolException.Failure(ArgumentDiagnostics.ExtentRange, extent.Name, value, extent.IsImplicit ? "at least 0" : "at least 1");
            }
        }

        foreach (var scalar in kernel.Scalars.Where(scalar => !sizes.Scalars.ContainsKey(scalar)))
        {
            var value = scalar.Default is null ? null : sizes.Evaluator.Evaluate(scalar.Default);
            sizes.Scalars[scalar] = value is { } known ? Convert(known, scalar.Type.Kind) : throw ToolException.Failure(ArgumentDiagnostics.MissingScalar, scalar.Name);
        }

        CheckPreconditions(kernel, sizes);
    }

    /// <summary>An extent that nothing says; a sparse tensor would with its shape.</summary>
    public static ToolException MissingExtent(BoundKernel kernel, ExtentSymbol extent)
    {
        var sparse = kernel.Parameters.FirstOrDefault(tensor => tensor.IsSparse && tensor.Axes.Any(axis => axis.Extent is BoundExtent { Symbol: var symbol } && symbol == extent));
        return ToolException.Failure(ArgumentDiagnostics.MissingExtent, extent.Name, sparse is null ? "" : $", such as '{sparse.Name}.shape'");
    }

    /// <summary>Every const has a value that it allows.</summary>
    public static void CheckConsts(BoundKernel kernel, CallSizes sizes)
    {
        foreach (var constant in kernel.Consts)
        {
            if (!sizes.Numbers.TryGetValue(constant, out var value))
            {
                var allowed = constant.Allowed.Length > 0 ? $" It is one of {string.Join(", ", constant.Allowed)}." : "";
                throw ToolException.Failure(ArgumentDiagnostics.MissingConst, constant.Name, allowed);
            }

            if (constant.Allowed.Length > 0 && !constant.Allowed.Contains(value))
            {
                throw ToolException.Failure(ArgumentDiagnostics.NotAllowed, constant.Name, value, string.Join(", ", constant.Allowed));
            }
        }
    }

    public static void CheckPreconditions(BoundKernel kernel, CallSizes sizes)
    {
        foreach (var precondition in kernel.Preconditions)
        {
            if (sizes.Evaluator.Evaluate(precondition.Condition) is { IsTrue: false })
            {
                throw ToolException.Failure(ArgumentDiagnostics.Precondition, kernel.Name, precondition.Text, SizesText(kernel, sizes));
            }
        }
    }

    /// <summary><c>T = f16, B = 2, window = 17</c></summary>
    public static string SizesText(BoundKernel kernel, CallSizes sizes)
    {
        var types = kernel.TypeParameters.Where(type => sizes.Types.ContainsKey(type.Name)).Select(type => $"{type.Name} = {sizes.Types[type.Name].Name()}");
        var numbers = kernel.Extents.Cast<Symbol>().Concat(kernel.Consts).Where(sizes.Numbers.ContainsKey)
            .Select(symbol => string.Create(CultureInfo.InvariantCulture, $"{symbol.Name} = {sizes.Numbers[symbol]}"));
        var scalars = kernel.Scalars.Where(sizes.Scalars.ContainsKey).Select(scalar => $"{scalar.Name} = {sizes.Scalars[scalar]}");
        return string.Join(", ", types.Concat(numbers).Concat(scalars));
    }

    private static void Place(BoundKernel kernel, CallSizes sizes, string name, string text, string source)
    {
        if (kernel.TypeParameters.FirstOrDefault(type => type.Name == name) is { } parameter)
        {
            var element = ElementTypes.TryParse(text, out var parsed) ? parsed : throw ToolException.Usage(ArgumentDiagnostics.BadValue, text, "an element type", name);
            sizes.Types[name] = parameter.Allowed.Contains(element) ? element
                : throw ToolException.Usage(ArgumentDiagnostics.NotAllowed, name, text, string.Join(", ", parameter.Allowed.Select(type => type.Name())));
        }
        else if (kernel.Scalars.FirstOrDefault(scalar => scalar.Name == name) is { } scalar)
        {
            sizes.Scalars[scalar] = ParseScalar(scalar, text);
        }
        else if (FindNumber(kernel, name) is { } symbol)
        {
            sizes.Set(symbol, long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
                : throw ToolException.Usage(ArgumentDiagnostics.BadValue, text, "an integer", name), source);
        }
        else
        {
            var known = kernel.TypeParameters.Cast<Symbol>().Concat(kernel.Consts).Concat(kernel.Extents).Concat(kernel.Scalars).Select(s => s.Name).ToArray();
            throw ToolException.Usage(ArgumentDiagnostics.UnknownSize, kernel.Name, name, Suggestion.For(name, known), NameList.Of(known));
        }
    }

    /// <summary>An extent or const; the name of a ragged axis stands for its packed length.</summary>
    private static Symbol? FindNumber(BoundKernel kernel, string name)
        => kernel.Consts.FirstOrDefault(constant => constant.Name == name)
            ?? (Symbol?)kernel.Extents.FirstOrDefault(extent => extent.Name == name)
            ?? (kernel.Axes.FirstOrDefault(axis => axis.Name == name && axis.Kind == AxisKind.Ragged)?.Extent as BoundExtent)?.Symbol;

    private static UniformValue ParseScalar(ScalarSymbol scalar, string text)
    {
        switch (scalar.Type.Kind)
        {
            case ValueKind.Bool when text is "true" or "1":
                return UniformValue.Of(true);
            case ValueKind.Bool when text is "false" or "0":
                return UniformValue.Of(false);
            case ValueKind.Integer when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer):
                return UniformValue.Of(integer);
            case ValueKind.Float when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number):
                return UniformValue.Of(number);
            default:
                var wanted = scalar.Type.Kind switch { ValueKind.Bool => "true or false", ValueKind.Integer => "an integer", _ => "a number" };
                throw ToolException.Usage(ArgumentDiagnostics.BadValue, text, wanted, scalar.Name);
        }
    }

    private static UniformValue Convert(UniformValue value, ValueKind kind) => kind switch
    {
        ValueKind.Float => UniformValue.Of(value.Number),
        ValueKind.Bool => UniformValue.Of(value.Number != 0),
        _ => UniformValue.Of(value.Kind == ValueKind.Float ? (long)value.Float : value.Integer),
    };
}
