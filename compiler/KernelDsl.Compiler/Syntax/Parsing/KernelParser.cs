using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Building;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Lexing;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax.Parsing;

/// <summary>Parses a kernel: its signature as one slice and each statement as another.</summary>
internal sealed class KernelParser(
    TokenList tokens, SliceParser parser, ItemBuilder builder, SyntaxErrorReporter reporter, SyntaxErrors errors)
{
    private readonly StatementBoundaries _boundaries = new(tokens);

    /// <summary>Parses the kernel at <paramref name="start"/>; nothing from <paramref name="end"/> on belongs to it.</summary>
    public (KernelSyntax Kernel, int Next) Parse(int start, int end)
    {
        var before = errors.Count;
        var bodyStart = _boundaries.FindBodyStart(start, end);
        var headerEnd = bodyStart + 1 ?? _boundaries.FindStatementLike(start, end);
        var header = parser.Parse(p => p.kernelHeader(), start, headerEnd, "this signature");
        var name = header is null ? "" : NameBuilder.TextOrEmpty(header.name());

        var statements = ImmutableArray.CreateBuilder<StatementSyntax>();
        var (next, isClosed) = ParseBody(headerEnd, end, statements);
        if (!isClosed && bodyStart is not null)
        {
            errors.Report(SyntaxDiagnostics.MissingBodyEnd, reporter.SpanAt(next, start), name, reporter.Found(next));
        }
        else if (statements.Count == 0 && errors.Count == before)
        {
            errors.Report(SyntaxDiagnostics.EmptyBody, TextSpan.FromBounds(tokens[headerEnd - 1].StartIndex, tokens[next - 1].StopIndex + 1), name);
        }

        var span = TextSpan.FromBounds(tokens[start].StartIndex, tokens[next - 1].StopIndex + 1);
        return (builder.Kernel(header, tokens[start], statements.ToImmutable(), span), next);
    }

    // The braces of blocks, which the language does not have, are paired so that the kernel ends at its own brace.
    private (int Next, bool IsClosed) ParseBody(int start, int end, ImmutableArray<StatementSyntax>.Builder statements)
    {
        var (index, blocks) = (start, 0);
        while (index < end && !errors.IsFull)
        {
            if (tokens.TypeAt(index) == KdslParser.CLOSE_BRACE)
            {
                index++;
                if (blocks-- == 0)
                {
                    return (index, true);
                }

                continue;
            }

            var next = _boundaries.FindEnd(index, end);
            if (tokens.TypeAt(index) == KdslParser.OPEN_BRACE)
            {
                blocks++;
            }

            if (parser.Parse(p => p.statement(), index, next, "this equation") is { } context && builder.Statement(context) is { } statement)
            {
                statements.Add(statement);
            }

            index = next;
        }

        return (index, blocks > 0 || errors.IsFull);
    }
}
