namespace KernelDsl.Compiler.Syntax.Parsing;

/// <summary>A piece of the text, short enough for a message of one line.</summary>
internal static class Excerpt
{
    private const int Longest = 40;

    public static string Of(string text)
    {
        var line = text.Replace('\r', ' ').Replace('\n', ' ').Replace('\t', ' ');
        return line.Length <= Longest ? line : $"{line.Substring(0, Longest - 1)}…";
    }
}
