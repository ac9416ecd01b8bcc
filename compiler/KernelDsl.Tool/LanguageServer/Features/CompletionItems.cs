using Antlr4.Runtime;
using KernelDsl.Compiler.Navigation;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Syntax.Grammar;

namespace KernelDsl.Tool.LanguageServer.Features;

/// <summary>What may be written at a place, by what stands before it.</summary>
internal sealed class CompletionItems(Analysis analysis, CompletionContext context)
{
    private readonly KernelNames? _names = context.Item is KernelSyntax kernel ? analysis.Index.NamesOf(kernel) : null;

    public IEnumerable<Suggested> All() => context.Place switch
    {
        CompletionPlace.File => FileItems(),
        CompletionPlace.Signature => Signature(),
        CompletionPlace.Body => Body(),
        CompletionPlace.Function => context.Tokens.Any(token => token.Type == KdslLexer.EQUALS) ? Expression([.. analysis.Index.Kernels.Select(k => analysis.Index.NamesOf(k.Owner!)!)]) : [],
        CompletionPlace.Example => Example(),
        CompletionPlace.Schedule => Schedule(),
        _ => Gradient(),
    };

    private static IEnumerable<Suggested> FileItems()
    {
        yield return new("kernel", Suggested.Snippet, "a kernel", "/// ${1:What it computes.}\nkernel ${2:name}<T: f16 | bf16 | f32>(${3:x: T[i: N]}) -> ${4:y: T[i]} {\n    $0\n}\n");
        yield return new("fn", Suggested.Snippet, "a function", "fn ${1:name}(${2:x}) = $0;");
        yield return new("example", Suggested.Snippet, "named sizes", "example ${1:kernel} ${2:name} { $0 }");
        yield return new("schedule", Suggested.Snippet, "choices for the scheduler", "schedule ${1:kernel} on ${2:cuda} { $0 }");
        foreach (var word in new[] { "deterministic", "gradient", "module" })
        {
            yield return Suggested.Word(word);
        }
    }

    private IEnumerable<Suggested> Signature()
    {
        if (context.Last is KdslLexer.DETERMINISTIC)
        {
            return [Suggested.Word("kernel")];
        }

        if (context.Innermost is { Type: KdslLexer.LESS })
        {
            return context.Last is KdslLexer.COLON or KdslLexer.PIPE && !IsConst() ? ElementTypes()
                : context.Last is KdslLexer.LESS or KdslLexer.COMMA ? [Suggested.Word("const")] : [];
        }

        if (context.Innermost is { Type: KdslLexer.OPEN_BRACKET })
        {
            return context.Last is KdslLexer.OPEN_BRACKET or KdslLexer.COMMA ? Named(NavigationKind.Axis)
                : context.Last is KdslLexer.IDENTIFIER ? [] : [.. Sizes(), .. BuiltInNames.AxisForms.Select(form => new Suggested(form, Suggested.Keyword, "axis", form + "($1)$0"))];
        }

        if (context.Open.Any(open => open.Before is { } before && (BuiltInNames.AxisForms.Contains(before.Text) || BuiltInNames.Formats.Contains(before.Text))) || IsCondition())
        {
            return [.. Sizes(), .. IsCondition() ? Named(NavigationKind.Scalar) : [], .. MinAndMax()];
        }

        return context.Last switch
        {
            KdslLexer.COLON => [.. ElementTypes(), .. Named(NavigationKind.TypeParameter)],
            KdslLexer.CLOSE_BRACKET when IsAfterArrow() => [Suggested.Word("where"), Suggested.BuiltIn(NavigationKind.Format, "like")],
            KdslLexer.CLOSE_BRACKET => [.. BuiltInNames.Formats.Where(format => format != "like").Select(format => Suggested.BuiltIn(NavigationKind.Format, format))],
            KdslLexer.IDENTIFIER when context.Tokens[^1].Text == "like" => Named(NavigationKind.Tensor),
            KdslLexer.IDENTIFIER when IsAfterArrow() => [Suggested.Word("where")],
            KdslLexer.EQUALS => [.. Sizes(), .. Constants()],
            _ => [],
        };
    }

    private IEnumerable<Suggested> Body()
    {
        if (context.Innermost is { Type: KdslLexer.OPEN_BRACE } && context.Last is KdslLexer.OPEN_BRACE or KdslLexer.CLOSE_BRACE or KdslLexer.SEMICOLON)
        {
            return [new("let", Suggested.Snippet, "a value of the kernel's own", "let ${1:name}[${2:i}] = $0;"), Suggested.Word("let"), .. Named(NavigationKind.Output)];
        }

        if (context.Last is KdslLexer.LET || IsLetTarget())
        {
            return context.Innermost is { Type: KdslLexer.OPEN_BRACKET } ? context.Last is KdslLexer.COLON ? Sizes() : Named(NavigationKind.Axis) : [];
        }

        if (context.Innermost is { Type: KdslLexer.OPEN_BRACKET, Before: { } name })
        {
            var isReduction = BuiltInNames.Reductions.Contains(name.Text);
            if (context.Last is KdslLexer.OPEN_BRACKET or KdslLexer.COMMA)
            {
                return isReduction ? [.. Named(NavigationKind.Axis), .. name.Text == "topk" && context.Last is KdslLexer.COMMA ? Sizes() : []] : [.. AxesOf(name.Text), .. Labels(name.Text), .. Expression()];
            }

            if (context.Last is KdslLexer.COLON && context.Tokens.Length > 1)
            {
                return [.. _names?.LabelsOf(context.Tokens[^2].Text).Select(Suggested.Named) ?? [], .. Expression()];
            }
        }

        return context.Last is KdslLexer.AS ? [.. ElementTypes(), .. Named(NavigationKind.TypeParameter)] : Expression();
    }

    /// <summary>Where an operand ends, only words can follow; elsewhere an operand is wanted.</summary>
    private IEnumerable<Suggested> Expression(params KernelNames[] scopes)
    {
        if (context.Last is KdslLexer.IDENTIFIER or KdslLexer.CLOSE_PAREN or KdslLexer.CLOSE_BRACKET or KdslLexer.INTEGER or KdslLexer.HEX_INTEGER or KdslLexer.FLOAT or KdslLexer.TRUE or KdslLexer.FALSE)
        {
            var isIf = context.Tokens.Reverse().TakeWhile(token => token.Type is not (KdslLexer.SEMICOLON or KdslLexer.THEN)).Any(token => token.Type == KdslLexer.IF);
            return [Suggested.Word("else"), Suggested.Word("as"), .. isIf ? [Suggested.Word("then")] : Array.Empty<Suggested>(), .. context.Open.Length <= 1 ? [Suggested.Word("where")] : Array.Empty<Suggested>()];
        }

        KernelNames[] kernels = _names is null ? scopes : [_names];
        var parameters = context.Item is FunctionSyntax function ? function.Parameters.Where(p => !p.IsMissing).Select(p => new Suggested(p.Text, Suggested.Variable, "parameter")) : [];
        return
        [
            .. parameters,
            .. kernels.SelectMany(names => names.All).Where(symbol => symbol.Kind != NavigationKind.TypeParameter).Select(Suggested.Named),
            .. analysis.Index.Functions.Select(Suggested.Named),
            .. BuiltInNames.Reductions.Select(name => Suggested.BuiltIn(NavigationKind.Reduction, name)),
            .. BuiltInNames.Functions.Select(name => Suggested.BuiltIn(NavigationKind.BuiltInFunction, name)),
            .. Constants(),
            Suggested.Word("if"),
        ];
    }

    private IEnumerable<Suggested> Example()
    {
        if (context.Innermost is null)
        {
            return context.Last is KdslLexer.EXAMPLE ? analysis.Index.Kernels.Select(Suggested.Named) : [];
        }

        if (NamesOf(context.Tokens.ElementAtOrDefault(1)) is not { } names)
        {
            return [];
        }

        if (context.Last is KdslLexer.EQUALS)
        {
            var target = names.Find(context.Tokens[^2].Text);
            return target?.Declaration is TypeParameterSyntax type ? type.Allowed.Where(t => !t.IsMissing).Select(t => Suggested.BuiltIn(NavigationKind.ElementType, t.Text)) : Constants();
        }

        var given = context.SinceOpen.Where(token => token.Type == KdslLexer.IDENTIFIER).Select(token => token.Text).ToHashSet();
        return context.Last is KdslLexer.OPEN_BRACE or KdslLexer.COMMA
            ? names.All.Where(s => s.Kind is NavigationKind.TypeParameter or NavigationKind.Const or NavigationKind.Extent or NavigationKind.Scalar && !given.Contains(s.Name)).Select(s => Suggested.Named(s) with { Insert = $"{s.Name} = $0" })
            : [];
    }

    private IEnumerable<Suggested> Schedule() => context switch
    {
        { Last: KdslLexer.SCHEDULE } => analysis.Index.Kernels.Select(Suggested.Named),
        { Last: KdslLexer.ON } => BuiltInNames.Targets.Select(Suggested.Word),
        { Last: KdslLexer.OPEN_PAREN } => BuiltInNames.Architectures.Select(Suggested.Word),
        { Last: KdslLexer.OPEN_BRACE or KdslLexer.SEMICOLON } => BuiltInNames.Directives.Select(Suggested.Word),
        { Last: KdslLexer.IDENTIFIER or KdslLexer.COMMA, Innermost: not null } => NamesOf(context.Tokens.ElementAtOrDefault(1))?.All.Where(s => s.Kind == NavigationKind.Axis).Select(Suggested.Named) ?? [],
        { Last: KdslLexer.IDENTIFIER, Tokens.Length: 2 } => [Suggested.Word("on")],
        _ => [],
    };

    private IEnumerable<Suggested> Gradient() => context.Last switch
    {
        KdslLexer.GRADIENT => analysis.Index.Kernels.Select(Suggested.Named),
        KdslLexer.IDENTIFIER when context.Tokens.Length == 2 && context.Tokens[0].Type == KdslLexer.GRADIENT => [Suggested.Word("wrt")],
        KdslLexer.WRT or KdslLexer.COMMA => NamesOf(context.Tokens.ElementAtOrDefault(1))?.All.Where(s => s.Kind is NavigationKind.Tensor or NavigationKind.Scalar).Select(Suggested.Named) ?? [],
        _ => [],
    };

    private KernelNames? NamesOf(IToken? kernel) => analysis.Index.Kernels.FirstOrDefault(k => k.Name == kernel?.Text) is { } symbol ? analysis.Index.NamesOf(symbol.Owner!) : null;

    private bool IsConst() => context.Tokens.Reverse().TakeWhile(token => token.Type is not (KdslLexer.COMMA or KdslLexer.LESS)).Any(token => token.Type == KdslLexer.CONST);

    private bool IsAfterArrow() => context.Tokens.Any(token => token.Type == KdslLexer.ARROW);

    private bool IsCondition() => context.Tokens.Any(token => token.Type == KdslLexer.WHERE);

    private bool IsLetTarget() => context.Tokens.Reverse().TakeWhile(token => token.Type is not (KdslLexer.EQUALS or KdslLexer.SEMICOLON or KdslLexer.OPEN_BRACE)).Any(token => token.Type == KdslLexer.LET);

    private IEnumerable<Suggested> Named(NavigationKind kind) => _names?.All.Where(symbol => symbol.Kind == kind).Select(Suggested.Named) ?? [];

    private IEnumerable<Suggested> Sizes() => [.. Named(NavigationKind.Extent), .. Named(NavigationKind.Const)];

    private IEnumerable<Suggested> AxesOf(string tensor) => (_names?.AxesOf(tensor) ?? []).Select(axis => new Suggested(axis + ":", Suggested.Property, $"axis of {tensor}", axis + ": $0"));

    private IEnumerable<Suggested> Labels(string tensor) => (_names?.AxesOf(tensor) ?? []).SelectMany(axis => _names!.LabelsOf(axis)).Select(Suggested.Named);

    private static IEnumerable<Suggested> ElementTypes() => BuiltInNames.ElementTypes.Select(name => Suggested.BuiltIn(NavigationKind.ElementType, name));

    private static IEnumerable<Suggested> Constants() => [.. BuiltInNames.Constants.Select(name => Suggested.BuiltIn(NavigationKind.Constant, name)), Suggested.Word("true"), Suggested.Word("false")];

    private static IEnumerable<Suggested> MinAndMax() => [Suggested.BuiltIn(NavigationKind.BuiltInFunction, "min"), Suggested.BuiltIn(NavigationKind.BuiltInFunction, "max")];
}
