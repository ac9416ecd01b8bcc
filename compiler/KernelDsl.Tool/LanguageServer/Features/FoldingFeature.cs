using System.Text.Json.Nodes;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Lexing;
using KernelDsl.Compiler.Syntax.Parsing;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.LanguageServer.Features;

/// <summary>Items over several lines, comments, and runs of comments, fold.</summary>
internal static class FoldingFeature
{
    public static JsonArray Answer(OpenDocument document)
    {
        var source = document.Source;
        return Items(document).Select(span => (Span: span, Kind: "region")).Concat(Comments(source).Select(span => (Span: span, Kind: "comment")))
            .Select(fold => (Start: source.PositionOf(fold.Span.Start).Line - 1, End: source.PositionOf(Math.Max(fold.Span.Start, fold.Span.End - 1)).Line - 1, fold.Kind))
            .Where(fold => fold.End > fold.Start)
            .OrderBy(fold => fold.Start)
            .Select(fold => new JsonObject { ["startLine"] = fold.Start, ["endLine"] = fold.End, ["kind"] = fold.Kind })
            .ToJson();
    }

    private static IEnumerable<TextSpan> Items(OpenDocument document) => document.Analysis.Compilation.Syntax.Items.Select(item => item.Span);

    private static List<TextSpan> Comments(SourceText source)
    {
        var found = new List<TextSpan>();
        TextSpan? run = null;
        foreach (var token in Tokenizer.Read(source, new SyntaxErrors(new DiagnosticBag(source))).All)
        {
            switch (token.Type)
            {
                case KdslLexer.BLOCK_COMMENT or KdslLexer.UNCLOSED_COMMENT:
                    found.Add(token.Span());
                    break;
                case KdslLexer.DOC_COMMENT or KdslLexer.LINE_COMMENT:
                    run = run?.Union(token.Span()) ?? token.Span();
                    continue;
                case KdslLexer.WHITESPACE when token.Text.Count(c => c == '\n') < 2:
                    continue;
            }

            if (run is { } ended)
            {
                found.Add(ended);
                run = null;
            }
        }

        return run is { } last ? [.. found, last] : found;
    }
}
