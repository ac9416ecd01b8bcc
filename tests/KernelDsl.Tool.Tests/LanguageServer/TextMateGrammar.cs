using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KernelDsl.Tool.Tests.LanguageServer;

/// <summary>As much of TextMate as the grammar uses: line by line, the earliest match of the patterns in force, begin and end with nesting, captures.</summary>
internal sealed class TextMateGrammar
{
    private static readonly string[] s_expressionKeys = ["match", "begin", "end"];

    private readonly JsonObject _root;
    private readonly Dictionary<string, Regex> _regexes = new(StringComparer.Ordinal);

    public TextMateGrammar(string file) => _root = JsonNode.Parse(File.ReadAllText(file))!.AsObject();

    public JsonObject Repository => _root["repository"]!.AsObject();

    /// <summary>All regular expressions, also those of the end.</summary>
    public IEnumerable<string> Expressions => All(_root).SelectMany(rule => s_expressionKeys.Select(key => rule[key]?.GetValue<string>())).OfType<string>();

    /// <summary>The names that a rule includes without <c>#</c>.</summary>
    public IEnumerable<string> Includes => All(_root).Select(rule => rule["include"]?.GetValue<string>()).OfType<string>().Select(name => name[1..]);

    /// <summary>The scope of each character, the innermost only; empty where there is none.</summary>
    public string[] Scopes(string text)
    {
        var scopes = Enumerable.Repeat("", text.Length).ToArray();
        var open = new Stack<JsonObject>([_root]);
        var start = 0;
        while (start < text.Length)
        {
            var end = text.IndexOf('\n', start) is >= 0 and var found ? found + 1 : text.Length;
            ScanLine(text[start..end], start, scopes, open);
            start = end;
        }

        return scopes;
    }

    private void ScanLine(string line, int offset, string[] scopes, Stack<JsonObject> open)
    {
        var at = 0;
        while (at < line.Length)
        {
            var rule = open.Peek();
            var best = rule["end"] is { } end ? (Match: Regex(end).Match(line, at), Rule: (JsonObject?)null) : (Match: System.Text.RegularExpressions.Match.Empty, Rule: null);
            foreach (var candidate in Patterns(rule))
            {
                var match = Regex((candidate["match"] ?? candidate["begin"])!).Match(line, at);
                if (match.Success && (!best.Match.Success || match.Index < best.Match.Index))
                {
                    best = (match, candidate);
                }
            }

            var until = best.Match.Success ? best.Match.Index : line.Length;
            Fill(scopes, offset + at, until - at, open.Peek()["name"]?.GetValue<string>());
            if (!best.Match.Success)
            {
                return;
            }

            if (best.Rule is null)
            {
                Capture(best.Match, rule, "endCaptures", offset, scopes);
                open.Pop();
            }
            else if (best.Rule["begin"] is not null)
            {
                Capture(best.Match, best.Rule, "beginCaptures", offset, scopes);
                open.Push(best.Rule);
            }
            else
            {
                Capture(best.Match, best.Rule, "captures", offset, scopes);
                Assert.True(best.Match.Length > 0, "A match of nothing would never end.");
            }

            at = best.Match.Index + best.Match.Length;
        }
    }

    private static void Capture(Match match, JsonObject rule, string key, int offset, string[] scopes)
    {
        Fill(scopes, offset + match.Index, match.Length, rule["name"]?.GetValue<string>());
        foreach (var (number, capture) in rule[key]?.AsObject() ?? [])
        {
            var group = match.Groups[int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)];
            Fill(scopes, offset + group.Index, group.Length, capture!["name"]!.GetValue<string>());
        }
    }

    private static void Fill(string[] scopes, int start, int length, string? name) => Array.Fill(scopes, name ?? "", start, length);

    private IEnumerable<JsonObject> Patterns(JsonObject rule)
        => (rule["patterns"]?.AsArray() ?? []).SelectMany(pattern => pattern!["include"] is { } include ? Included(Repository[include.GetValue<string>()[1..]]!.AsObject()) : [pattern.AsObject()]);

    private IEnumerable<JsonObject> Included(JsonObject rule) => rule["match"] is null && rule["begin"] is null ? Patterns(rule) : [rule];

    private Regex Regex(JsonNode expression)
    {
        var text = expression.GetValue<string>();
        if (!_regexes.TryGetValue(text, out var regex))
        {
            _regexes[text] = regex = new Regex(text, RegexOptions.CultureInvariant);
        }

        return regex;
    }

    private static IEnumerable<JsonObject> All(JsonNode? node) => node switch
    {
        JsonObject rule => rule.Select(property => property.Value).SelectMany(All).Prepend(rule),
        JsonArray array => array.SelectMany(All),
        _ => [],
    };
}
