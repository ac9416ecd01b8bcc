using System.Text.Json.Nodes;
using KernelDsl.Compiler.Navigation;

namespace KernelDsl.Tool.LanguageServer.Features;

/// <summary>Colours by meaning, which the grammar of an editor cannot know: axes, sizes, labels and tensors look different.</summary>
internal static class SemanticTokensFeature
{
    private static readonly string[] s_types = ["function", "typeParameter", "parameter", "variable", "property", "enumMember", "type", "macro", "keyword", "class"];
    private static readonly string[] s_modifiers = ["declaration", "readonly", "defaultLibrary"];

    public static JsonObject Legend() => new()
    {
        ["tokenTypes"] = new JsonArray([.. s_types.Select(type => (JsonNode)type)]),
        ["tokenModifiers"] = new JsonArray([.. s_modifiers.Select(modifier => (JsonNode)modifier)]),
    };

    /// <summary>Five numbers for each name: lines after the one before, characters after it (in a new line from its start), length, type, modifiers.</summary>
    public static JsonObject Answer(OpenDocument document)
    {
        var data = new JsonArray();
        var (line, column) = (0, 0);
        foreach (var occurrence in document.Analysis.Index.Occurrences)
        {
            var position = document.Source.PositionOf(occurrence.Span.Start);
            var (nextLine, nextColumn) = (position.Line - 1, position.Column - 1);
            var symbol = occurrence.Symbols[0];
            data.Add(nextLine - line);
            data.Add(nextLine == line ? nextColumn - column : nextColumn);
            data.Add(occurrence.Span.Length);
            data.Add(Array.IndexOf(s_types, TypeOf(symbol.Kind)));
            data.Add((occurrence.IsDefinition ? 1 : 0) | (IsReadOnly(symbol.Kind) ? 2 : 0) | (symbol.IsBuiltIn ? 4 : 0));
            (line, column) = (nextLine, nextColumn);
        }

        return new JsonObject { ["data"] = data };
    }

    private static bool IsReadOnly(NavigationKind kind) => kind is NavigationKind.Const or NavigationKind.Extent or NavigationKind.Constant;

    private static string TypeOf(NavigationKind kind) => kind switch
    {
        NavigationKind.Kernel => "class",
        NavigationKind.Function or NavigationKind.BuiltInFunction => "function",
        NavigationKind.Reduction => "macro",
        NavigationKind.TypeParameter => "typeParameter",
        NavigationKind.ElementType => "type",
        NavigationKind.Format => "keyword",
        NavigationKind.Axis => "property",
        NavigationKind.Label => "enumMember",
        NavigationKind.Tensor or NavigationKind.Scalar or NavigationKind.FunctionParameter or NavigationKind.Output => "parameter",
        _ => "variable",
    };
}
