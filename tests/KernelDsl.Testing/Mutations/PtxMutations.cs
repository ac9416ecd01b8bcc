using System.Globalization;
using System.Text.RegularExpressions;

namespace KernelDsl.Testing.Mutations;

/// <summary>Makes faulty versions of PTX, each with one instruction that is gone or changed. Works on lines, as NVRTC writes them: one instruction each.</summary>
internal static partial class PtxMutations
{
    private static readonly ImmutableArray<MutationRule> s_rules =
    [
        new(MutationKind.Barrier, Barrier(), _ => [""]),
        new(MutationKind.Wait, Wait(), _ => [""]),
        new(MutationKind.Fence, Fence(), _ => [""]),
        new(MutationKind.Bound, Comparison(), match => [match.Groups[1].Value + OtherComparison(match.Groups[2].Value) + match.Groups[3].Value]),
        new(MutationKind.Bound, Limit(), match => [match.Groups[1].Value + Next(match.Groups[2].Value) + ";"]),
        new(MutationKind.Guard, Predicate(), match => [match.Groups[1].Value]),
        new(MutationKind.Guard, Branch(), match => [match.Groups[1].Value]),
        new(MutationKind.Swap, Operands(), match => [$"{match.Groups[1].Value}{match.Groups[3].Value}, {match.Groups[2].Value};"]),
        new(MutationKind.Offset, Address(), match => [$"{match.Groups["head"].Value}[{match.Groups["base"].Value}+{Further(match)}]"]),
    ];

    /// <summary>All mutants, in the order of the text.</summary>
    /// <param name="text">PTX.</param>
    public static ImmutableArray<Mutant> Of(string text) => [.. MutationRule.Apply(text, s_rules, (_, _) => true).DistinctBy(mutant => mutant.Text)];

    private static string OtherComparison(string sign) => sign switch
    {
        "lt" => "le",
        "le" => "lt",
        "gt" => "ge",
        "ge" => "gt",
        "eq" => "ne",
        "ne" => "eq",
        "lo" => "ls",
        "ls" => "lo",
        "hi" => "hs",
        "hs" => "hi",
        _ => throw new InvalidOperationException($"The comparison {sign} has no other."),
    };

    private static string Next(string number, long step = 1) => (long.Parse(number, CultureInfo.InvariantCulture) + step).ToString(CultureInfo.InvariantCulture);

    // One access further, so that the address stays aligned.
    private static string Further(Match match)
    {
        var parts = match.Groups["parts"].Value.Split('.');
        var lanes = parts.Contains("v4") ? 4 : parts.Contains("v2") ? 2 : 1;
        var bits = long.Parse(parts[^1].AsSpan(1), CultureInfo.InvariantCulture);
        return Next(match.Groups["old"] is { Success: true } old ? old.Value : "0", lanes * bits / 8);
    }

    [GeneratedRegex(@"(?:@!?%p\d+ )?\b(?:bar|barrier)\.(?:warp\.)?(?:sync|arrive)(?:\.aligned)?\s[^;]*;")]
    private static partial Regex Barrier();

    [GeneratedRegex(@"\bcp\.async\.(?:bulk\.)?(?:wait_group|wait_all|commit_group)\b[^;]*;|\bwgmma\.wait_group[^;]*;")]
    private static partial Regex Wait();

    [GeneratedRegex(@"\b(?:fence|membar)\.[^;]*;|\bwgmma\.fence[^;]*;")]
    private static partial Regex Fence();

    // Floats have comparisons with other names too (ltu and so on); those are left alone.
    [GeneratedRegex(@"(\bsetp\.)(lt|le|gt|ge|eq|ne|lo|ls|hi|hs)(\.)")]
    private static partial Regex Comparison();

    [GeneratedRegex(@"(\bsetp\.\w+\.[sub]\d+\s[^;]*,\s)(-?\d{1,9});")]
    private static partial Regex Limit();

    [GeneratedRegex(@"^(\s*)@!?%p\d+\s+(?!bra)")]
    private static partial Regex Predicate();

    // A branch around something: the guard always lets through. A branch back: the loop ends, where without a predicate it would not.
    [GeneratedRegex(@"^(\s*)@!?%p\d+\s+bra[^;]*;")]
    private static partial Regex Branch();

    // Operands whose order matters: of a difference, and the factor and the summand of a product.
    [GeneratedRegex(@"(\bmad\.lo\.[su]\d+\s+%\w+, %\w+, |\bsub\.[su]\d+\s+%\w+, )(%\w+), (%\w+);")]
    private static partial Regex Operands();

    [GeneratedRegex(
        @"(?<head>\b(?:ld|st|atom|red)\.(?:volatile\.)?(?:global|shared|local)(?<parts>(?:\.\w+)*\.[bsuf](?:8|16|32|64))\s[^;\[]*)\[(?<base>[%\w$]+)(?:\+(?<old>-?\d{1,9}))?\]")]
    private static partial Regex Address();
}
