using System.Globalization;
using System.Text.RegularExpressions;

namespace KernelDsl.Profiling.Sass;

/// <summary>What <c>ptxas -v</c> says of an entry.</summary>
/// <param name="Function">The name.</param>
/// <param name="Architecture">Such as <c>sm_80</c>.</param>
/// <param name="Registers">Registers per thread.</param>
/// <param name="StackBytes">Stack frame per thread.</param>
/// <param name="SpillStoreBytes">Bytes that each thread stores because registers ran out.</param>
/// <param name="SpillLoadBytes">Bytes that each thread loads for that reason.</param>
/// <param name="SharedBytes">Static shared memory per block.</param>
/// <param name="ConstantBytes">Constant memory, all banks.</param>
/// <param name="Barriers">Hardware barriers; 0 where the version of ptxas does not say.</param>
public sealed partial record ResourceUse(
    string Function, string Architecture, int Registers, int StackBytes, int SpillStoreBytes, int SpillLoadBytes, int SharedBytes, int ConstantBytes, int Barriers)
{
    /// <summary>Reads the text that <c>ptxas -v</c> writes to its error stream. Lines that say something else are passed over.</summary>
    /// <param name="text">The text.</param>
    /// <returns>One for each entry that it compiled, in its order.</returns>
    public static ImmutableArray<ResourceUse> Parse(string text)
    {
        var found = ImmutableArray.CreateBuilder<ResourceUse>();
        // Functions that are called have properties too; those of the entry follow its "Compiling" line.
        var ofEntry = false;
        foreach (var line in text.Split('\n'))
        {
            if (Compiling().Match(line) is { Success: true } start)
            {
                found.Add(new ResourceUse(start.Groups[1].Value, start.Groups[2].Value, 0, 0, 0, 0, 0, 0, 0));
                ofEntry = true;
            }
            else if (found.Count == 0)
            {
                continue;
            }
            else if (Properties().Match(line) is { Success: true } properties)
            {
                ofEntry = properties.Groups[1].Value == found[^1].Function;
            }
            else if (ofEntry && Stack().Match(line) is { Success: true } stack)
            {
                found[^1] = found[^1] with { StackBytes = Number(stack, 1), SpillStoreBytes = Number(stack, 2), SpillLoadBytes = Number(stack, 3) };
            }
            else if (Used().Match(line) is { Success: true } used)
            {
                found[^1] = found[^1] with
                {
                    Registers = Number(used, 1),
                    SharedBytes = Sum(Shared(), line),
                    ConstantBytes = Sum(Constant(), line),
                    Barriers = Sum(BarrierCount(), line),
                };
            }
        }

        return found.ToImmutable();
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    private static int Sum(Regex pattern, string line) => pattern.Matches(line).Sum(match => Number(match, 1));

    [GeneratedRegex(@"Compiling entry function '([^']+)' for '([^']+)'")]
    private static partial Regex Compiling();

    [GeneratedRegex(@"Function properties for (\S+)")]
    private static partial Regex Properties();

    [GeneratedRegex(@"(\d{1,9}) bytes stack frame, (\d{1,9}) bytes spill stores, (\d{1,9}) bytes spill loads")]
    private static partial Regex Stack();

    [GeneratedRegex(@"Used (\d{1,9}) registers")]
    private static partial Regex Used();

    [GeneratedRegex(@"(\d{1,9})(?:\+\d{1,9})? bytes smem")]
    private static partial Regex Shared();

    [GeneratedRegex(@"(\d{1,9}) bytes cmem\[\d+\]")]
    private static partial Regex Constant();

    [GeneratedRegex(@"used (\d{1,9}) barriers")]
    private static partial Regex BarrierCount();
}
