using KernelDsl.Compiler.Navigation;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Tool.Inputs;
using KernelDsl.Tool.Reports;

namespace KernelDsl.Tool.LanguageServer.Features;

/// <summary>Describes a thing with all that the binder knows of it; where it does not bind, as it is written.</summary>
internal sealed class SymbolText(Analysis analysis)
{
    private SourceText Source => analysis.Source;

    public Description Describe(NavigationSymbol symbol)
    {
        if (BuiltInHelp.Find(symbol.Kind, symbol.Name) is { } help && symbol.IsBuiltIn)
        {
            return new Description(help.Form, [help.Text]);
        }

        var kernel = analysis.Compilation.Module.Kernels.FirstOrDefault(k => ReferenceEquals(k.Syntax, symbol.Owner));
        return symbol switch
        {
            { Kind: NavigationKind.Kernel, Declaration: KernelSyntax declared } => Kernel(declared, kernel),
            { Kind: NavigationKind.Function, Declaration: FunctionSyntax function } => new Description(Flat(function.Span), Documentation(function.Documentation)),
            { Kind: NavigationKind.FunctionParameter, Owner: FunctionSyntax function } => new Description(symbol.Name, [$"A parameter of `fn {function.Name.Text}`: stands for the argument as it is written at the call."]),
            { Kind: NavigationKind.Example, Declaration: ExampleSyntax example } => new Description(Flat(example.Span), [$"Named sizes of kernel `{example.Kernel.Text}`, for tests, runs and benchmarks."]),
            { Kind: NavigationKind.Label, Declaration: AxisSyntax axis } => new Description($"{axis.Name.Text}: {symbol.Name}", [$"A label of axis `{axis.Name.Text}`: `{Flat(axis.Extent!.Span)}`."]),
            _ => kernel is null ? Written(symbol) : Bound(symbol, kernel) ?? Written(symbol),
        };
    }

    private Description Kernel(KernelSyntax syntax, BoundKernel? kernel)
    {
        var end = syntax.Statements.IsEmpty ? syntax.Span.End : syntax.Statements[0].Span.Start;
        var header = Source.ToString(TextSpan.FromBounds(syntax.Span.Start, end));
        var brace = header.LastIndexOf('{');
        var conditions = kernel?.Preconditions.Select(p => p.Text).Distinct().ToArray() ?? [];
        var lines = Documentation(syntax.Documentation);
        return new Description((brace > 0 ? header[..brace] : header).Trim(), conditions.Length == 0 ? lines : lines.Add($"A call must meet: {Code(conditions)}."));
    }

    private Description? Bound(NavigationSymbol symbol, BoundKernel kernel)
    {
        var all = kernel.Locals.Concat(kernel.Parameters).Concat(kernel.Outputs).Concat<Symbol>(kernel.Axes).Concat(kernel.Extents.Where(e => !e.IsImplicit))
            .Concat(kernel.Consts).Concat(kernel.TypeParameters).Concat(kernel.Scalars);
        return all.FirstOrDefault(s => s.Span.Equals(symbol.Definition) && s.Name == symbol.Name) switch
        {
            TensorSymbol { Role: TensorRole.Local } local => Let(local, symbol, kernel),
            TensorSymbol tensor => Tensor(tensor, kernel),
            Axis axis => new Description($"{axis.Name}: {KernelExplanation.Describe(axis)}", [.. AxisLines(axis, kernel)]),
            ExtentSymbol extent => new Description(
                extent.Name, [$"A size of `{kernel.Name}`, at least 1, known when it is called.", .. Conditions(extent.Name, kernel)]),
            ConstSymbol constant => new Description(
                Flat(symbol.Declaration!.Span),
                [$"A const of `{kernel.Name}`, known when it is compiled{(constant.Allowed.IsEmpty ? "" : $": {Code(constant.Allowed.Select(value => $"{value}"))}")}.", .. Conditions(constant.Name, kernel)]),
            TypeParameterSymbol type => new Description($"{type.Name}: {Types(type)}", [$"An element type of `{kernel.Name}`, chosen when it is compiled."]),
            ScalarSymbol scalar => new Description(
                $"{scalar.Name}: {scalar.Type}{(scalar.Default is null ? "" : $" = {UniformText.Of(scalar.Default)}")}", [$"A scalar parameter of `{kernel.Name}`.", .. Conditions(scalar.Name, kernel)]),
            _ => null,
        };
    }

    private static Description Tensor(TensorSymbol tensor, BoundKernel kernel)
    {
        var role = tensor.Role == TensorRole.Output ? "An output" : "A parameter";
        var type = tensor.Type.Parameter is { } parameter ? $" `{parameter.Name}` is {Types(parameter)}." : "";
        var isPlain = tensor.Components is [{ Key: var key }] && key == tensor.Name && tensor.PagedAxis is null;
        var stored = tensor.Components.Select(part => $"{part.Key}: {part.Type}[{string.Join(", ", part.Shape.Select(UniformText.Of))}]").ToArray();
        var format = tensor.Like is { } like ? $" like {like.Name}" : tensor.IsSparse ? $" {tensor.Format.ToString().ToLowerInvariant()}" : "";
        return new Description(
            $"{tensor.Name}: {tensor.Type}[{Axes(tensor)}]{format}", [$"{role} of `{kernel.Name}`.{type}", .. isPlain || stored.Length == 0 ? Array.Empty<string>() : [$"Stored as {Code(stored)}."]]);
    }

    private Description Let(TensorSymbol local, NavigationSymbol symbol, BoundKernel kernel)
    {
        var kind = local.Type.Kind switch { ValueKind.Bool => "truth values", ValueKind.Integer => "integers", _ => "floats" };
        if (kernel.DefinitionOf(local) is not { } definition)
        {
            return Written(symbol);
        }

        var lines = new List<string> { $"{char.ToUpperInvariant(kind[0])}{kind[1..]} of kernel `{kernel.Name}`." };
        if (symbol.Declaration is LetSyntax { Value: var value })
        {
            lines.Add($"`{Flat(value.Span)}`");
        }

        if (definition.Where is { } where)
        {
            lines.Add($"Defined where `{Flat(where.Span)}`.");
        }

        lines.AddRange(definition.Variables.Where(v => v.Lower is not null || v.Upper is not null).Select(v => $"`{v.Axis.Name}` runs only inside its {(v.Axis.Ragged is null ? "row" : "group")}."));
        return new Description($"let {local.Name}[{Axes(local)}]", [.. lines]);
    }

    private static IEnumerable<string> AxisLines(Axis axis, BoundKernel kernel)
    {
        yield return axis.Kind switch
        {
            AxisKind.Labels => $"An axis of `{kernel.Name}` with {axis.Labels.Length} named points.",
            AxisKind.Ragged => $"A ragged axis of `{kernel.Name}`: group `{axis.Ragged!.Group.Name}` holds the points from `{axis.Ragged.Start.Name}[{axis.Ragged.Group.Name}]` to before `{axis.Ragged.Start.Name}[{axis.Ragged.Group.Name} + 1]`.",
            AxisKind.Paged => $"A paged axis of `{kernel.Name}`, from 0 to before `{axis.Paging!.Length.Name}`.",
            _ => $"An axis of `{kernel.Name}`, from 0 to before `{UniformText.Of(axis.Extent)}`.",
        };
        var tensors = kernel.Parameters.Concat(kernel.Locals).Concat(kernel.Outputs).Where(tensor => tensor.Axes.Contains(axis)).Select(tensor => tensor.Name).ToArray();
        if (tensors.Length > 0)
        {
            yield return $"On {Code(tensors)}.";
        }
    }

    /// <summary>As the text introduces it, for what did not bind.</summary>
    private Description Written(NavigationSymbol symbol)
    {
        var declaration = symbol.Declaration is null || symbol.Kind == NavigationKind.Extent ? symbol.Name : Flat(symbol.Declaration.Span);
        var role = symbol.Kind switch
        {
            NavigationKind.Tensor => "A tensor parameter",
            NavigationKind.TypeParameter => "A type parameter",
            NavigationKind.Extent => "A size",
            var kind => $"{(kind is NavigationKind.Axis or NavigationKind.Output ? "An" : "A")} {kind.ToString().ToLowerInvariant()}",
        };
        return new Description(declaration, [symbol.Owner is KernelSyntax { Name.IsMissing: false } owner ? $"{role} of `{owner.Name.Text}`." : $"{role}."]);
    }

    private static IEnumerable<string> Conditions(string name, BoundKernel kernel)
    {
        var conditions = kernel.Preconditions.Where(p => ExpressionWalk.All(p.Condition).Any(e => e is BoundExtent x && x.Symbol.Name == name || e is BoundConst c && c.Symbol.Name == name || e is BoundScalar s && s.Symbol.Name == name))
            .Select(p => p.Text).Distinct().ToArray();
        return conditions.Length == 0 ? [] : [$"A call must meet: {Code(conditions)}."];
    }

    private static string Axes(TensorSymbol tensor) => string.Join(", ", tensor.Axes.Select(axis => $"{axis.Name}: {Extent(axis)}"));

    private static string Extent(Axis axis) => axis.Kind switch
    {
        AxisKind.Ragged => $"ragged({axis.Ragged!.Start.Name}[{axis.Ragged.Group.Name}])",
        AxisKind.Paged => $"paged({axis.Paging!.Table.Name}, {axis.Paging.Length.Name}, {UniformText.Of(axis.Paging.PageSize)})",
        AxisKind.Labels => $"{{{string.Join(", ", axis.Labels)}}}",
        _ => UniformText.Of(axis.Extent),
    };

    private static string Types(TypeParameterSymbol type) => string.Join(" | ", type.Allowed.Select(element => element.Name()));

    private static string Code(IEnumerable<string> texts) => string.Join(", ", texts.Select(text => $"`{text}`"));

    private static ImmutableArray<string> Documentation(string text) => text.Length == 0 ? [] : [text];

    private string Flat(TextSpan span)
    {
        var text = string.Join(' ', Source.ToString(span).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length > 200 ? text[..197] + "…" : text;
    }
}
