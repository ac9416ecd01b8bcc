using Antlr4.Runtime.Misc;
using KernelDsl.Compiler.Syntax.Grammar;

namespace KernelDsl.Compiler.Syntax.Parsing;

/// <summary>Puts a set of expected tokens into a reader's words.</summary>
internal static class ExpectedText
{
    // In the order in which they are worth naming. Operators, which could nearly always follow, are not.
    private static readonly int[] Worth =
    [
        KdslParser.SEMICOLON, KdslParser.COLON, KdslParser.ARROW, KdslParser.THEN, KdslParser.WRT,
        KdslParser.COMMA, KdslParser.CLOSE_PAREN, KdslParser.CLOSE_BRACKET, KdslParser.CLOSE_BRACE, KdslParser.OPEN_BRACE,
        KdslParser.GREATER, KdslParser.OPEN_PAREN, KdslParser.KERNEL,
    ];

    // Worth naming only where nothing else could stand.
    private static readonly int[] Last = [KdslParser.EQUALS, KdslParser.ELSE];

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

        // After an operand any operator could follow, and '(' and '>' are among them.
        var isAfterOperand = expected.Contains(KdslParser.STAR);
        var types = Worth.Where(type => expected.Contains(type) && !(isAfterOperand && (type is KdslParser.GREATER or KdslParser.OPEN_PAREN)))
            .DefaultIfEmpty(Last.FirstOrDefault(expected.Contains))
            .Where(type => type != 0);
        var words = types.Select(type => KdslParser.DefaultVocabulary.GetLiteralName(type)).Take(3).ToArray();
        return words.Length switch
        {
            0 => expected.Contains(KdslParser.IDENTIFIER) ? "a name" : expected.Contains(KdslParser.INTEGER) ? "a value" : "an operator",
            1 => words[0],
            _ => string.Join(", ", words.Take(words.Length - 1)) + " or " + words[words.Length - 1],
        };
    }
}
