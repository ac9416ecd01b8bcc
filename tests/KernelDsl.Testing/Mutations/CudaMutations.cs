using System.Text.RegularExpressions;

namespace KernelDsl.Testing.Mutations;

/// <summary>
/// Makes faulty versions of CUDA C, each with one mistake that people and compilers make. Works on lines, for text in the form that KernelDsl emits and that
/// the programs of this project have: one statement a line, conditions in one line. Some mutants mean the same as the text; whoever counts what
/// a checker finds has to tell those apart.
/// </summary>
internal static partial class CudaMutations
{
    private static readonly ImmutableArray<MutationRule> s_rules =
    [
        new(MutationKind.Barrier, Barrier(), _ => [";"]),
        new(MutationKind.Wait, Wait(), _ => [";"]),
        new(MutationKind.Fence, Fence(), _ => [";"]),
        new(MutationKind.Bound, Comparison(), OtherLimits),
        new(MutationKind.Guard, If(), match => match.Groups[1].Value is "true" ? [] : ["if (true)"]),
        new(MutationKind.Guard, Choice(), _ => ["= true ?"]),
        new(MutationKind.Swap, TwoIndices(), match => [$"{match.Groups[1].Value}[{match.Groups[3].Value}][{match.Groups[2].Value}]"]),
        new(MutationKind.Swap, RowMajor(), match => [$"[{match.Groups[3].Value} * {match.Groups[2].Value} + {match.Groups[1].Value}"]),
        new(MutationKind.Swap, EmittedRowMajor(), match => [$"[((u64){match.Groups[3].Value} * (u64){match.Groups[2].Value}) + (u64){match.Groups[1].Value}"]),
        new(MutationKind.Offset, Access(), match => [$"{match.Groups[1].Value}[{match.Groups[2].Value} + 1]"]),
    ];

    /// <summary>All mutants, in the order of the text.</summary>
    /// <param name="text">CUDA C.</param>
    public static ImmutableArray<Mutant> Of(string text) => [.. MutationRule.Apply(text, s_rules, IsStatement).DistinctBy(mutant => mutant.Text)];

    // Declarations of shared arrays, functions and macros have brackets and comparisons of another meaning.
    private static bool IsStatement(string[] lines, int i) => !NoStatement().IsMatch(lines[i]);

    private static IEnumerable<string> OtherLimits(Match match)
    {
        var (left, sign, right) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
        yield return $"{left} {(sign.Length == 1 ? sign + "=" : sign[..1])} {right}";
        yield return $"{left} {sign} {right} + 1";
    }

    // Statements of their own, so that a shuffle whose value is used stays.
    [GeneratedRegex(@"(?<=^\s*)(?:\w*(?:sync|barrier)\w*\([^()]*\);|asm volatile\(""(?:bar|barrier)\.[^;""]*;""[^;]*\);)")]
    private static partial Regex Barrier();

    [GeneratedRegex(@"(?<=^\s*)(?:\w*(?:wait|commit)\w*\([^()]*\);|asm volatile\(""cp\.async\.(?:wait|commit)[^;""]*;""[^;]*\);)")]
    private static partial Regex Wait();

    [GeneratedRegex(@"(?<=^\s*)(?:\w*fence\w*\([^()]*\);|asm volatile\(""(?:fence|membar)[^;""]*;""[^;]*\);)")]
    private static partial Regex Fence();

    // The operands are single words or literals, so that + 1 belongs to the right one.
    [GeneratedRegex(@"([\w\])]+) (<=|>=|<|>) (\(?\w+)(?=\s*(?:[;)&|?]|$))")]
    private static partial Regex Comparison();

    [GeneratedRegex(@"\bif \(((?:[^()]|\((?:[^()]|\([^()]*\))*\))+)\)")]
    private static partial Regex If();

    [GeneratedRegex(@"(?<![=!<>])= [^?;]+\?")]
    private static partial Regex Choice();

    [GeneratedRegex(@"\b(\w+)\[([^\[\]]+)\]\[([^\[\]]+)\]")]
    private static partial Regex TwoIndices();

    [GeneratedRegex(@"\[(\w+) \* (\w+) \+ (\w+)(?=[\] ])")]
    private static partial Regex RowMajor();

    // As KernelDsl writes the place of an element in a matrix.
    [GeneratedRegex(@"\[\(\(u64\)(\w+) \* \(u64\)(\w+)\) \+ \(u64\)(\w+)(?=\])")]
    private static partial Regex EmittedRowMajor();

    [GeneratedRegex(@"\b(\w+)\[([^\[\]]+)\]")]
    private static partial Regex Access();

    [GeneratedRegex(@"^\s*(?:#|//|__shared__|extern\b|__device__|static\b|typedef\b|template\b|asm\b.*ldmatrix)|__global__|\basm\b.*mma")]
    private static partial Regex NoStatement();
}
