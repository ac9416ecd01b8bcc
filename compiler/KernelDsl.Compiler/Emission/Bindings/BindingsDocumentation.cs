using System.Text;
using System.Text.RegularExpressions;
using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Emission.Bindings;

/// <summary>The words of XML documentation.</summary>
internal sealed class BindingsDocumentation(BoundKernel kernel, SourceText source)
{
    /// <summary>What the lines before the kernel say.</summary>
    public IEnumerable<string> Summary
        => kernel.Documentation.Trim().Length == 0 ? [$"The kernel <c>{Escape(kernel.Name)}</c>."] : kernel.Documentation.Trim().Split('\n').Select(Escape);

    /// <summary>What a call must meet, as the spec has it.</summary>
    public IEnumerable<string> Conditions => kernel.Preconditions.Select(precondition => $"<c>{Escape(precondition.Text)}</c>").Distinct();

    public string Of(TypeParameterSymbol type) => $"The element type <c>{Escape(type.Name)}</c>: {Choice(type.Allowed.Select(t => t.Name()))}.";

    private string Of(ConstSymbol constant, bool isOptional)
    {
        var allowed = constant.Allowed.IsEmpty ? "at least 0" : Choice(constant.Allowed.Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var otherwise = constant.Default is { } value ? $", else {value}" : string.Empty;
        return $"The const <c>{Escape(constant.Name)}</c>: {allowed}.{(isOptional ? $" Null for what the shapes of a call say{otherwise}." : string.Empty)}";
    }

    public string Of(CallParameter parameter) => parameter.Symbol switch
    {
        ConstSymbol constant => Of(constant, parameter.IsOptional),
        ExtentSymbol extent => $"The size <c>{Escape(extent.Name)}</c>, which no shape says.",
        ScalarSymbol scalar => $"The scalar <c>{Escape(scalar.Name)}</c>, {Escape(scalar.Type.ToString())}"
            + (parameter.IsOptional ? $"; null for <c>{Escape(Text(scalar.Default!.Span))}</c>." : "."),
        TensorSymbol tensor => Of(tensor, parameter),
        _ => throw new NotSupportedException(parameter.Symbol.GetType().Name),
    };

    private string Of(TensorSymbol tensor, CallParameter parameter)
    {
        var role = tensor.Role == TensorRole.Output ? "Output" : "Input";
        var shape = string.Join(", ", tensor.Axes.Select(AxisText));
        var format = tensor.Like is { } like ? $", the values at the points that <c>{Escape(like.Name)}</c> stores"
            : tensor.IsSparse ? $", {tensor.Format.ToString().ToLowerInvariant()}" : string.Empty;
        var brought = parameter.Brought.IsEmpty ? string.Empty : $"; with {string.Join(" and ", parameter.Brought.Select(t => $"<c>{Escape(t.Name)}</c>"))}";
        return $"{role} <c>{Escape(tensor.Name)}</c> of {Escape(tensor.Type.ToString())} [{shape}]{format}{brought}.";
    }

    private string AxisText(Axis axis) => Escape(axis.Kind switch
    {
        AxisKind.Labels => $"{axis.Name}: {{{string.Join(", ", axis.Labels)}}}",
        AxisKind.Ragged => $"{axis.Name}: ragged by {axis.Ragged!.Group.Name}",
        AxisKind.Paged => $"{axis.Name}: paged by {string.Join(", ", axis.Paging!.RowAxes.Select(row => row.Name))}",
        _ => $"{axis.Name}: {Text(axis.Extent.Span)}",
    });

    private string Text(TextSpan span) => source.ToString(span);

    private static string Choice(IEnumerable<string> items)
    {
        var all = items.ToArray();
        return all.Length == 1 ? all[0] : string.Join(", ", all.Take(all.Length - 1)) + " or " + all[all.Length - 1];
    }

    /// <summary>One line of text that is valid in XML; a comment ends at any line break that C# knows.</summary>
    public static string Escape(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in Regex.Replace(text, @"\s+", " "))
        {
            _ = c switch
            {
                '&' => result.Append("&amp;"),
                '<' => result.Append("&lt;"),
                '>' => result.Append("&gt;"),
                < ' ' or (>= '\u007f' and <= '\u009f') or '\u2028' or '\u2029' or '\ufffe' or '\uffff' => result.Append(' '),
                _ => result.Append(c),
            };
        }

        return result.ToString();
    }
}
