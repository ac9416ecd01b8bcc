using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Lexing;
using KernelDsl.Compiler.Syntax.Parsing;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Tests.Syntax;

/// <summary>The tokens of a text.</summary>
internal static class TokenTexts
{
    public static IReadOnlyList<TextSpan> Spans(string text) => [.. Read(text).Significant.Select(t => t.Span())];

    public static IReadOnlyList<string> Of(string text) => [.. Read(text).Significant.Select(t => t.Text)];

    public static TokenList Read(string text)
    {
        var source = new SourceText("test.kdsl", text);
        return Tokenizer.Read(source, new SyntaxErrors(new DiagnosticBag(source)));
    }
}
