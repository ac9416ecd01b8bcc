using System.Globalization;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Tests.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Tests.Fuzzing;

/// <summary>Makes broken and odd specs out of good ones. The same seed gives the same text.</summary>
internal sealed class SpecMutator
{
    private static readonly string[] Fragments =
    [
        "(", ")", "[", "]", "{", "}", "<", ">", ",", ";", ":", "=", "==", "+=", "->", "-", "!", "~", "*", "/", "%", "&&", "||", "|", "<<", ">>",
        "let ", "kernel ", "fn ", "where ", "if ", "then ", "else ", "as f16", "example ", "schedule ", "gradient ", "module ", "const ",
        "deterministic ", "on ", "wrt ", "max= ", "like a", "csr", "bsr(2, 2)", "ragged(start[e: E])", "paged(t[b, page: P], n[b], 16)",
        "0", "1e400", "0xFFFFFFFFFFFFFFFFFF", "9223372036854775807", "1e", "12x", "true", "nan", "inf", "sum[i](", "x[i - 1]", "f32[i: N]",
        "/*", "*/", "//", "///", "\r\n", "\r", "\t", "\0", "\ufeff", "\u2028", "é", "\ud83d", "\udca5", "\"", "'", "\\",
    ];

    private readonly IReadOnlyList<Spec> _corpus;

    /// <summary>Makes a mutator of the specs at some paths.</summary>
    public SpecMutator(IEnumerable<string> texts) => _corpus = [.. texts.Select(Spec.Of)];

    /// <summary>The mutated text of a seed.</summary>
    public string Mutate(int seed)
    {
        var random = new Random(seed);
        var spec = Pick(random, _corpus);
        var text = random.Next(4) switch
        {
            0 => MutateTree(random, spec),
            1 or 2 => MutateTokens(random, spec),
            _ => spec.Text,
        };
        for (var count = random.Next(text == spec.Text ? 1 : 0, 4); count > 0; count--)
        {
            text = MutateCharacters(random, text);
        }

        return text;
    }

    // Whole parts of the same kind change places, are doubled or go; mostly still in the language.
    private string MutateTree(Random random, Spec spec)
    {
        var (kind, spans) = Pick(random, spec.Parts);
        var target = Pick(random, spans);
        var others = Pick(random, _corpus);
        var source = others.Parts.FirstOrDefault(p => p.Kind == kind);
        var part = spec.Text.Substring(target.Start, target.Length);
        var replacement = random.Next(5) switch
        {
            0 => "",
            1 => $"{part} {part}",
            2 => $"({part})",
            _ when source.Spans is not null => Pick(random, source.Spans) is var other ? others.Text.Substring(other.Start, other.Length) : "",
            _ => "",
        };
        return Replace(spec.Text, target, replacement);
    }

    private static string MutateTokens(Random random, Spec spec)
    {
        var text = spec.Text;
        var tokens = spec.Tokens;
        var first = Pick(random, tokens);
        var second = Pick(random, tokens);
        return random.Next(5) switch
        {
            0 => Replace(text, first, ""),
            1 => Replace(text, first, Slice(first) + " " + Slice(first)),
            2 when first.End <= second.Start => Replace(Replace(text, second, Slice(first)), first, Slice(second)),
            3 => Replace(text, first, Slice(second)),
            _ => text.Insert(first.Start, Pick(random, Fragments)),
        };

        string Slice(TextSpan span) => text.Substring(span.Start, span.Length);
    }

    private static string MutateCharacters(Random random, string text)
    {
        if (text.Length == 0)
        {
            return Pick(random, Fragments);
        }

        var at = random.Next(text.Length);
        var length = Math.Min(random.Next(1, random.Next(2, 40)), text.Length - at);
        return random.Next(8) switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, text.Substring(at, length)),
            2 => text[..at],
            3 => text[at..],
            4 => text.Insert(at, ((char)random.Next(random.Next(2) == 0 ? 128 : 0x10000)).ToString(CultureInfo.InvariantCulture)),
            5 => text.Insert(at, string.Concat(Enumerable.Repeat(Pick(random, Fragments), random.Next(1, 400)))),
            6 => Replace(text, new TextSpan(at, 1), ((char)(text[at] ^ (1 << random.Next(8)))).ToString(CultureInfo.InvariantCulture)),
            _ => text.Insert(at, Pick(random, Fragments)),
        };
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    private static string Replace(string text, TextSpan span, string replacement)
        => string.Concat(text.AsSpan(0, span.Start), replacement, text.AsSpan(span.End));

    private sealed record Spec(string Text, IReadOnlyList<TextSpan> Tokens, IReadOnlyList<(Type Kind, IReadOnlyList<TextSpan> Spans)> Parts)
    {
        public static Spec Of(string text)
        {
            var parsed = Parsed.Text(text);
            var parts = SyntaxChildren.SelfAndDescendants(parsed.Module).Skip(1).Where(n => n.Span.Length > 0)
                .GroupBy(KindOf)
                .Select(g => (g.Key, (IReadOnlyList<TextSpan>)[.. g.Select(n => n.Span)]));
            return new Spec(text, TokenTexts.Spans(text), [.. parts]);
        }

        // All expressions may stand for each other, and so may all statements and items.
        private static Type KindOf(SyntaxNode node)
            => node is ExpressionSyntax ? typeof(ExpressionSyntax)
                : node is StatementSyntax ? typeof(StatementSyntax)
                : node is ItemSyntax ? typeof(ItemSyntax)
                : node.GetType();
    }
}
