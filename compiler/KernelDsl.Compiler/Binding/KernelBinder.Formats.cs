using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding;

/// <summary>Storage formats.</summary>
internal sealed partial class KernelBinder
{
    private static readonly ImmutableDictionary<string, (TensorFormat Format, int Arguments)> s_formats = new Dictionary<string, (TensorFormat, int)>
    {
        ["csr"] = (TensorFormat.Csr, 0),
        ["csc"] = (TensorFormat.Csc, 0),
        ["coo"] = (TensorFormat.Coo, 0),
        ["ell"] = (TensorFormat.Ell, 1),
        ["bsr"] = (TensorFormat.Bsr, 2),
        ["nm"] = (TensorFormat.StructuredNm, 2),
    }.ToImmutableDictionary();

    internal static IEnumerable<string> FormatNames => s_formats.Keys;

    private void BindFormat(ParameterSyntax syntax)
    {
        if (syntax.Type.Format is not { } format || !syntax.Type.HasAxes || !_symbols.TryGetValue(syntax.Name.Text, out var symbol)
            || symbol is not TensorSymbol tensor || !tensor.Span.Equals(syntax.Name.Span) || format.Name.IsMissing)
        {
            return;
        }

        if (format.Like is { } like)
        {
            BindLike(tensor, like);
            return;
        }

        if (!s_formats.TryGetValue(format.Name.Text, out var known))
        {
            _diagnostics.Report(BindingDiagnostics.UnknownFormat, format.Name.Span, format.Name.Text, Suggestion.For(format.Name.Text, s_formats.Keys.Append("like")));
            return;
        }

        if (tensor.Role == TensorRole.Output)
        {
            _diagnostics.Report(BindingDiagnostics.LikeMismatch, format.Span, $"Which points of output '{tensor.Name}' are stored must come from a parameter; write 'like a' with a sparse parameter a.");
            return;
        }

        if (tensor.Axes.Length != 2 || tensor.Axes.Any(axis => axis.Kind is AxisKind.Ragged or AxisKind.Paged))
        {
            _diagnostics.Report(BindingDiagnostics.FormatShape, format.Span, $"Format {format.Name.Text} takes two plain axes, and '{tensor.Name}' has [{AxisNames(tensor)}].");
            return;
        }

        if (format.Arguments.Length != known.Arguments)
        {
            var form = known.Arguments switch { 0 => "no sizes", 1 => "one size, as in 'ell(8)'", _ => $"two sizes, as in '{(format.Name.Text == "nm" ? "nm(2, 4)" : "bsr(16, 16)")}'" };
            _diagnostics.Report(BindingDiagnostics.FormatShape, format.Span, $"Format {format.Name.Text} takes {form}.");
            return;
        }

        var sizes = format.Arguments.Select(argument => BindExtent(argument, mayIntroduceExtents: false)).ToImmutableArray();
        if (sizes.Any(size => size is BoundInvalid))
        {
            return;
        }

        if (sizes.OfType<BoundInteger>().FirstOrDefault(size => size.Value < 1) is { } bad)
        {
            _diagnostics.Report(BindingDiagnostics.FormatShape, bad.Span, $"The sizes of format {format.Name.Text} are at least 1.");
            return;
        }

        if (known.Format == TensorFormat.StructuredNm && sizes[0] is BoundInteger { Value: var stored } && sizes[1] is BoundInteger { Value: var group } && stored > group)
        {
            _diagnostics.Report(BindingDiagnostics.FormatShape, format.Span, $"Format nm({stored}, {group}) would store {stored} of each {group} values.");
            return;
        }

        tensor.Format = known.Format;
        tensor.FormatArguments = sizes;
        AddDivisibility(tensor);
    }

    /// <summary>Blocks and groups must fill their axes.</summary>
    private void AddDivisibility(TensorSymbol tensor)
    {
        void Divides(BoundExpression extent, BoundExpression size)
        {
            var remainder = Bound.Arithmetic(BinaryOperator.Remainder, extent, size);
            var condition = Bound.Compare(BinaryOperator.Equal, remainder, Bound.Integer(0), tensor.Span);
            _preconditions.Add(new Precondition(condition, $"{SourceOf(extent.Span)} % {SourceOf(size.Span)} == 0 (format of '{tensor.Name}')", tensor.Span));
        }

        if (tensor.Format == TensorFormat.Bsr)
        {
            Divides(tensor.Axes[0].Extent, tensor.FormatArguments[0]);
            Divides(tensor.Axes[1].Extent, tensor.FormatArguments[1]);
        }
        else if (tensor.Format == TensorFormat.StructuredNm)
        {
            Divides(tensor.Axes[1].Extent, tensor.FormatArguments[1]);
        }
    }

    private void BindLike(TensorSymbol tensor, NameSyntax like)
    {
        if (like.IsMissing)
        {
            return;
        }

        if (tensor.Role != TensorRole.Output)
        {
            _diagnostics.Report(BindingDiagnostics.LikeMismatch, like.Span, $"'like' belongs to an output, and '{tensor.Name}' is a parameter.");
        }
        else if (!_symbols.TryGetValue(like.Text, out var symbol) || symbol is not TensorSymbol { Role: TensorRole.Parameter } pattern)
        {
            _diagnostics.Report(BindingDiagnostics.UnknownName, like.Span, like.Text, SuggestFor(like.Text, s => s is TensorSymbol { Role: TensorRole.Parameter }));
        }
        else if (!pattern.IsSparse)
        {
            _diagnostics.Report(BindingDiagnostics.LikeMismatch, like.Span, $"'{like.Text}' is dense; 'like' names a sparse parameter.");
        }
        else if (!pattern.Axes.SequenceEqual(tensor.Axes))
        {
            _diagnostics.Report(BindingDiagnostics.LikeMismatch, like.Span, $"'{tensor.Name}' has the axes [{AxisNames(tensor)}], and '{pattern.Name}' has [{AxisNames(pattern)}].");
        }
        else
        {
            tensor.Like = pattern;
            tensor.Format = pattern.Format;
            tensor.FormatArguments = pattern.FormatArguments;
        }
    }
}
