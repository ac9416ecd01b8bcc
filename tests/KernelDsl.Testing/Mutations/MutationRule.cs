using System.Text.RegularExpressions;

namespace KernelDsl.Testing.Mutations;

/// <summary>Each match in a line gives mutants: one for each replacement.</summary>
/// <param name="Kind">What is broken.</param>
/// <param name="Pattern">What to look for; it matches within one line.</param>
/// <param name="Replacements">What may stand in its place; none where the match is not one.</param>
internal sealed record MutationRule(MutationKind Kind, Regex Pattern, Func<Match, IEnumerable<string>> Replacements)
{
    /// <summary>All mutants of a text by some rules, in the order of lines, then rules, then places.</summary>
    /// <param name="text">The text.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="isCode">Whether a line may be changed: (lines, position from 0).</param>
    public static IEnumerable<Mutant> Apply(string text, ImmutableArray<MutationRule> rules, Func<string[], int, bool> isCode)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!isCode(lines, i))
            {
                continue;
            }

            var end = CodeEnd(lines[i]);
            foreach (var rule in rules)
            {
                foreach (var match in rule.Pattern.Matches(lines[i][..end]).Cast<Match>())
                {
                    foreach (var replacement in rule.Replacements(match).Where(replacement => replacement != match.Value))
                    {
                        yield return Change(lines, i, match, replacement, rule.Kind);
                    }
                }
            }
        }
    }

    private static int CodeEnd(string line) => line.IndexOf("//", StringComparison.Ordinal) is >= 0 and var comment ? comment : line.Length;

    private static Mutant Change(string[] lines, int i, Match match, string replacement, MutationKind kind)
    {
        var changed = lines[i][..match.Index] + replacement + lines[i][(match.Index + match.Length)..];
        var text = string.Join('\n', lines.Select((line, j) => j == i ? changed : line));
        return new Mutant(kind, i + 1, $"{match.Value.Trim()} -> {(replacement.Trim() is { Length: > 0 } what ? what : "nothing")}", text);
    }
}
