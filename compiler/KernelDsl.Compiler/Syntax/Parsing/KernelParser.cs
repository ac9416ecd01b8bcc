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

        var bodyAt = bodyStart is null && headerEnd < end && tokens.TypeAt(headerEnd) == KdslParser.SEMICOLON ? headerEnd + 1 : headerEnd;
        var (next, isEndKnown, statements) = new BodyParser(tokens, parser, builder, errors).Parse(bodyAt, end);
        if (!isEndKnown && bodyStart is not null && !reporter.IsInComment(next))
        {
            errors.Report(SyntaxDiagnostics.MissingBodyEnd, reporter.SpanAt(next, start), name, reporter.Found(next));
        }
        else if (statements.IsEmpty && errors.Count == before)
        {
            errors.Report(SyntaxDiagnostics.EmptyBody, TextSpan.FromBounds(tokens[headerEnd - 1].StartIndex, tokens[next - 1].StopIndex + 1), name);
        }

        var span = TextSpan.FromBounds(tokens[start].StartIndex, tokens[next - 1].StopIndex + 1);
        return (builder.Kernel(header, tokens[start], statements, span), next);
    }
}
