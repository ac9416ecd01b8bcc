using System.Text;
using System.Text.Json.Nodes;
using KernelDsl.Compiler.Navigation;
using KernelDsl.Compiler.Syntax.Lexing;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.LanguageServer.Features;

/// <summary>
/// Renames a thing at all its places. The renamed text is compiled and indexed again: where another name would then mean something else, or an error would
/// appear, the rename is refused, so that no rule of the language about names needs to be told twice.
/// </summary>
internal static class RenameFeature
{
    public static JsonNode? Prepare(Place place)
    {
        if (Find(place) is not { } found)
        {
            return null;
        }

        CheckSymbol(found);
        return new JsonObject { ["range"] = Positions.WriteRange(place.Source, found.Span), ["placeholder"] = place.Source.ToString(found.Span) };
    }

    public static JsonNode? Answer(Place place, string newName, ClientAbilities abilities)
    {
        var edits = Rename(place, newName).Select(span => new JsonObject { ["range"] = Positions.WriteRange(place.Source, span), ["newText"] = newName }).ToJson();
        if (!abilities.HasVersionedEdits)
        {
            return new JsonObject { ["changes"] = new JsonObject { [place.Document.Uri] = edits } };
        }

        var document = new JsonObject { ["uri"] = place.Document.Uri, ["version"] = place.Document.Version };
        return new JsonObject { ["documentChanges"] = new JsonArray(new JsonObject { ["textDocument"] = document, ["edits"] = edits }) };
    }

    /// <summary>The places that get the new name.</summary>
    /// <exception cref="RpcException">There is nothing to rename, or the new name cannot be.</exception>
    public static IReadOnlyList<TextSpan> Rename(Place place, string newName)
    {
        var found = Find(place) ?? throw Refused("There is no name here.");
        CheckSymbol(found);
        CheckName(newName);
        var spans = place.Analysis.Index.ReferencesOf(found.Symbols[0]).Select(o => o.Span).ToArray();
        var renamed = Analysis.Of(new SourceText(place.Source.Path, Replace(place.Source.Text, spans, newName)));
        if (!IsSame(place.Analysis.Index, renamed.Index))
        {
            throw Refused($"'{newName}' is taken: another name would change its meaning.");
        }

        if (Errors(renamed) > Errors(place.Analysis))
        {
            throw Refused(renamed.Compilation.Diagnostics.First(d => d.Severity == DiagnosticSeverity.Error).Message);
        }

        return spans;
    }

    private static Occurrence? Find(Place place) => place.Analysis.Index.At(place.Offset);

    private static void CheckSymbol(Occurrence found)
    {
        if (found.Symbols.FirstOrDefault(symbol => symbol.IsBuiltIn) is { } builtIn)
        {
            throw Refused($"'{builtIn.Name}' belongs to the language and cannot be renamed.");
        }

        if (found.Symbols.Length > 1)
        {
            throw Refused($"'{found.Symbols[0].Name}' stands for names of several kernels here, because a function takes it from its callers.");
        }
    }

    private static void CheckName(string name)
    {
        var tokens = Tokenizer.Read(new SourceText("", name), new Compiler.Syntax.Parsing.SyntaxErrors(new DiagnosticBag(new SourceText("", name))));
        if (Keywords.All.Contains(name))
        {
            throw Refused($"'{name}' is a keyword.");
        }

        // Two spellings of the lexer's stand-ins would be one token each; the text must be all of it.
        if (tokens.All.Count != 1 || tokens.Count != 1 || tokens[0].Text != name || !(char.IsLetter(name[0]) || name[0] == '_'))
        {
            throw Refused($"'{name}' is not a name: letters, digits and '_', not starting with a digit.");
        }
    }

    private static string Replace(string text, TextSpan[] spans, string newName)
    {
        var result = new StringBuilder();
        var at = 0;
        foreach (var span in spans)
        {
            result.Append(text, at, span.Start - at).Append(newName);
            at = span.End;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Whether each name stands for the same things as before: those that are introduced at the same names, counted from the start.</summary>
    private static bool IsSame(SymbolIndex before, SymbolIndex after) => Shape(before).SequenceEqual(Shape(after), StringComparer.Ordinal);

    private static IEnumerable<string> Shape(SymbolIndex index)
    {
        var places = index.Occurrences.Select((occurrence, i) => (occurrence.Span, Place: i)).GroupBy(o => o.Span).ToDictionary(o => o.Key, o => o.First().Place);
        return index.Occurrences.Select(o => string.Join(' ', o.Symbols.Select(s => s.Definition is { } definition ? $"{s.Kind}{places.GetValueOrDefault(definition, -1)}" : $"{s.Kind}.{s.Name}")));
    }

    private static int Errors(Analysis analysis) => analysis.Compilation.Diagnostics.Count(d => d.Severity == DiagnosticSeverity.Error);

    private static RpcException Refused(string message) => new(RpcErrorCode.RequestFailed, message);
}
