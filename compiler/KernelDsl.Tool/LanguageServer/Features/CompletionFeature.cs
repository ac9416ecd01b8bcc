using System.Text.Json.Nodes;
using KernelDsl.Compiler.Navigation;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.LanguageServer.Features;

/// <summary>One thing that may be written here.</summary>
/// <param name="Kind">The protocol's CompletionItemKind.</param>
/// <param name="Insert">What is inserted, a snippet with <c>$1</c>; null for the label itself.</param>
internal sealed record Suggested(string Label, int Kind, string Detail, string? Insert = null)
{
    public const int Function = 3;
    public const int Field = 5;
    public const int Variable = 6;
    public const int Class = 7;
    public const int Property = 10;
    public const int Keyword = 14;
    public const int Snippet = 15;
    public const int EnumMember = 20;
    public const int Constant = 21;
    public const int TypeParameter = 25;

    public static Suggested Word(string keyword) => new(keyword, Keyword, "keyword");

    public static Suggested BuiltIn(NavigationKind kind, string name) => BuiltInHelp.Find(kind, name) is not { } help
        ? new(name, Constant, "")
        : kind switch
        {
            NavigationKind.BuiltInFunction => new(name, Function, help.Text, $"{name}($1)$0"),
            NavigationKind.Reduction => new(name + "[]", Function, help.Text, $"{name}[$1]($2)$0"),
            NavigationKind.ElementType => new(name, Class, help.Text),
            NavigationKind.Format when help.Form.Contains('(') => new(name, Keyword, help.Text, $"{name}($1)$0"),
            NavigationKind.Format => new(name, Keyword, help.Text),
            _ => new(name, Constant, help.Text),
        };

    public static Suggested Named(NavigationSymbol symbol) => symbol.Kind switch
    {
        NavigationKind.Function => new(symbol.Name, Function, "fn", $"{symbol.Name}($1)$0"),
        NavigationKind.Kernel => new(symbol.Name, Class, "kernel"),
        NavigationKind.TypeParameter => new(symbol.Name, TypeParameter, "type parameter"),
        NavigationKind.Label => new(symbol.Name, EnumMember, "label"),
        NavigationKind.Axis => new(symbol.Name, Property, "axis"),
        NavigationKind.Const or NavigationKind.Extent => new(symbol.Name, Constant, symbol.Kind == NavigationKind.Const ? "const" : "size"),
        NavigationKind.Output => new(symbol.Name, Field, "output"),
        NavigationKind.Let => new(symbol.Name, Variable, "let"),
        NavigationKind.Scalar => new(symbol.Name, Variable, "scalar"),
        _ => new(symbol.Name, Variable, symbol.Kind == NavigationKind.Tensor ? "tensor" : "parameter"),
    };
}

/// <summary>What may be written at a place.</summary>
internal static class CompletionFeature
{
    private const int Snippet = 2;

    public static JsonObject Answer(Place place, ClientAbilities abilities)
    {
        var context = CompletionContext.At(place);
        var items = (context is null ? [] : new CompletionItems(place.Analysis, context).All()).DistinctBy(item => item.Label);
        return new JsonObject
        {
            ["isIncomplete"] = false,
            ["items"] = items.Where(item => item.Kind != Suggested.Snippet || abilities.HasSnippets).Select(item => Write(place.Source, context!, item, abilities.HasSnippets)).ToJson(),
        };
    }

    private static JsonObject Write(SourceText source, CompletionContext context, Suggested item, bool hasSnippets)
    {
        var isSnippet = hasSnippets && item.Insert is not null;
        var plain = item.Label.TrimEnd('[', ']');
        var written = new JsonObject
        {
            ["label"] = item.Label,
            ["kind"] = item.Kind,
            ["detail"] = item.Detail,
            ["filterText"] = plain,
            ["textEdit"] = new JsonObject { ["range"] = Positions.WriteRange(source, context.Word), ["newText"] = isSnippet && !context.IsBeforeBracket ? item.Insert : plain },
        };
        if (isSnippet && !context.IsBeforeBracket)
        {
            written["insertTextFormat"] = Snippet;
        }

        return written;
    }
}
