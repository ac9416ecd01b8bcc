using Antlr4.Runtime.Misc;
using KernelDsl.Compiler.Syntax.Grammar;

namespace KernelDsl.Compiler.Syntax.Parsing;

/// <summary>Puts a set of expected tokens into a reader's words.</summary>
internal static class ExpectedText
{
    // In the order in which they are worth naming. Operators, which could nearly always follow, are not.
    private static readonly int[] Worth =
    [
        KdslParser.SEMICOLON, KdslParser.EQUALS, KdslParser.COLON, KdslParser.ARROW, KdslParser.THEN, KdslParser.WRT,
        KdslParser.COMMA, KdslParser.CLOSE_PAREN, KdslParser.CLOSE_BRACKET, KdslParser.CLOSE_BRACE, KdslParser.OPEN_BRACE,
        KdslParser.OPEN_PAREN, KdslParser.KERNEL, KdslParser.GREATER, KdslParser.ELSE, KdslParser.WHERE, KdslParser.IDENTIFIER,
    ];

    public static bool IsExpression(IntervalSet expected) => expected.Contains(KdslParser.INTEGER) && expected.Contains(KdslParser.IDENTIFIER);

    public static string Of(IntervalSet expected)
    {
        if (expected.Contains(KdslParser.LET))
        {
            return "an equation";
        }

        if (IsExpression(expected))
        {
            return "an expression";
        }

        if (expected.Contains(KdslParser.IDENTIFIER) && expected.Contains(KdslParser.CONST))
        {
            return "a type or const parameter";
        }

        var words = Worth.Where(expected.Contains).Select(Word).Take(3).ToArray();
        return words.Length switch
        {
            0 => expected.Contains(KdslParser.INTEGER) ? "a value" : "something else",
            1 => words[0],
            _ => string.Join(", ", words.Take(words.Length - 1)) + " or " + words[words.Length - 1],
        };
    }

    private static string Word(int type)
        => type == KdslParser.IDENTIFIER ? "a name" : KdslParser.DefaultVocabulary.GetLiteralName(type);
}
