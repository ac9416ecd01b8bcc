using KernelDsl.Compiler.Syntax.Building;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Lexing;

namespace KernelDsl.Compiler.Syntax.Parsing;

/// <summary>
/// Parses the statements of one kernel. The braces of blocks, which the language does not have, are paired so that the kernel
/// ends at its own brace, and a block after <c>if (…)</c> or <c>else</c> belongs to the mistake before it.
/// </summary>
internal sealed class BodyParser(TokenList tokens, SliceParser parser, ItemBuilder builder, SyntaxErrors errors)
{
    private readonly StatementBoundaries _boundaries = new(tokens);
    private readonly ImmutableArray<StatementSyntax>.Builder _statements = ImmutableArray.CreateBuilder<StatementSyntax>();

    /// <summary>Parses up to the brace that ends the body. Where there is none, the end is known only if a mistake before it tells why.</summary>
    public (int Next, bool IsEndKnown, ImmutableArray<StatementSyntax> Statements) Parse(int start, int end)
    {
        var (index, blocks, isAfterMistake) = (start, 0, false);
        while (index < end && !errors.IsFull)
        {
            switch (tokens.TypeAt(index))
            {
                case KdslParser.CLOSE_BRACE when blocks == 0:
                    return (index + 1, true, _statements.ToImmutable());
                case KdslParser.CLOSE_BRACE:
                    blocks--;
                    index++;
                    isAfterMistake = true;
                    break;
                case KdslParser.OPEN_BRACE when isAfterMistake:
                    blocks++;
                    index++;
                    break;
                case KdslParser.ELSE when isAfterMistake:
                    index = _boundaries.FindEnd(index, end);
                    break;
                case var type:
                    blocks += type == KdslParser.OPEN_BRACE ? 1 : 0;
                    var next = _boundaries.FindEnd(index, end);
                    isAfterMistake = !ParseStatement(index, next);
                    index = next;
                    break;
            }
        }

        // A block that is still open, or a last statement that is cut short, has been reported.
        return (index, blocks > 0 || isAfterMistake || errors.IsFull, _statements.ToImmutable());
    }

    private bool ParseStatement(int start, int end)
    {
        var before = errors.Count;
        if (parser.Parse(p => p.statement(), start, end, "this equation") is { } context && builder.Statement(context) is { } statement)
        {
            _statements.Add(statement);
        }

        return errors.Count == before;
    }
}
