using System.Text.Json.Nodes;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.LanguageServer.Features;

/// <summary>The outline of a text.</summary>
internal static class DocumentSymbolFeature
{
    // The protocol's SymbolKind.
    private const int Field = 8;
    private const int Function = 12;
    private const int Variable = 13;
    private const int Constant = 14;
    private const int Object = 19;
    private const int Event = 24;
    private const int Operator = 25;
    private const int TypeParameter = 26;

    public static JsonArray Answer(OpenDocument document, ClientAbilities abilities)
    {
        var symbols = document.Analysis.Compilation.Syntax.Items.Select(Describe).OfType<Entry>();
        return abilities.HasSymbolTrees
            ? symbols.Select(entry => Tree(document.Source, entry)).ToJson()
            : symbols.SelectMany(entry => entry.Children.Prepend(entry)).Select(entry => Flat(document, entry)).ToJson();
    }

    private sealed record Entry(string Name, int Kind, string Detail, TextSpan Span, TextSpan Selection, IReadOnlyList<Entry> Children);

    private static Entry? Describe(ItemSyntax item) => item switch
    {
        KernelSyntax { Name.IsMissing: false } kernel => new Entry(kernel.Name.Text, Function, kernel.IsDeterministic ? "deterministic kernel" : "kernel", kernel.Span, kernel.Name.Span, [.. Members(kernel)]),
        FunctionSyntax { Name.IsMissing: false } function => Leaf(function.Name, Operator, "fn", function.Span),
        ExampleSyntax { Name.IsMissing: false } example => Leaf(example.Name, Object, $"example {example.Kernel.Text}", example.Span),
        ScheduleSyntax { Kernel.IsMissing: false } schedule => Leaf(schedule.Kernel, Event, $"schedule {schedule.Target?.Text}".TrimEnd(), schedule.Span),
        GradientSyntax { Kernel.IsMissing: false } gradient => Leaf(gradient.Kernel, Event, "gradient", gradient.Span),
        _ => null,
    };

    private static IEnumerable<Entry> Members(KernelSyntax kernel)
        => kernel.GenericParameters.Where(p => !p.Name.IsMissing).Select(p => Leaf(p.Name, p is ConstParameterSyntax ? Constant : TypeParameter, p is ConstParameterSyntax ? "const" : "type", p.Span))
            .Concat(kernel.Parameters.Where(p => !p.Name.IsMissing).Select(p => Leaf(p.Name, Variable, p.Type.HasAxes ? "tensor" : "scalar", p.Span)))
            .Concat(kernel.Outputs.Where(p => !p.Name.IsMissing).Select(p => Leaf(p.Name, Field, "output", p.Span)))
            .Concat(kernel.Statements.OfType<LetSyntax>().SelectMany(let => let.Targets.Where(target => !target.IsMissing).Select(target => Leaf(target, Variable, "let", let.Span))));

    private static Entry Leaf(NameSyntax name, int kind, string detail, TextSpan span) => new(name.Text, kind, detail, span, name.Span, []);

    private static JsonObject Tree(SourceText source, Entry entry) => new()
    {
        ["name"] = entry.Name,
        ["detail"] = entry.Detail,
        ["kind"] = entry.Kind,

        // The protocol wants the name inside the whole.
        ["range"] = Positions.WriteRange(source, entry.Span.Union(entry.Selection)),
        ["selectionRange"] = Positions.WriteRange(source, entry.Selection),
        ["children"] = entry.Children.Select(child => Tree(source, child)).ToJson(),
    };

    private static JsonObject Flat(OpenDocument document, Entry entry) => new()
    {
        ["name"] = entry.Name,
        ["kind"] = entry.Kind,
        ["location"] = Positions.Location(document.Uri, document.Source, entry.Span),
    };
}
